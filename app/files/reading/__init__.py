"""Reading: what files say, page by page, told by a job after their upload.

`reading.wanted(tx, hash, type, size)` in the transaction that stores a file; `reading.extracted(hash)` whenever it is
asked what was found. Pictures get their width and height, and their thumbnail, in the same way.
"""

from app.files.reading.extracting import Extracted as Extracted
from app.files.reading.extracting import Page as Page
from app.files.reading.extracting import extracted as extracted
from app.files.reading.extracting import is_readable as is_readable
from app.files.reading.extracting import wanted as wanted
