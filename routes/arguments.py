"""The words of the command line: plural nouns, plain verbs. Light to import, so that `--help` comes at once."""

import argparse
from pathlib import Path
from typing import Any

from app import children


class Parser(argparse.ArgumentParser):
    """Refuses in one sentence."""

    def error(self, message: str) -> Any:
        self.exit(2, f"{message[:1].upper()}{message[1:]}: see `{self.prog} --help`.\n")


def port(text: str) -> int:
    """A port from the command line, 0 for a free one."""
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; write a number between 0 and 65535")
    return int(text)


def number(text: str) -> int:
    """How many workers, from the command line."""
    if not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number between 1 and 64")
    return int(text)


def count(text: str) -> int:
    """How many, from the command line: 1 or more."""
    if not text.isdigit() or not 1 <= int(text) < 1 << 53:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def absolute(text: str) -> str:
    """A path from the command line, for a server whose working directory is another one."""
    return str(Path(text).absolute())


class Nouns:
    """The commands, as they are declared."""

    def __init__(self, top: Parser) -> None:
        self.places = top.add_subparsers(required=True)
        self.shared = Parser(add_help=False)
        self.shared.add_argument("--data", type=Path, metavar="DIR", help="the data directory (default: data)")

    def leaf(self, place: Any, name: str, command: str, help: str) -> Parser:
        """A command that does something; `command` is its name in COMMANDS."""
        each: Parser = place.add_parser(name, parents=[self.shared], help=help, description=help)
        each.set_defaults(command=command)
        return each

    def noun(self, name: str, help: str) -> Any:
        """What commands are about; they are added to what this returns."""
        return self.places.add_parser(name, help=help, description=help).add_subparsers(required=True)


def parser() -> Parser:
    """All commands."""
    top = Parser(prog=children.name(), description="Inglenook: a self-hosted AI workspace.")
    nouns = Nouns(top)
    serving(nouns)
    jobs(nouns)
    people(nouns)
    keys(nouns)
    models(nouns)
    secrets(nouns)
    backups(nouns)
    archives(nouns)
    releases(nouns)
    nouns.leaf(nouns.places, "version", "version", "print the version")
    each = nouns.leaf(nouns.places, "check", "check", "look at configuration, database, assets and models")
    asking = each.add_mutually_exclusive_group()
    alive = "only ask the server of this machine whether it serves; for containers"
    asking.add_argument("--alive", action="store_const", const="alive", dest="asked", help=alive)
    ready = "the same, and whether it is ready: database, replica, jobs"
    asking.add_argument("--ready", action="store_const", const="ready", dest="asked", help=ready)
    return top


def serving(nouns: Nouns) -> None:
    """The server itself."""
    each = nouns.leaf(nouns.places, "serve", "serve", "start the server")
    each.add_argument("--host", metavar="H", help="the address to listen on (default: 127.0.0.1)")
    each.add_argument("--port", type=port, metavar="N", help="the port, 0 for a free one (default: 8000)")
    insecure = "allow sign-in over plain http from other machines, under a banner"
    each.add_argument("--insecure-http", action="store_true", default=None, help=insecure)
    how = each.add_mutually_exclusive_group()
    how.add_argument("--reload", action="store_true", help="start again when a file changes")
    holding = "start again when it dies, behind a socket that stays open: nobody is turned away meanwhile"
    how.add_argument("--hold", action="store_true", help=holding)
    # What a server that starts itself again hands on: its open door, so that nobody is turned away meanwhile.
    each.add_argument("--fd", type=int, action="append", help=argparse.SUPPRESS)
    nouns.leaf(nouns.places, "restart", "server.restart", "start the running server again, without a dropped request")


def releases(nouns: Nouns) -> None:
    """Another version in the place of this one."""
    each = nouns.leaf(nouns.places, "upgrade", "upgrade", "replace this file by a newer one, and go back if it fails")
    which = each.add_mutually_exclusive_group(required=True)
    which.add_argument("file", metavar="FILE", type=Path, nargs="?", help="the newer file, with FILE.sha256 beside it")
    which.add_argument("--back", action="store_true", help="go back to the version before the last upgrade")
    each.add_argument("--sha256", metavar="SUM", default="", help="the sum of FILE, instead of FILE.sha256")
    each.add_argument("--wait", metavar="N", type=count, help="seconds until the version has to be ready (default: 60)")
    each.add_argument("--dry-run", action="store_true", help="only look, and say what would be done")
    each.add_argument("--yes", action="store_true", help="do not ask before work goes aside")
    each = nouns.leaf(nouns.places, "release", "release", "print which version and schema this is, as JSON")
    each.add_argument("--open", action="store_true", help="open the database first, and upgrade it if it has to be")


