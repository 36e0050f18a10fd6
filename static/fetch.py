"""Fetches the browser code that Inglenook did not write, once, when it is built: `python static/fetch.py [--tests]`.

static/package-lock.json says which packages, static/SHA256SUMS what each file must be. Files that are there and right
are left alone, so a second call needs no network. Only the standard library: it runs before anything is installed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
SUMS = Path("static/SHA256SUMS")
SOURCES = {
    "static/vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "static/vendor/hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
    "tests/vendor/axe.min.js": "axe-core/axe.min.js",
}
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def main(arguments: list[str], house: Path = HOUSE) -> None:
    """Bring the assets, and with `--tests` those of the tests; one sentence and exit 1 when one cannot be had."""
    wanted = wanted_sums(house, tests="--tests" in arguments)
    if not wrong(house, wanted):
        return
    print("Fetching the browser assets ...", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        install(house, Path(folder), tests="--tests" in arguments)
        for target in wanted:
            copy(Path(folder, "node_modules", SOURCES[target]), house / target)
    if bad := wrong(house, wanted):
        for target in bad:  # a file that is not what the repository promises must never be served
            (house / target).unlink(missing_ok=True)
        sys.exit(f"{bad[0]} was fetched but is not the file that {SUMS} names, so it was removed.")


def wanted_sums(house: Path, tests: bool) -> dict[str, str]:
    """Target and SHA-256 of each asset that must be there."""
    rows = (line.split() for line in (house / SUMS).read_text().splitlines())
    return {target: digest for digest, target in rows if tests or not target.startswith("tests/")}


def wrong(house: Path, wanted: dict[str, str]) -> list[str]:
    """The assets that are missing or not what they should be."""
    return [target for target, digest in wanted.items() if sha256(house / target) != digest]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def install(house: Path, folder: Path, tests: bool) -> None:
    """`npm ci` in a folder that is thrown away: no script of a package runs, nothing else of it is kept."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(house / "static" / name, folder / name)
    command = [*npm(house), "--prefix", str(folder), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    environment = os.environ | {"npm_config_cache": str(folder / "cache"), "npm_config_loglevel": "error"}
    if CERTIFICATES.is_file():  # a company's proxy is known to the machine's store, not to the list inside node
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(CERTIFICATES))
    done = subprocess.run(
        command if tests else [*command, "--omit=dev"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        print(done.stdout.strip(), file=sys.stderr)
        sys.exit("The browser assets could not be fetched: see that the npm registry can be reached and try again.")


def npm(house: Path) -> list[str]:
    """The machine's npm, else the one that uv brings as a Python package."""
    found = shutil.which("npm")
    return [found] if found else [str(house / "deploy/setup.sh"), "npm"]


def copy(source: Path, target: Path) -> None:
    if not source.is_file():
        return  # the check that follows names it
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    shutil.copy(source, part)
    os.replace(part, target)  # a server that starts meanwhile sees the whole file or none


if __name__ == "__main__":
    main(sys.argv[1:])
