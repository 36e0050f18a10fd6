"""Files, when nobody waits: they are fetched from addresses, and what of them never came whole is given up."""

from app.files import fetching, uploads
from workers import every, job

job("files.fetch", attempts=1)(fetching.fetch)
every(60 * 60, uploads.sweep, name="files.sweep_uploads")
