"""A multipart form as it comes in: its words, and its files one after another, each read while it arrives."""

from collections import deque
from collections.abc import AsyncIterator

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from app.errors import Invalid, Refusal
from routes.posting import bodies

LONGEST_WORD = 64 << 10


class Heard(bodies.Fields):
    """What the parser tells, in its order, until somebody takes it: a head is a Field, what follows are its bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.told: deque[bodies.Field | bytes] = deque()

    def head(self) -> None:
        super().head()
        name, filename, _ = self.all[-1]
        self.told.append(bodies.Field(name, b"", filename))

    def text(self, data: bytes, start: int, end: int) -> None:
        self.told.append(data[start:end])


class Incoming:
    """A file of a form: its name, what the words before it said, and its bytes, once."""

    def __init__(self, form: "Form", name: str) -> None:
        self.form, self.name, self.words = form, name, form.words

    async def pieces(self) -> AsyncIterator[bytes]:
        """Its bytes."""
        while await self.form.filled() and isinstance(self.form.heard.told[0], bytes):
            yield self.form.heard.told.popleft()


class Form:
    """A form that is coming in. `words` are its fields so far that are no files."""

    def __init__(self, request: Request, largest: int) -> None:
        _, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary", b"")
        if not boundary:
            raise Invalid("This says that it is a multipart form, and does not say what parts it (`boundary=`).")
        self.heard, self.words = Heard(), {}
        self.parser = bodies.parser(boundary, self.heard)
        self.chunks = bodies.chunks(request, largest)
        # Nothing more of it can be read.
        self.failed = False

    async def filled(self) -> bool:
        """Whether anything more was told; waits for it. Raises as `bodies.chunks` does, and Invalid."""
        while not self.heard.told:
            try:
                self.parser.write(await anext(self.chunks))
            except StopAsyncIteration:
                if not self.heard.ended:
                    self.failed = True
                    raise Invalid("This multipart form breaks off before its last line.") from None
                return bool(self.heard.told)
            except FormParserError:
                self.failed = True
                raise Invalid("This multipart form is broken: its parts do not follow the rules.") from None
            except Refusal:
                self.failed = True
                raise
        return True

    async def files(self) -> AsyncIterator[Incoming]:
        """Its files; the bytes that nobody takes of one are read over before the next."""
        while await self.filled():
            told = self.heard.told.popleft()
            if isinstance(told, bytes):
                continue
            if told.filename is None:
                await self.word(told.name)
            elif told.filename:  # a browser sends an empty field for a picker in which nothing was chosen
                yield Incoming(self, told.filename)

    async def word(self, name: str) -> None:
        """Read a field that is no file. Raises Invalid."""
        value = b""
        while await self.filled() and isinstance(self.heard.told[0], bytes):
            value += self.heard.told.popleft()
            if len(value) > LONGEST_WORD:
                raise Invalid(**{name: "This is too long for a field of a form. Send it as a file."})
        self.words[name] = bodies.told(value)
