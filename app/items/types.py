"""Types: what bytes are, told by how they begin, whatever their name or their sender says."""

OCTETS = "application/octet-stream"
# At a place in the bytes, these bytes: then it is this type.
SIGNS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypavis", "image/avif"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
)
RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
EXTENSIONS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/avif": ".avif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "audio/mpeg": ".mp3",
    "audio/flac": ".flac",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "audio/mp4": ".m4a",
    "video/webm": ".webm",
    "video/mp4": ".mp4",
    "application/zip": ".zip",
    "application/gzip": ".gz",
}


def told(data: bytes) -> str:
    """The media type of bytes that are no text."""
    if data[:4] == b"RIFF":
        return RIFF.get(data[8:12], OCTETS)
    return next((type for at, sign, type in SIGNS if data[at : at + len(sign)] == sign), OCTETS)


def extension(type: str) -> str:
    """How the name of a file of this type ends."""
    return EXTENSIONS.get(type, ".bin")
