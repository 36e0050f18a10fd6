"""`check`: one line for each part of the installation, ok or what to do."""

from app import blobs, config, providers, secrets
from app.backups import health, moments, points, target
from app.doors import handing
from app.errors import Misconfigured
from app.rights import machine
from routes import assets, readiness, serving
from routes.commands import footing
from routes.commands.words import Said, columns

ADD = "`main.py providers add NAME --url URL` adds a provider"


def check() -> Said:
    """Configuration, database, assets, models, and what this machine lacks: one line each."""
    return checked("")


def checked(database: str) -> Said:
    """One line for each part: ok, or what to do. `database` says why it did not open."""
    found = [("configuration", "", f"ok: {serving.address()}, data in {config.current.data}")]
    found.append(("database", database, "ok"))
    try:
        assets.check()
    except Misconfigured as refusal:
        found.append(("assets", refusal.message, ""))
    else:
        found.append(("assets", "", "ok"))
    if not database:
        if handing.door is not None:
            found.append(ready_line())
        found.append(("replica", *health.line(machine())))
        found.append(restores_line())
        found.append(secrets_line())
        found.append(blobs_line())
    found.append(models_line() if not database else ("models", "They are in the database, which did not open.", ""))
    found += footing.lines()
    return columns([(name, wrong or fine) for name, wrong, fine in found]), int(any(wrong for _, wrong, _ in found))


def ready_line() -> tuple[str, str, str]:
    """Whether the server that is asked is ready, as /readyz tells it."""
    return "server", " ".join(readiness.known().why), "ok: ready"


def restores_line() -> tuple[str, str, str]:
    """Whether the last trial of a restore went well."""
    last = points.last(machine(), "verify")
    if last is None:
        return "restores", "", "ok, but none was tried yet: `main.py backups verify` does, and each week does by itself"
    at = moments.shown(last.started_at)
    if not last.ok:
        return "restores", f"The verification of {at} failed. {last.note} See `main.py backups verify`.", ""
    return "restores", "", f"ok: {at}, {last.note[:1].lower()}{last.note[1:]}"


def secrets_line() -> tuple[str, str, str]:
    """Whether the stored keys open, and whether the recovery key lies somewhere safe."""
    if secrets.locked():
        return "secrets", "The stored keys are locked: `main.py secrets unlock --key-stdin` takes the recovery key.", ""
    if not secrets.is_saved():
        return "secrets", "", "ok, but save the recovery key: `main.py secrets show`, then `main.py secrets saved`"
    return "secrets", "", "ok"


def blobs_line() -> tuple[str, str, str]:
    """Whether the bytes that lie beside the database are all there, as far as was looked."""
    lost, here = blobs.missing(), blobs.used()
    if lost:
        nowhere = len({each.hash for each in lost})
        return "files", f"{nowhere} of {len(here)} are missing here and at the replica's target.", ""
    if config.current.files == "disk":
        return "files", "", f"ok: {len(here)} beside the database"
    try:
        target.home().reachable()
    except Misconfigured as refusal:
        return "files", refusal.message, ""
    return "files", "", f"ok: {len(here)} in {config.current.files}"


def models_line() -> tuple[str, str, str]:
    """Whether there is a model to ask."""
    there = providers.available(machine())
    failed = [provider.name for provider in providers.all(machine()) if provider.enabled and provider.error]
    if not there:
        return "models", f"No model can be asked: {ADD}{demo_way()}.", ""
    if failed:
        return "models", f"{failed[0]} failed its last test: see `main.py providers test {failed[0]}`.", ""
    demo = " (only the tiny demo model: add a provider)" if all(choice.demo for choice in there) else ""
    return "models", "", f"ok: {len(there)} to ask{demo}"


def demo_way() -> str:
    """How a tiny one comes here, where there could be one."""
    return ", `main.py providers add-demo FILE` brings a tiny one" if providers.demo_wanted() else ""


COMMANDS = {"check": check}
