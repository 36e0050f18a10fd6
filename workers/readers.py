"""Readers, when nobody waits: documents are read, pictures measured, and what was derived goes with its bytes."""

from app.files import picturing
from app.files.reading import working
from app.readers import asking
from workers import every, job

job("files.read", attempts=3, long=True)(working.read)
job("files.picture", attempts=3)(working.measure)
every(60, asking.rest, name="readers.rest")
every(10 * 60, working.catch_up, name="files.catch_up")
every(24 * 60 * 60, working.sweep, name="files.sweep_texts", at="03:20")
every(24 * 60 * 60, picturing.sweep, name="files.sweep_pictures", at="03:25")
