"""Items, when nobody waits: views are written, what is over goes, and idle processes that render end."""

from app import items
from workers import every

every(60, items.counting.flush, name="items.flush_views")
every(60, items.rendering.rest, name="items.rest")
every(5 * 60, items.sweep)
