"""Several ranges of a file in one answer (RFC 9110, 14.6): each as a part with its place."""

import re
from typing import Any, BinaryIO

from starlette.requests import Request
from starlette.responses import Response

from app import db
from app.clock import new_id
from routes.raw.sending import PIECE

MOST = 16


def several(request: Request, tag: str, size: int) -> list[range]:
    """The ranges that are asked for, where they are several and all of this state; [] means to answer otherwise: with
    all of it where they are too many, overlap, or are more than the file."""
    said = request.headers.get("range", "").replace(" ", "")
    other = request.headers.get("if-range", tag) != tag
    if request.method != "GET" or other or not said.startswith("bytes=") or said.count(",") not in range(1, MOST):
        return []
    found = [placed(each, size) for each in said.removeprefix("bytes=").split(",")]
    wanted = [each for each in found if each is not None and each.start < each.stop]
    in_order = sorted(wanted, key=lambda each: each.start)
    apart = all(one.stop <= two.start for one, two in zip(in_order, in_order[1:], strict=False))
    return wanted if None not in found and apart and len(wanted) > 1 else []


def placed(text: str, size: int) -> range | None:
    """One range, as far as the file goes; None for what is none."""
    found = re.fullmatch(r"(\d{0,18})-(\d{0,18})", text, re.ASCII)
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return range(max(0, size - int(found[2])), size)
    return range(int(found[1]), min(size, int(found[2]) + 1) if found[2] else size)


class PartsSent(Response):
    """These ranges of a file, piece by piece; the file is closed at the end, however that comes."""

    def __init__(self, file: BinaryIO, headers: dict[str, str], ranges: list[range], size: int) -> None:
        edge = new_id()
        kind = headers["content-type"]
        self.file = file
        self.parts = [
            (f"--{edge}\r\ncontent-type: {kind}\r\ncontent-range: bytes {r.start}-{r.stop - 1}/{size}\r\n\r\n", r)
            for r in ranges
        ]
        self.end = f"--{edge}--\r\n"
        length = sum(len(head) + len(r) + 2 for head, r in self.parts) + len(self.end)
        headers = headers | {"content-type": f"multipart/byteranges; boundary={edge}", "content-length": str(length)}
        super().__init__(None, 206, headers=headers)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def give(data: bytes, more: bool = True) -> None:
            await send({"type": "http.response.body", "body": data, "more_body": more})

        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            for head, wanted in self.parts:
                await give(head.encode())
                await db.in_thread(self.file.seek, wanted.start)
                left = len(wanted)
                while left and (piece := await db.in_thread(self.file.read, min(PIECE, left))):
                    left -= len(piece)
                    await give(piece)
                await give(b"\r\n")
            await give(self.end.encode(), False)
        finally:
            self.file.close()
