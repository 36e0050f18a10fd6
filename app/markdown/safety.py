"""The last gate before a page: only the elements and attributes that our own renderer writes come through."""

import re

import nh3
from pygments.token import STANDARD_TYPES


def words(text: str) -> set[str]:
    """The words of a text, as a set."""
    return set(text.split())


# Without href, style, class, id, colours and `xmlns`: latex2mathml lets all of these out of a formula.
MATH_TAGS = words(
    "math mrow mi mo mn ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts "
    "mprescripts none mtable mtr mtd mlabeledtr mstyle mpadded mphantom menclose"
)
MATH_ATTRIBUTES = words(
    "display mathvariant stretchy fence separator form accent accentunder lspace rspace minsize maxsize movablelimits "
    "linethickness columnalign rowalign columnlines rowlines columnspacing rowspacing columnspan rowspan scriptlevel "
    "displaystyle width height depth voffset notation largeop symmetric"
)
# A length that could push a formula over its neighbours is dropped: at most 20, and never more than 1 backwards.
SIZES = {"lspace", "rspace", "minsize", "maxsize", "width", "height", "depth", "voffset", "columnspacing", "rowspacing"}
LENGTH = re.compile(r"(?:\+|-(?=0?\.))?(?:1?\d|20|(?=\.))(?:\.\d{1,4})?(?:em|ex|px|pt|mu)?")

TAGS = words(
    "p h2 h3 h4 ul ol li blockquote pre code em strong s a br hr img div span input figure figcaption button "
    "table thead tbody tr th td"
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "input": {"checked", "disabled", "aria-label"},
    "pre": {"aria-label"},
    "div": {"aria-label"},
    "button": {"data-copy"},
}
VALUES = {
    "a": {"target": {"_blank"}, "rel": {"noopener noreferrer nofollow"}},
    "img": {"loading": {"lazy"}},
    "input": {"type": {"checkbox"}},
    "button": {"type": {"button"}},
    "pre": {"tabindex": {"0"}},
    "div": {"tabindex": {"0"}, "role": {"group"}},
    "th": {"scope": {"col"}},
}
CLASSES = {
    "figure": {"code"},
    "button": {"button", "quiet", "short"},
    "div": {"scroll"},
    "table": {"table"},
    "th": {"num"},
    "td": {"num"},
    "ul": {"tasks"},
    "ol": {"tasks"},
    "span": {name for name in STANDARD_TYPES.values() if name},
}


def measured(tag: str, attribute: str, value: str) -> str | None:
    """The attribute's value, or None where it is a length beyond what a formula needs."""
    if attribute in SIZES and not all(LENGTH.fullmatch(part) for part in value.split()):
        return None
    return value


def cleaner(ids: bool) -> nh3.Cleaner:
    """The gate for text of people and models; with `ids`, headings keep the ids that a table of contents needs."""
    headings = {tag: {"id"} for tag in ("h2", "h3", "h4")} if ids else {}
    return nh3.Cleaner(
        tags=TAGS | MATH_TAGS,
        attributes={**ATTRIBUTES, **headings, **{tag: MATH_ATTRIBUTES for tag in MATH_TAGS}},
        tag_attribute_values=VALUES,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        id_prefix="h-" if ids else None,
    )


formula = nh3.Cleaner(
    tags=MATH_TAGS,
    attributes={tag: MATH_ATTRIBUTES for tag in MATH_TAGS},
    attribute_filter=measured,
    clean_content_tags={"script", "style"},
    link_rel=None,
)
prose = cleaner(ids=False)
handbook = cleaner(ids=True)
