"""A local S3-compatible store (moto in a process of its own), for tests that copy to a bucket."""

import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import httpx2

from app import config

BUCKET = "workspace"


class Storage:
    """The store, with one bucket: its address, and settings that lead there."""

    def __init__(self) -> None:
        words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        # Its log has to go somewhere, or it waits.
        self.listening = threading.Thread(target=lambda: [None for _ in self.process.stderr], daemon=True)
        self.port = int(self.told(r"Running on http://127\.0\.0\.1:(\d+)"))
        self.url = f"http://127.0.0.1:{self.port}"
        assert httpx2.put(f"{self.url}/{BUCKET}").status_code == 200

    def told(self, pattern: str) -> str:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and (line := self.process.stderr.readline()):
            if found := re.search(pattern, line):
                self.listening.start()
                return found[1]
        raise AssertionError("the store did not start")

    def config(self, prefix: str, **changes) -> config.Config:
        """The settings of this process with a folder of the bucket as the target."""
        return replace(config.current, **{field: value for _, field, value in self.settings(prefix)} | changes)

    def environ(self, prefix: str) -> dict[str, str]:
        """The same for another process."""
        return {name: value for name, _, value in self.settings(prefix)}

    def settings(self, prefix: str) -> list[tuple[str, str, str]]:
        return [
            ("INGLENOOK_REPLICA", "replica", f"s3://{BUCKET}/{prefix}"),
            ("INGLENOOK_S3_ENDPOINT", "s3_endpoint", self.url),
            ("INGLENOOK_S3_KEY", "s3_key", "right"),
            ("INGLENOOK_S3_SECRET", "s3_secret", "right"),
        ]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.listening.join()
        self.process.stderr.close()

    def sleep(self) -> None:
        """Be silent, as behind a network that drops everything."""
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Go on."""
        self.process.send_signal(signal.SIGCONT)
