"""What is shown of a file: a picture, the first page of a PDF, its text, a table, sound, a video; else what it is."""

from dataclasses import dataclass
from html import escape
from typing import Any

from fastcore.xml import NotStr, ft
from fasthtml.components import A, Div, Figcaption, Figure, Img, P, Pre, Span
from fasthtml.components import Code as CodeTag

from components.files.words import PDF, SHOWN, is_pictured, kind_icon, kind_words, place, thumbnail
from components.parts import Button, Icon
from components.pastes.code import LARGEST, CsvTable, Lines
from components.pastes.words import counted, size_words

PLAYED = {"audio/": "audio", "video/": "video"}


@dataclass(frozen=True)
class Told:
    """A file's text for its preview: `html` its highlighted lines ('': it has no colours), `prose` what its Markdown
    means ('': it is none), `cut` whether this is only its beginning."""

    content: str
    syntax: str = ""
    html: str = ""
    prose: str = ""
    cut: bool = False


def Preview(file: Any, told: Told | None = None, source: bool = False, pixels: tuple[int, int] = (0, 0)) -> Any:
    """What can be shown of it; `told` is its text, where it has one, `pixels` the width and height of a picture."""
    if told is not None:
        return TextFigure(file, told, source)
    if file.type == PDF:
        return PdfFigure(file)
    if is_pictured(file.type) or file.type in SHOWN:
        return PictureFigure(file, pixels)
    for start, tag in PLAYED.items():
        if file.type.startswith(start):
            return PlayFigure(file, tag)
    return PlainFigure(file)


def at(file: Any) -> dict[str, Any]:
    """What says which version is meant, where it is not the current one."""
    return {} if file.revision.number == file.item.current else {"revision": file.revision.number}


def PictureFigure(file: Any, pixels: tuple[int, int]) -> Any:
    """A picture at the width of the page; the whole of it opens in its own tab."""
    raw = place(file.item, "raw", **at(file))
    shown = thumbnail(file.item, 1280) if not at(file) else raw
    whole = A(href=raw, target="_blank", rel="noopener", title="Open the whole picture")
    # Its place is kept free while it comes.
    room = {"width": pixels[0], "height": pixels[1]} if pixels[0] else {}
    return Figure(cls="preview picture")(whole(Img(src=shown, alt=file.name, **room)))


def PdfFigure(file: Any) -> Any:
    """The first page of a PDF as a picture, and the way to all of it, which the browser shows in its own tab."""
    raw = place(file.item, "raw", **at(file))
    page = Img(src=thumbnail(file.item, 1280), alt=f"The first page of {file.name}") if not at(file) else ""
    return Figure(cls="preview pdf")(
        A(href=raw, target="_blank", rel="noopener", tabindex="-1", aria_hidden="true")(page) if page else "",
        Figcaption(Button("Open the PDF in its own tab", icon="out", href=raw, target="_blank", rel="noopener")),
    )


def PlayFigure(file: Any, tag: str) -> Any:
    """Sound and video, played from where one likes."""
    raw = place(file.item, "raw", **at(file))
    player = ft(
        tag, A(href=raw)(f"Download {file.name}"), src=raw, controls=True, preload="metadata", aria_label=file.name
    )
    return Figure(cls=f"preview {tag}")(player)


def PlainFigure(file: Any) -> Any:
    """What cannot be shown: what it is, and how much."""
    return Div(cls="preview nothing")(
        Icon(kind_icon(file.type)),
        P(Span(kind_words(file.type)), " · ", Span(size_words(file.size))),
        P(cls="small faint")("It is shown by its program: download it."),
    )


def TextFigure(file: Any, told: Told, source: bool) -> Any:
    """A text under its facts: rendered where it can be and its source is not asked for, else as numbered lines."""
    rendered: Any = None
    if told.prose:
        rendered = Div(cls="prose")(NotStr(told.prose))
    elif told.syntax == "csv" and not told.cut:
        rendered = CsvTable(told.content, file.name)
    is_rendered = rendered is not None and not source
    lines = told.content.count("\n") + 1
    if is_rendered:
        body: Any = Div(cls="rendered")(rendered)
    else:
        digits = min(6, max(2, len(str(lines))))
        html = told.html or escape(told.content, quote=False)
        body = Pre(cls=f"numbered w{digits}", tabindex="0", aria_label=file.name)(CodeTag(Lines(html)))
    facts = Span(cls="faint")("rendered" if is_rendered else f"{counted(lines, 'line')} · {size_words(file.size)}")
    raw = place(file.item, "raw", **at(file))
    acts: list[Any] = []
    if rendered is not None:
        words, wanted = ("Source", 1) if is_rendered else ("Rendered", None)
        below = ("revisions", file.revision.number) if at(file) else ()
        acts.append(Button(words, "quiet", short=True, href=place(file.item, *below, source=wanted)))
    acts.append(Button("Raw", "quiet", short=True, href=raw))
    acts.append(Button("Copy", "quiet", short=True, type="button", data_copy=raw, aria_label=f"Copy {file.name}"))
    rest = P(cls="no-text")("Only its beginning is shown. The raw text has all of it.") if told.cut else ""
    return Figure(cls="code file preview", data_lines=True)(Figcaption(facts, Span(cls="acts")(*acts)), body, rest)


__all__ = ["LARGEST", "Preview", "Told"]
