"""The gateway, when nobody waits: responses are removed after their time."""

from app.gateway import stored
from workers import every

every(24 * 60 * 60, stored.sweep, at="02:50")
