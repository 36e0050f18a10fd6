"""What jobs look like: the lists by state, one job, and the clock."""

from components.jobs.clock import ClockPage
from components.jobs.lists import JobsPage, JobsShown, Listed
from components.jobs.one import JobPage, JobShown
from components.jobs.parts import STATES, Change, News, Shown, event, last

__all__ = [
    "STATES",
    "Change",
    "ClockPage",
    "JobPage",
    "JobShown",
    "JobsPage",
    "JobsShown",
    "Listed",
    "News",
    "Shown",
    "event",
    "last",
]
