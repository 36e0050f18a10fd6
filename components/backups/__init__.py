"""Backups: what can be brought back, the way there, and how the replica is doing."""

from components.backups.looking import LookPage
from components.backups.page import BackupsPage, Newer
from components.backups.restoring import PlanPage
from components.backups.working import WorkLines

__all__ = ["BackupsPage", "LookPage", "Newer", "PlanPage", "WorkLines"]
