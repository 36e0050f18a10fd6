"""Tools, when nobody waits: codes, tokens and programs that are over are removed."""

from app import tools
from workers import every

every(24 * 60 * 60, tools.sweep, at="02:35")
