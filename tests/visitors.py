"""Visitors who never rest: some knock anew each time, some keep their connection, all read and write."""

import http.client
import ssl
import threading
import time
from collections import Counter
from urllib.parse import urlencode, urlsplit

# How each asks: whether on a new connection each time, and how long it rests between two requests.
KINDS = {"fresh": (True, 0.01), "kept": (False, 0.01), "rare": (False, 0.25)}
WRONG = urlencode({"email": "nobody@example.org", "password": "not the right one"})
FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}


class Visitors:
    """Asks as long as it is open: `longest` is the longest wait in seconds."""

    def __init__(self, url: str, times: int = 2, trust: ssl.SSLContext | None = None) -> None:
        self.place, self.trust = urlsplit(url).netloc, trust
        self.errors: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.by_kind: Counter[str] = Counter()
        self.longest = 0.0
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.visit, args=(kind,)) for kind in KINDS for _ in range(times)]

    def __enter__(self) -> "Visitors":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def visit(self, kind: str) -> None:
        fresh, rest = KINDS[kind]
        line, n = None, 0
        while not self.over.is_set():
            n += 1
            line = line or self.line()
            begun = time.monotonic()
            try:
                status = self.ask(line, n)
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(f"{kind} {n}: {error!r}")
                line.close()
                continue
            self.longest = max(self.longest, time.monotonic() - begun)
            self.statuses[status] += 1
            self.by_kind[kind] += 1
            if fresh:
                line.close()
            time.sleep(rest)
        if line is not None:
            line.close()

    def line(self) -> http.client.HTTPConnection:
        """A connection, which opens itself again."""
        if self.trust is not None:
            return http.client.HTTPSConnection(self.place, timeout=60, context=self.trust)
        return http.client.HTTPConnection(self.place, timeout=60)

    def ask(self, line: http.client.HTTPConnection, n: int) -> int:
        if n % 3:
            line.request("GET", "/signin" if n % 2 else "/healthz")
        else:
            line.request("POST", "/signin", WRONG, FORM)
        answer = line.getresponse()
        answer.read()
        return answer.status