def jobs(nouns: Nouns) -> None:
    """Work that nobody waits for."""
    each = nouns.leaf(nouns.places, "work", "work", "run jobs for the server of the data directory, beside it")
    each.add_argument("--workers", type=number, metavar="N", help="how many at a time (default: 2)")
    jobs = nouns.noun("jobs", "work that nobody waits for")
    each = nouns.leaf(jobs, "list", "jobs.list", "the newest hundred, with state and what went wrong")
    states = ("queued", "running", "failed", "done", "dead", "cancelled", "expired")
    each.add_argument("--state", choices=states, default="", help="only those; failed ones wait for their next attempt")
    nouns.leaf(jobs, "retry", "jobs.retry", "run one again, with all its attempts").add_argument("id", metavar="ID")
    nouns.leaf(jobs, "cancel", "jobs.cancel", "never start one, or stop it").add_argument("id", metavar="ID")
    nouns.leaf(jobs, "run", "jobs.run", "run one now that waits for its time").add_argument("id", metavar="ID")
    nouns.leaf(jobs, "clock", "jobs.clock", "all periodic work: how often, when, how long it took")


def people(nouns: Nouns) -> None:
    """People and their roles."""
    people = nouns.noun("accounts", "people and their roles")
    each = nouns.leaf(people, "add", "accounts.add", "add a person; without a password, print a one-time link")
    each.add_argument("email", metavar="EMAIL")
    each.add_argument("--name", metavar="N", default="", help="how the person is called (default: from the address)")
    each.add_argument("--role", choices=("admin", "member", "guest"), default="member")
    each.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    nouns.leaf(people, "list", "accounts.list", "everybody, with role and state")
    each = nouns.leaf(people, "role", "accounts.role", "make a person admin, member or guest")
    each.add_argument("email", metavar="EMAIL")
    each.add_argument("role", metavar="ROLE", choices=("admin", "member", "guest"))
    each = nouns.leaf(people, "password", "accounts.password", "print a one-time link that sets a new password")
    each.add_argument("email", metavar="EMAIL")


def keys(nouns: Nouns) -> None:
    """What scripts and editors come in with."""
    keys = nouns.noun("keys", "what scripts, editors and agents come in with")
    each = nouns.leaf(keys, "add", "keys.add", "make a key, and print it alone: it is shown only now")
    each.add_argument("--user", metavar="EMAIL", required=True, help="whose key it is")
    each.add_argument("--name", metavar="N", required=True, help="what it is for")
    each.add_argument("--scopes", metavar="S", nargs="+", default=["models"], help="what it opens (default: models)")
    each.add_argument(
        "--models", metavar="M", nargs="+", default=[], help="only these models or aliases (default: all)"
    )
    spent = "what it may spend, like 5 (in total), 5/month or 0.50/day"
    each.add_argument("--budget", metavar="USD", default="", help=spent)
    when = "when it ends, like 30d, 2027-01-31 or 2027-01-31T18:00"
    each.add_argument("--expires", metavar="TIME", default="", help=when)
    each.add_argument("--addresses", metavar="A", nargs="+", default=[], help="only from these addresses or networks")
    each.add_argument("--requests", type=count, metavar="N", help="at most so many requests a minute")
    each.add_argument("--tokens", type=count, metavar="N", help="at most so many tokens a minute")
    each.add_argument("--parallel", type=count, metavar="N", help="at most so many calls at the same time")
    nouns.leaf(keys, "list", "keys.list", "all keys: whose, how they begin, state, budget, last use")
    each = nouns.leaf(keys, "revoke", "keys.revoke", "end a key at once")
    each.add_argument("key", metavar="KEY", help="its id or its beginning, as `keys list` shows them")


