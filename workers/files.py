"""Files, when nobody waits: they are fetched from addresses, what of them never came whole is given up, and
folders end with what was in them."""

from app.files import fetching, folders, uploads
from workers import every, job

job("files.fetch", attempts=1, long=True)(fetching.fetch)
every(60 * 60, uploads.sweep, name="files.sweep_uploads")
every(60 * 60, folders.sweep, name="files.sweep_folders")
