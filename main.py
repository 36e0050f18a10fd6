"""Inglenook: builds the app, mounts the routers in one visible list, and is the command line."""

import asyncio
import contextlib
import os
import platform
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

from app import children, config
from app.errors import Misconfigured, Refusal
from routes import arguments

# A command waits this long for a server that is just starting.
PATIENCE = 10.0
# Words of the command line that stand above the environment.
SERVING = ("data", "host", "port", "insecure_http", "workers")
# Commands that do not end with one answer of the server.
TALKED = ("backups.restore", "server.restart", "upgrade", "export", "import", "backups.open")


# ── the app ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def routers() -> list[Any]:
    """Every router of the product. Imported here, so that a command which needs none of them starts at once."""
    return pages() + machines()


def pages() -> list[Any]:
    """What people see."""
    from routes import (
        accounts,
        admin,
        aliases,
        archives,
        assets,
        attachments,
        backups,
        budgets,
        chats,
        consent,
        files,
        handbook,
        imports,
        jobs,
        keys,
        lists,
        messages,
        palette,
        past,
        pastes,
        people,
        posting,
        presets,
        projects,
        prompts,
        providers,
        raw,
        secrets,
        selections,
        settings,
        sharing,
        shelves,
        spaces,
        streams,
        then,
        usage,
        verbs,
    )

    chatting = (chats, imports, lists, selections, projects, messages, shelves, sharing, streams, palette)
    asking = (attachments, prompts, presets)
    oneself = (accounts, settings, spaces, keys, consent, archives)
    pasting = (pastes, posting, files)
    running = (people, providers, aliases, budgets, usage, admin, backups, past, then, secrets, jobs)
    reading = (handbook, verbs, files.putting)
    # In this order they are tried, one by one: raw bytes and pastes are asked for most often.
    found = (raw, *pasting, assets, *chatting, *asking, *oneself, *running, *reading)
    return [router.ar for router in found]


def machines() -> list[Any]:
    """What programs ask, by keys."""
    from routes import anthropic, api, embeddings, gateway, llms, mcp, oauth, ollama, openapi, passing, responses
    from routes.readiness import ar as readiness

    return [
        gateway.ar,
        responses.ar,
        anthropic.ar,
        embeddings.ar,
        passing.ar,
        ollama.ar,
        oauth.ar,
        mcp.ar,
        llms.ar,
        readiness,
        openapi.ar,
        api.ar,
    ]


def create_app(lifespan: Any = None) -> Any:
    """The ASGI app over the open database: every route behind its rule, every refusal in its shape."""
    from starlette.middleware import Middleware

    from app import verbs
    from routes import assets, refusals
    from routes.packing import Packing
    from routes.safety import Guarded

    assets.load()
    verbs.load()
    app = Guarded(
        default_hdrs=False,
        canonical=False,
        sess_cls=None,
        secret_key="unused: there is no session middleware",
        lifespan=lifespan,
        middleware=[Middleware(Packing, compresslevel=5)],
        exception_handlers={
            Refusal: refusals.refuse,
            404: refusals.nothing_here,
            405: refusals.wrong_method,
            Exception: refusals.failed,
        },
    )
    for router in routers():
        router.mount(app)
    return app


def open_house() -> None:
    """Secrets, database, schema: everything below the app. The lock is held by the caller. Raises Misconfigured."""
    from app import blobs, db, secrets, settings
    from app.backups import starting, target, upgrading

    data = config.current.data
    starting.prepare(data)
    secrets.open(data, config.current.secret, tuple(config.current.secret_old.split()))
    db.open(data / "inglenook.db")
    upgrading.bring_up(data / "inglenook.db", starting.replicate)
    settings.forget()
    starting.settle()
    secrets.settle()
    blobs.copy_to(target.home, target.opened)


def close_house() -> None:
    """Close what `open_house` opened."""
    from app import db

    db.close()


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[None]:
    """What runs beside the requests: leftovers of a crash are marked, jobs run, commands are answered."""
    from app import accounts, chats, control, gateway, items, jobs, keys, providers, releases, usage
    from app.backups import past, starting
    from app.clock import BOOT
    from routes import mcp, serving
    from routes.commands import run
    from workers.queue import Queue
    from workers.queue.hosting import Host

    await asyncio.to_thread(usage.sweep, BOOT)
    await asyncio.to_thread(chats.interrupt_orphans, BOOT)
    await asyncio.to_thread(providers.offer_environment)
    queue = Queue(asyncio.get_running_loop())
    jobs.consumer = queue.wrong
    host = Host(queue)
    listening = control.listening(config.current.data, run, host.join)
    async with starting.replicating(), past.living(), listening, gateway.connected():
        # Beside the first requests, because its imports are slow.
        waking = asyncio.create_task(asyncio.to_thread(queue.start))

        async def let_jobs_end() -> None:
            await waking
            await host.close()
            await asyncio.to_thread(queue.stop)

        jobs_end = serving.Early(let_jobs_end)
        serving.early.append(jobs_end)
        warming = asyncio.create_task(gateway.warm(waking))
        listing = asyncio.create_task(providers.list_environment())
        releases.watch(config.current.data)
        yield
        listing.cancel()
        await mcp.close()
        await chats.stop_all()
        await jobs_end()
        serving.early.remove(jobs_end)
        await asyncio.wait({listing, warming})
        await asyncio.to_thread(items.close)
        await asyncio.to_thread(accounts.flush_seen)
        await asyncio.to_thread(keys.flush_used)


