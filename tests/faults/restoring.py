"""Restores what a target holds to a file, in a process of its own: `python -m tests.faults.restoring FILE`."""

import json
import sys
import time
from pathlib import Path

from app import config
from app.backups import generations, litestream, target


def main(out: Path) -> None:
    config.use(config.read())
    chosen = target.chosen()
    current = generations.read(chosen)
    begun = time.monotonic()
    found = litestream.restore(chosen, current.instance, current.generation, out)
    said = {"generation": current.generation, "txid": found.txid, "seconds": time.monotonic() - begun}
    print(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
