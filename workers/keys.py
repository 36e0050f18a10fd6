"""Keys, when nobody waits: what was counted in memory is written, what is over is removed."""

from app import keys
from workers import every

every(60, keys.flush_used)
every(24 * 60 * 60, keys.sweep, at="02:20")