async def lifespan(app: Any) -> AsyncIterator[None]:
    """FastHTML's lifespan: a plain async generator."""
    async with running():
        yield


# ── serve ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def serve(reloading: bool, files: list[int] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. Raises Misconfigured when this machine or these settings do not allow it."""
    from app import doors, lock, logs, releases
    from app.doors import handing
    from routes import assets, serving

    if reloading:
        return serving.reload()
    logs.start(config.current.log_level)
    assets.check()
    held = lock.hold(config.current.data)
    door = doors.find(config.current.host, config.current.port, files)
    handing.keep(door)
    try:
        releases.begin(config.current.data)
        with releases.opening(config.current.data):
            open_house()
        serving.run(create_app(lifespan), door)
    finally:
        close_house()
        lock.release(held)
    handing.leave()
    return 0


def hold(files: list[int] | None = None) -> int:
    """Hold the door, and keep a server running behind it. Raises Misconfigured."""
    from app.doors import finding, holding

    return holding.hold(finding.find(config.current.host, config.current.port, files))


# ── work ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def work() -> int:
    """Run jobs for the server that owns the data directory, until SIGTERM or SIGINT. Raises Misconfigured."""
    from app import logs
    from workers.queue import joining

    logs.start(config.current.log_level)
    return joining.work(config.current.data, config.current.workers)


# ── the command line ──────────────────────────────────────────────────────────────────────────────────────────────────
def command(name: str, options: dict[str, Any]) -> tuple[list[str], int]:
    """Run a command in the server that owns the data directory, or here while there is none. Raises Misconfigured."""
    from app import control, lock

    data, deadline = config.current.data, time.monotonic() + PATIENCE
    while (held := lock.take(data)) is None:
        answer = control.ask(data, name, options)
        if answer is not None:
            return answer
        if time.monotonic() > deadline:
            raise Misconfigured(f"Process {lock.holder(data)} holds {data} and does not answer: stop it and try again.")
        time.sleep(0.1)
    from app import logs
    from routes.commands import alone

    if name.startswith("jobs."):
        import workers

        workers.load()  # what they are is declared there

    # What a command says is its answer; its log is for what went wrong.
    logs.start("error")
    try:
        return alone(name, options, open_house)
    finally:
        close_house()
        lock.release(held)


def talk(name: str, options: dict[str, Any]) -> tuple[list[str], int]:
    """What is talked over with the terminal: a restore says first what it will replace, and asks; a restart is waited
    for, an upgrade is told step by step, an archive becomes a file. Raises Refusal."""
    from routes.commands import archives, backups, importing, past, releases, serving

    if name == "export":
        return archives.talk(command, options)
    if name == "import":
        return importing.talk(command, options)
    if name == "backups.open":
        return past.talk(command, options)
    if name == "server.restart":
        return serving.talk(options)
    return releases.talk(command, options) if name == "upgrade" else backups.talk(command, options)


def main(words: list[str] | None = None) -> int:
    """Run one command: 0, or one sentence on standard error."""
    os.umask(0o077)  # what this process and its children write is for its owner only
    if sys.argv[1:] == ["then"]:  # the child that serves a moment of the past: see docs/develop/past.md
        from routes import then_inside

        return then_inside.run(create_app)
    options = vars(arguments.parser().parse_args(words))
    name = options.pop("command")
    try:
        if name == "version":
            print(version())
            return 0
        if name == "release" and not options["open"]:
            from routes.commands import releases

            print(*releases.release()[0])
            return 0
        serving = {key: options.pop(key) for key in SERVING if key in options}
        config.use(config.read(**serving))
        if name == "work":
            return work()
        if name == "serve" and options["hold"]:
            return hold(options["fd"])
        if name == "serve":
            return serve(options["reload"], options["fd"])
        if name == "release":
            name, options = "releases.opened", {}
        for secret in [key for key in ("password", "key") if options.pop(f"{key}_stdin", False)]:
            options[secret] = sys.stdin.readline().strip("\r\n")
        if asked := options.pop("asked", None):
            from routes import knocking

            lines, code = knocking.ask(asked)
        else:
            lines, code = talk(name, options) if name in TALKED else command(name, options)
    except Refusal as refusal:
        lines, code = [refusal.message], 1
    except KeyboardInterrupt:
        return 130
    if lines:
        print(*map(children.named, lines), sep="\n", file=sys.stderr if code and name != "check" else sys.stdout)
    return code


def version() -> str:
    """The version of Inglenook and of what it stands on."""
    import pysqlite3

    return f"Inglenook {config.VERSION} (Python {platform.python_version()}, SQLite {pysqlite3.sqlite_version})"


if __name__ == "__main__":
    sys.exit(main())
