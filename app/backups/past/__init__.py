"""The past: a moment of the workspace in a copy of its own, read by one admin for an hour, and then gone.

The copy is restored beside the present into data/then/<id>/, brought to today's schema, narrowed to what this admin
may read then and now, and served by a child of this process on a Unix socket that only the main process asks.
"""

from app.backups.past.openings import close as close
from app.backups.past.openings import fetch as fetch
from app.backups.past.openings import find as find
from app.backups.past.openings import living as living
from app.backups.past.openings import look as look
from app.backups.past.openings import may_go_on as may_go_on
from app.backups.past.openings import open as open
from app.backups.past.openings import opened as opened
from app.backups.past.openings import plan as plan
from app.backups.past.shapes import Here as Here
from app.backups.past.shapes import Opened as Opened
from app.backups.past.shapes import Wanted as Wanted
