"""Uploads: files that come in pieces, over several connections and restarts, and links by which others send one.

What has come of one lies in data/blobs/coming/ under its id. Its size is the offset at which it goes on.
"""

from app.files.uploads.appending import append as append
from app.files.uploads.appending import turn as turn
from app.files.uploads.beginning import begin as begin
from app.files.uploads.beginning import end as end
from app.files.uploads.beginning import find as find
from app.files.uploads.beginning import offset as offset
from app.files.uploads.beginning import sweep as sweep
from app.files.uploads.ending import finish as finish
from app.files.uploads.links import come as come
from app.files.uploads.links import link as link
from app.files.uploads.links import opened as opened
