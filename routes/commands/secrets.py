"""Commands about the master secret: the recovery key, its rotation, and the way back in after a restore."""

from app import secrets
from app.rights import machine
from routes.commands.words import Said

SAVE = "Write it down or keep it where you keep passwords, then say so: `main.py secrets saved`."
KEPT = "The one before stays in data/secret.key as long as an earlier moment can be restored, and a day more."


def show() -> Said:
    """The recovery key."""
    key = secrets.recovery_key(machine())
    return [key] if secrets.is_saved() else [key, SAVE], 0


def saved() -> Said:
    """Note that the recovery key lies somewhere safe."""
    secrets.confirm_saved(machine())
    return ["The recovery key is noted as saved."], 0


def rotate() -> Said:
    """A new recovery key, shown once."""
    key = secrets.rotate(machine())
    return ["Everything is sealed with a new key. This is the new recovery key:", "", f"  {key}", "", SAVE, KEPT], 0


def unlock(key: str) -> Said:
    """Open what a restored database has sealed."""
    secrets.unlock(machine(), key)
    return ["The stored keys open again."], 0


def forget() -> Said:
    """Go on without the stored keys that do not open."""
    count = secrets.forget(machine())
    gone = "One stored key was forgotten" if count == 1 else f"{count} stored keys were forgotten"
    return [f"{gone}: put them in again on the providers page.", "`main.py secrets show` prints the recovery key."], 0


COMMANDS = {
    "secrets.show": show,
    "secrets.saved": saved,
    "secrets.rotate": rotate,
    "secrets.unlock": unlock,
    "secrets.forget": forget,
}
