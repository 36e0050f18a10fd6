"""Sending a file piece by piece: many who fetch large pastes slowly hold a piece each in memory, and no whole one; who
was cut off goes on from where that was."""

import os
import re
from typing import Any, BinaryIO

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app import db

PIECE = 256 * 1024
BEYOND = range(0)


def ranged(request: Request, tag: str, size: int) -> range | None:
    """The bytes that are asked for alone (RFC 9110, 14): None for all of them, also where several ranges are asked for
    or these are of another state than `tag`; BEYOND where none of them is there."""
    found = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", request.headers.get("range", "").replace(" ", ""), re.ASCII)
    other = request.headers.get("if-range", tag) != tag
    if request.method != "GET" or other or found is None or not (found[1] or found[2]):
        return None
    start = int(found[1]) if found[1] else max(0, size - int(found[2]))
    stop = min(size, int(found[2]) + 1) if found[1] and found[2] else size
    if found[1] and found[2] and int(found[2]) < start:
        return None
    return range(start, stop) if start < stop else BEYOND


def beyond(size: int) -> Response:
    """What is told who asks for bytes behind the end: how many there are."""
    headers = {"content-range": f"bytes */{size}", "accept-ranges": "bytes"}
    return PlainTextResponse(f"There are {size:,} bytes, and none where you asked for them.\n", 416, headers)


class FileSent(Response):
    """The bytes of a file, or a range of them; the file is closed at the end, however that comes."""

    def __init__(self, file: BinaryIO, headers: dict[str, str], piece: range | None = None) -> None:
        sent = piece or range(file.seek(0, os.SEEK_END))
        super().__init__(None, 206 if piece else 200, headers=headers | {"content-length": str(len(sent))})
        self.file, self.left = file, len(sent)
        file.seek(sent.start)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            while scope["method"] != "HEAD" and (piece := await db.in_thread(self.file.read, min(PIECE, self.left))):
                self.left -= len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self.file.close()
