"""Opening the bytes of a file as something that another process can be given."""

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from app import blobs, config


@contextmanager
def opened(hash: str) -> Iterator[BinaryIO]:
    """The bytes as an open file of the system; those that live in a bucket only are brought here for so long. Raises
    Gone."""
    with blobs.open(hash) as file:
        try:
            file.fileno()
        except io.UnsupportedOperation:
            with tempfile.TemporaryFile(dir=config.current.data) as here:
                shutil.copyfileobj(file, here, 1 << 20)
                here.seek(0)
                yield here
        else:
            yield file