def models(nouns: Nouns) -> None:
    """Where models answer."""
    models = nouns.noun("providers", "where models answer")
    each = nouns.leaf(models, "add", "providers.add", "add an OpenAI-compatible address")
    each.add_argument("name", metavar="NAME")
    each.add_argument("--url", metavar="URL", required=True, help="its address, like https://host/v1")
    each.add_argument("--key-stdin", action="store_true", help="read its key from standard input")
    each.add_argument("--default", metavar="MODEL", default="", help="make this model the workspace's default")
    each = nouns.leaf(models, "add-demo", "providers.add-demo", "give this machine the tiny demo model")
    each.add_argument("file", metavar="FILE", type=absolute, help="a GGUF file, or the wheel that holds one")
    nouns.leaf(models, "list", "providers.list", "all providers, with their models and state")
    nouns.leaf(models, "test", "providers.test", "ask a provider for its models").add_argument("name", metavar="NAME")


def secrets(nouns: Nouns) -> None:
    """The master secret."""
    secrets = nouns.noun("secrets", "the recovery key and what it opens")
    nouns.leaf(secrets, "show", "secrets.show", "print the recovery key")
    nouns.leaf(secrets, "saved", "secrets.saved", "confirm that the recovery key lies somewhere safe")
    nouns.leaf(secrets, "rotate", "secrets.rotate", "seal everything with a new key, and print it")
    each = nouns.leaf(secrets, "unlock", "secrets.unlock", "open the stored keys of a restored database")
    each.add_argument("--key-stdin", action="store_true", required=True, help="read the recovery key from there")
    nouns.leaf(secrets, "forget", "secrets.forget", "the recovery key is lost: forget the stored keys it would open")


def backups(nouns: Nouns) -> None:
    """Every way back."""
    backups = nouns.noun("backups", "the replica, snapshots, and every way back")
    nouns.leaf(backups, "list", "backups.list", "what can be brought back")
    nouns.leaf(backups, "now", "backups.now", "make a snapshot, and wait until the replica has everything")
    nouns.leaf(backups, "verify", "backups.verify", "restore into a temporary place, and compare")
    each = nouns.leaf(backups, "restore", "backups.restore", "bring a moment back; says first what it will replace")
    point = each.add_mutually_exclusive_group()
    when = "the moment, like 2026-11-18T16:48, yesterday 16:48 or 15m (default: the newest)"
    point.add_argument("--at", metavar="TIME", default="", help=when)
    point.add_argument("--from", metavar="FILE", dest="source", default="", help="a snapshot instead of the replica")
    each.add_argument("--to", metavar="DIR", default="", help="write another data directory, and touch nothing here")
    each.add_argument("--dry-run", action="store_true", help="only say what would be done")
    each.add_argument("--yes", action="store_true", help="do not ask before it is done")
    each.add_argument("--key-stdin", action="store_true", help="read the recovery key from standard input")
    look = "look at a moment for an hour, for reading only; nothing here is changed"
    each = nouns.leaf(backups, "open", "backups.open", look)
    point = each.add_mutually_exclusive_group()
    point.add_argument("--at", metavar="TIME", default="", help=when)
    point.add_argument("--from", metavar="FILE", dest="source", default="", help="a snapshot instead of the replica")
    each.add_argument("--user", metavar="EMAIL", default="", help="the admin who will look (default: the only one)")
    each.add_argument("--dry-run", action="store_true", help="only say how much disk it needs")


def archives(nouns: Nouns) -> None:
    """Everything in one file."""
    each = nouns.leaf(nouns.places, "export", "export", "write everything, or one person's or space's, as one archive")
    whose = each.add_mutually_exclusive_group()
    whose.add_argument("--user", metavar="EMAIL", default="", help="only what this person owns")
    whose.add_argument("--space", metavar="S", default="", help="only this space: its id, or the name of a shared one")
    each.add_argument("--to", metavar="FILE", default="", help="the file (default: a name with the day), - is a pipe")
    each = nouns.leaf(nouns.places, "import", "import", "take in an archive: as it was where nobody is, else beside it")
    each.add_argument("file", metavar="FILE", help="what `export` wrote")
    each.add_argument("--dry-run", action="store_true", help="check all of it, and only say what would be done")
    whose = each.add_mutually_exclusive_group()
    whose.add_argument("--as", metavar="EMAIL", dest="owner", default="", help="all of it goes to this person here")
    whose.add_argument("--space", metavar="S", default="", help="a space's things go into this one: its id or name")
