"""Blobs: bytes over 64 KiB, named by their SHA-256, beside the database.

`kept = blobs.keep(data)` writes a file; `blobs.refer(tx, kept, kind, id)` makes it part of what a transaction stores.
"""

from app.blobs.copies import Store as Store
from app.blobs.copies import catch_up as catch_up
from app.blobs.copies import copy as copy
from app.blobs.copies import copy_rest as copy_rest
from app.blobs.copies import copy_to as copy_to
from app.blobs.copies import fetch_missing as fetch_missing
from app.blobs.distant import evict as evict
from app.blobs.ending import adopt as adopt
from app.blobs.ending import sweep as sweep
from app.blobs.keeping import LARGEST_TEXT as LARGEST_TEXT
from app.blobs.keeping import Blob as Blob
from app.blobs.keeping import BlobUse as BlobUse
from app.blobs.keeping import Kept as Kept
from app.blobs.keeping import keep as keep
from app.blobs.keeping import put as put
from app.blobs.keeping import refer as refer
from app.blobs.keeping import release as release
from app.blobs.looking import Found as Found
from app.blobs.looking import check as check
from app.blobs.looking import here as here
from app.blobs.looking import is_missing as is_missing
from app.blobs.looking import missing as missing
from app.blobs.looking import open as open
from app.blobs.looking import used as used
