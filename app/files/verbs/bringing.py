"""Bytes come and go by links, and from addresses of the internet: what is too much for JSON."""

import shlex
from datetime import datetime
from typing import Literal

from pydantic import Field

from app import clock, config, files
from app.files import fetching, uploads
from app.files.verbs.telling import IN_HEADERS, Id, Lying, Password, Readers, address
from app.rights import Caller
from app.verbs import Input, Output, moment, verb

LONGEST = 7 * 86_400  # seconds


class UploadInput(Lying):
    """What is to come, and where it is to lie."""

    name: str = Field("", max_length=200, description="The file's name; empty for the one that it comes with.")
    file_id: str = Field("", max_length=64, description="The file that it becomes the next version of; else a new one.")
    visibility: Readers = "private"
    expires_in: int = Field(3600, ge=60, le=LONGEST, description="Seconds for which the link waits.")


class LinkSeen(Output):
    """A link that needs no key, and how it is used."""

    url: str
    method: Literal["GET", "PUT"]
    curl: str = Field(description="A command that uses it.")
    expires_at: datetime


@verb(
    "files.upload",
    scope="files:write",
    title="Ask for an upload link",
    description="A link by which one file of any size is uploaded, once, without a key: PUT the bytes to it, as the "
    "curl line does. It becomes a new file of yours, or the next version of one.",
    input=UploadInput,
    output=LinkSeen,
    path="/files/uploads",
    answer=201,
    offered_to_models=False,
    examples=[{"name": "report.pdf", "folder": "Reports"}],
)
def upload(me: Caller, asked: UploadInput) -> LinkSeen:
    """A link. Raises Invalid, and NotFound or Forbidden for where the file should lie."""
    there = files.folders.place(me, **vars(asked.place(me)))
    if asked.file_id:
        files.writable(me, asked.file_id)
    place = {"folder_id": there.folder_id, "space_id": there.space_id}
    about = asked.model_dump(include={"visibility", "file_id"})
    token, until = uploads.link(me, asked.name, expires_in=asked.expires_in, **place, **about)
    link = f"{config.current.url.rstrip('/')}/files/links/{token}"
    curl = f"curl -T {shlex.quote(asked.name or 'FILE')} {link if asked.name else f'{link}?name=FILE'}"
    return LinkSeen(url=link, method="PUT", curl=curl, expires_at=moment(until))


class DownloadInput(Input):
    """Which file, at which version, and for how long."""

    id: Id
    revision: int = Field(0, ge=0, le=1 << 30, description="The number of an earlier version; 0 is the current one.")
    expires_in: int = Field(3600, ge=60, le=LONGEST, description="Seconds for which the link opens it.")
    password: Password = ""


class DownloadSeen(LinkSeen):
    """A link to bytes, and what they are."""

    name: str
    type: str
    size: int
    sha256: str


@verb(
    "files.download",
    scope="files:read",
    title="Ask for a download link",
    description="A link that opens the bytes of a file for a while to whoever has it, without a key, as long as you "
    "may read it yourself. Ranges of it can be fetched.",
    input=DownloadInput,
    output=DownloadSeen,
    method="GET",
    path="/files/{id}/link",
    read_only=True,
    in_headers=IN_HEADERS,
    offered_to_models=False,
    examples=[{"id": "{file}"}],
)
def download(me: Caller, asked: DownloadInput) -> DownloadSeen:
    """A link. Raises what reading raises."""
    file = files.find(asked.id, me, number=asked.revision, password=asked.password, looks=False)
    link = f"{address(file.id)}/download?token={files.pass_for(file, asked.expires_in)}"
    return DownloadSeen(
        url=link,
        method="GET",
        curl=f"curl -o {shlex.quote(file.name)} {shlex.quote(link)}",
        expires_at=moment(clock.now() + asked.expires_in * clock.SECOND),
        name=file.name,
        type=file.type,
        size=file.size,
        sha256=file.hash,
    )


class FetchInput(Lying):
    """What is to be fetched, and where it is to lie."""

    url: str = Field(min_length=1, max_length=fetching.LONGEST, description="Its address, http or https.")
    name: str = Field("", max_length=200, description="The file's name; empty for the one that it has there.")
    visibility: Readers = "private"


class FetchSeen(Output):
    """A file that is being fetched."""

    fetch_id: str
    state: str = Field(description="queued, running, done or failed.")
    progress: int = Field(description="Per cent.")
    note: str = Field(description="How far it is, or why it failed.")
    file_id: str = Field(description="The file, when it is done.")


@verb(
    "files.fetch",
    scope="files:write",
    title="Fetch a file from the internet",
    description="Have a file fetched from a public address and stored. It happens in the background: ask files.fetched "
    "for it.",
    input=FetchInput,
    output=FetchSeen,
    path="/files/fetches",
    answer=202,
    open_world=True,
    examples=[{"url": "https://example.org/report.pdf"}],
)
def fetch(me: Caller, asked: FetchInput) -> FetchSeen:
    """It begins. Raises Invalid for an address that is not asked, and NotFound or Forbidden for where it should lie."""
    there = asked.place(me)
    place = {"folder_id": there.folder_id, "space_id": there.space_id}
    return told(fetching.begin(me, asked.url, asked.name, visibility=asked.visibility, **place))


class FetchedInput(Input):
    """Which one."""

    fetch_id: str = Field(max_length=64, description="As files.fetch told it.")


@verb(
    "files.fetched",
    scope="files:write",
    title="Ask how far a fetch is",
    description="Whether a file that files.fetch began is there, and its id then.",
    input=FetchedInput,
    output=FetchSeen,
    method="GET",
    path="/files/fetches/{fetch_id}",
    read_only=True,
    examples=[{"fetch_id": "{fetch}"}],
)
def fetched(me: Caller, asked: FetchedInput) -> FetchSeen:
    """How far it is. Raises NotFound for another's."""
    return told(fetching.find(me, asked.fetch_id))


def told(found: fetching.Fetch) -> FetchSeen:
    """A fetch as it is told."""
    return FetchSeen(
        fetch_id=found.job,
        state=found.state,
        progress=found.progress,
        note=found.error or found.said,
        file_id=found.id,
    )
