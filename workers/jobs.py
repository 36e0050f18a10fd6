"""Jobs, when nobody waits: what is done is forgotten after a week."""

from app import jobs
from workers import every

every(60 * 60, jobs.sweep)
