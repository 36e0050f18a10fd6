"""Sending a file piece by piece: many who fetch large pastes slowly hold a piece each in memory, and no whole one."""

import os
from typing import Any, BinaryIO

from starlette.responses import Response

from app import db

PIECE = 256 * 1024


class FileSent(Response):
    """The bytes of a file, which is closed at the end, however that comes."""

    def __init__(self, file: BinaryIO, headers: dict[str, str]) -> None:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        super().__init__(None, headers=headers | {"content-length": str(size)})
        self.file = file

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            while scope["method"] != "HEAD" and (piece := await db.in_thread(self.file.read, PIECE)):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self.file.close()
