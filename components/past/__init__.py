"""The past as it is seen: a line above every page of it, and pages on which nothing changes anything."""

from components.past.banner import PastBanner, Thing, tab
from components.past.reading import closes, readable

__all__ = ["PastBanner", "Thing", "closes", "readable", "tab"]
