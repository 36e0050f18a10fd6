"""The one file, built once for all test processes of a run, and a machine that holds nothing but what it needs."""

import fcntl
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
PROGRAMS = ("sh", "tar", "gzip")
# glibc is more than one file; Python's own libraries come with the file.
LIBC = ("libc", "libm", "libpthread", "libdl", "librt", "libutil", "libresolv", "libnss_files", "libnss_dns")


def built(factory) -> Path:
    """The one file: that of BINARY=, or else the first test process that wants it builds it, and the others wait."""
    if given := os.environ.get("BINARY"):
        return Path(given).absolute()
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = shared / "binary" / "inglenook"
    made.parent.mkdir(exist_ok=True)
    with (shared / "binary.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            subprocess.run([HOUSE / "deploy/setup.sh", "binary"], cwd=HOUSE, check=True, timeout=600)
            python = HOUSE / ".venv-clients/binary/bin/python"
            words = [python, "deploy/file/build.py", "--to", made]
            subprocess.run(words, cwd=HOUSE, check=True, timeout=1200)
    return made


def bare(folder: Path) -> Path:
    """A root directory with glibc, sh, tar and gzip: no mkdir, no Python, no /proc, no /dev, no /tmp, no authority."""
    (folder / "bin").mkdir(parents=True)
    for program in PROGRAMS:
        path = Path(shutil.which(program))
        shutil.copy(path.resolve(), folder / "bin" / program)
        listed = subprocess.run(["ldd", path], capture_output=True, text=True, check=True).stdout
        for library in (Path(word) for word in listed.split() if word.startswith("/")):
            copied(library, folder)
    home = next(path.parent for path in Path("/").glob("lib*/*/libc.so.6"))
    for name in LIBC:
        for library in home.glob(f"{name}.so.?"):
            copied(library, folder)
    return folder


def copied(library: Path, folder: Path) -> None:
    place = folder / str(library).lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(library, place)


def within(root: Path, *words: str, **environ: str) -> subprocess.Popen:
    """Start a program in another root directory, with this environment and no other."""
    change = [shutil.which("chroot", path="/usr/sbin:/sbin:/usr/bin:/bin"), str(root)]
    if os.geteuid():
        change = [shutil.which("unshare"), "-r", *change]
    return started(*change, *words, **environ)


def started(*words: object, **environ: str) -> subprocess.Popen:
    """Start a program with this environment and no other, to be talked with."""
    pipe = subprocess.PIPE
    return subprocess.Popen(words, env=environ, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


@contextmanager
def serving(server: subprocess.Popen) -> Iterator[tuple[str, str]]:
    """While this is open, a server serves: the line that it prints, and its address. It ends well, or is killed."""
    try:
        line = server.stdout.readline()
        found = re.search(r"http://[\w.:]+", line)
        assert found, server.communicate(timeout=10)
        yield line, found[0]
        server.terminate()
        log = server.communicate(timeout=20)[1]
        assert server.returncode == 0 and "Traceback" not in log, log
    finally:
        server.kill()
        server.communicate()


def until(true, seconds: float = 30) -> float:
    """Wait until this is so; how long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come true"
        time.sleep(0.02)
    return time.monotonic() - began
