"""Jobs, when nobody waits: what waited too long expires, what is over is forgotten after a week."""

from app import jobs
from workers import every

every(60, jobs.expire)
every(60 * 60, jobs.sweep)
