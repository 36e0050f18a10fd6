"""A body as it arrives: at most so many bytes, at least so fast, and multipart forms taken apart on the way."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from app import clock
from app.errors import Invalid, Refusal, TooLarge

# Seconds that any body may take, and bytes a second that a longer one has to bring: who sends drop by drop is cut.
GRACE, SLOWEST = 30.0, 1024
MOST_FIELDS, LONGEST_HEADERS = 128, 16


@dataclass
class Field:
    """One field of a form. `filename` is None where it was no file."""

    name: str
    data: bytes
    filename: str | None = None


async def chunks(request: Request, largest: int) -> AsyncIterator[bytes]:
    """The body, piece by piece. Raises TooLarge, Refusal (408) for a slow one and Invalid for one that breaks off."""
    begun, seen, stream = clock.ticks(), 0, aiter(request.stream())
    while True:
        left = begun + GRACE + seen / SLOWEST - clock.ticks()
        try:
            async with asyncio.timeout(max(left, 0)):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise slow(seen) from None
        except ClientDisconnect:
            # Nobody hears it; what matters is that half a body is not taken for a whole one.
            raise Invalid(
                f"The connection ended after {seen:,} bytes, before all had come. Nothing was kept."
            ) from None
        seen += len(chunk)
        if seen > largest:
            raise too_large(largest)
        yield chunk


async def whole(request: Request, largest: int) -> bytes:
    """All of the body."""
    body = bytearray()
    async for chunk in chunks(request, largest):
        body += chunk
    return bytes(body)


async def fields(request: Request, largest: int) -> list[Field]:
    """The fields of a multipart form, in their order. Raises as `chunks` does, and Invalid for a broken form."""
    _, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise Invalid("This says that it is a multipart form, and does not say what parts it (`boundary=`).")
    found = Fields()
    taker = parser(boundary, found)
    try:
        async for chunk in chunks(request, largest):
            taker.write(chunk)
        taker.finalize()
    except FormParserError:
        raise Invalid("This multipart form is broken: its parts do not follow the rules.") from None
    if not found.ended:
        raise Invalid("This multipart form breaks off before its last line. Nothing was kept.")
    return [Field(name, bytes(data), filename) for name, filename, data in found.all]


def parser(boundary: bytes, taken: "Fields") -> MultipartParser:
    """What takes a form apart, and tells `taken`."""
    told: dict[str, Any] = {
        "on_part_begin": taken.begin,
        "on_header_field": taken.header_name,
        "on_header_value": taken.header_value,
        "on_header_end": taken.header,
        "on_headers_finished": taken.head,
        "on_part_data": taken.text,
        "on_end": taken.finish,
    }
    return MultipartParser(boundary, told, max_header_count=LONGEST_HEADERS)


class Fields:
    """Collects what the parser tells."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str | None, bytearray]] = []
        self.headers: dict[bytes, bytes] = {}
        self.name, self.value, self.ended = bytearray(), bytearray(), False

    def begin(self) -> None:
        if len(self.all) >= MOST_FIELDS:
            raise Invalid(f"A form has at most {MOST_FIELDS} fields here.")
        self.headers = {}

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self.name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self.value += data[start:end]

    def header(self) -> None:
        self.headers[bytes(self.name).lower()] = bytes(self.value)
        self.name, self.value = bytearray(), bytearray()

    def head(self) -> None:
        _, options = parse_options_header(self.headers.get(b"content-disposition", b""))
        filename = options.get(b"filename")
        self.all.append((told(options.get(b"name", b"")), None if filename is None else named(filename), bytearray()))

    def text(self, data: bytes, start: int, end: int) -> None:
        self.all[-1][2].extend(memoryview(data)[start:end])

    def finish(self) -> None:
        self.ended = True


def named(filename: bytes) -> str:
    """A file's name as it was meant: browsers and curl write quotes and line ends in it as %22, %0D and %0A."""
    for written, meant in ((b"%22", b'"'), (b"%0D", b"\r"), (b"%0A", b"\n")):
        filename = filename.replace(written, meant)
    return told(filename)


def told(name: bytes) -> str:
    """A name in UTF-8. Raises Invalid."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        raise Invalid(name="A name here has to be UTF-8.") from None


def too_large(largest: int) -> TooLarge:
    """What is told of more bytes than are taken."""
    return TooLarge(f"At most {largest >> 10:,} KiB can be posted here.")


def slow(seen: int) -> Refusal:
    """What is told of a body that does not come."""
    refusal = Refusal(f"Only {seen:,} bytes came in {GRACE:.0f} seconds and more. Nothing was kept; send it again.")
    refusal.status = 408
    return refusal
