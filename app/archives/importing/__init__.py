"""Coming in: an archive is checked to its end, then taken into a workspace without anybody as it was, or merged.

`run(me, file)` for the command line; `merge(me, file)` makes private copies of what is in it for one person.
"""

from app.archives.importing.reports import Report
from app.archives.importing.running import merge, run

__all__ = ["Report", "merge", "run"]
