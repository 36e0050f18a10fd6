"""Inglenook: builds the app, mounts the routers in one visible list, and is the command line."""

import asyncio
import contextlib
import os
import platform
import sys
from collections.abc import AsyncIterator
from typing import Any

from app import children, config
from app.errors import Refusal
from routes import arguments, terminal

# Words of the command line that stand above the environment.
SERVING = ("data", "host", "port", "insecure_http", "workers")


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
        warming = asyncio.create_task(gateway.warm(waking))
        listing = asyncio.create_task(providers.list_environment())
        releases.watch(config.current.data)
        yield
        listing.cancel()
        await mcp.close()
        await chats.stop_all()
        await jobs_end()
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
        with releases.opening(config.current.data, close_house):
            open_house()
        serving.run(create_app(lifespan), door)
    finally:
        close_house()
        lock.release(held)
    handing.leave()
    return 0


# ── work ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def work() -> int:
    """Run jobs for the server that owns the data directory, until SIGTERM or SIGINT. Raises Misconfigured."""
    from app import logs
    from workers.queue import joining

    logs.start(config.current.log_level)
    return joining.work(config.current.data, config.current.workers)


# ── the command line ──────────────────────────────────────────────────────────────────────────────────────────────────
def load_jobs() -> None:
    """Have at hand what jobs are; workers/ declares them."""
    import workers

    workers.load()


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
            from app.doors import holding

            return holding.hold(config.current.host, config.current.port, options["fd"])
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
            lines, code = terminal.run(name, options, terminal.House(open_house, close_house, load_jobs))
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
