"""PPTX: the text of each slide, its tables and its notes."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from pptx import Presentation

from app.readers import markup
from app.readers.bounds import bounded, unpacked


def pptx(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """The text of each slide. Raises Unreadable."""
    unpacked(file)
    slides = Presentation(file).slides
    yield from bounded(shown(slides), len(slides))


def shown(slides: Any) -> Iterator[tuple[str, str]]:
    """Slide by slide."""
    for n, slide in enumerate(slides, 1):
        lines = list(markup.told(slide._element, {}))
        if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None and frame.text.strip():
            lines += ["", "Notes:", frame.text]
        yield f"slide {n}", "\n".join(line for line in lines if line.strip())
