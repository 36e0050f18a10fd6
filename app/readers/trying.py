"""Which locks of `confining` this machine has. Run as a script, it takes them all for itself and says which held."""

import json
import os
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent.parent
MODULE = "app.readers.trying"
SECONDS, MEMORY = 5, 1 << 30


def locks() -> list[str]:
    """The locks that hold here, of network, files, calls and limits; none where such a process does not even start."""
    from app import children

    words = children.script(MODULE, str(HOUSE), str(os.getpid()))
    done = subprocess.run(words, env=children.surroundings(), cwd="/", capture_output=True, timeout=30)
    found: list[str] = json.loads(done.stdout) if done.returncode == 0 else []
    return found


def main(house: str, parent: int) -> None:
    """Take all locks, and print those that hold."""
    sys.path.insert(0, house)
    from app.readers import confining

    network = ["network"] if confining.leave_network() else []
    print(json.dumps(network + confining.confine(SECONDS, MEMORY, parent)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
