"""Accounts: people, how they get in, and what they may do."""

from app.accounts.links import accept, is_lit, link, set_up, setup_token
from app.accounts.people import Group, Session, Ticket, User
from app.accounts.profile import change, change_password, person
from app.accounts.roles import all, change_role, deactivate, find, named, reactivate
from app.accounts.sessions import (
    caller,
    confirm,
    flush_seen,
    freshened,
    is_fresh,
    is_in,
    job_caller,
    must_be_fresh,
    revoke,
    revoke_others,
    sessions,
    sign_in,
    sign_out,
    sweep,
)
from app.accounts.tickets import add, invitations, invite, reset, reset_link, withdraw

__all__ = [
    "Group",
    "Session",
    "Ticket",
    "User",
    "accept",
    "add",
    "all",
    "caller",
    "change",
    "change_password",
    "change_role",
    "confirm",
    "deactivate",
    "find",
    "flush_seen",
    "freshened",
    "invitations",
    "invite",
    "is_fresh",
    "is_in",
    "is_lit",
    "job_caller",
    "link",
    "must_be_fresh",
    "named",
    "person",
    "reactivate",
    "reset",
    "reset_link",
    "revoke",
    "revoke_others",
    "sessions",
    "set_up",
    "setup_token",
    "sign_in",
    "sign_out",
    "sweep",
    "withdraw",
]
