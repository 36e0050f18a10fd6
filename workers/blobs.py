"""Blobs, when nobody waits: each is copied to the replica's target, and the end of what nothing refers to."""

from app import blobs
from workers import every, job

job("blobs.copy", attempts=8)(blobs.copy)
job("blobs.copy_rest")(blobs.copy_rest)
job("blobs.fetch_missing")(blobs.fetch_missing)
every(60, blobs.catch_up)
every(5 * 60, blobs.evict)
every(24 * 60 * 60, blobs.adopt, at="02:40")
every(24 * 60 * 60, blobs.sweep, at="02:50")
