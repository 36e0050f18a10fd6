"""Markdown becomes HTML that is safe, whole or block by block, and in time that follows its length."""

import re
import sys
import time
import types
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.markdown import Blocks, headings, plain, questions, render
from app.markdown.figures import LARGEST, coloured

AWKWARD = {
    "references": "See [docs] for more.\n\nAnother with [x][docs].\n\n[docs]: https://e.org\n  'title'\n\nlast [docs]",
    "loose list": "- a\n\n- b\n\n  para in b\n\n- c\n\nend\n",
    "nested list": "1. one\n   - sub\n     ```py\n     x=1\n     ```\n2. two\n\nend\n",
    "list, text, list": "- a\n- b\n\nText after.\n\n- c\n- d\n",
    "underlined": "Title\n=====\n\nPara\n---\n\nx\n",
    "lazy quote": "> a\nb\n\nc\n",
    "code with blank lines": "```\na\n\n\nb\n```\n\npara\n",
    "unclosed code": "para\n\n```py\nx\n\ny\n",
    "table": "| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |\n\nx\n",
    "table after a line": "Intro line\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    "no table after all": "Intro line\n| a | b |\n|--oh\n\nx",
    "indented code": "para\n\n    code1\n\n    code2\n\nend\n",
    "rule": "a\n\n---\n\nb\n",
    "other line ends": "a\r\n\r\nb\r\n\r\n- c\r\n- d\re\r",
    "raw html": "<div>\n\n**x**\n\n</div>\n",
    "numbers go on": "1. a\n\n```\ncode\n```\n\n2. b\n\n3. c\n",
    "formulas": "so:\n\\[\nx_1\n\\]\nand $$y^2$$ or\n$$\nz\n$$\n\nend $a$ \\(b\\)\n",
    "formula with items": "so\n$$\na\n- b\n$$\nend",
    "unclosed formula": "so\n$$\na\n- b\n\nend $$",
    "tasks": "- [ ] a\n- [x] b\n\n  c\n- d\n",
    "hash without space": "para\n#\n#hashtag\n##\n",
    "odd characters": "a\x0bb\x0cc\u2028d\x85e\n\nf\x1cg\n",
    "half characters": "a \ud83d\ude00 b\n\n\ud83d\n\nc",
}


def streamed(text: str, step: int) -> Blocks:
    blocks = Blocks()
    for i in range(0, len(text), step):
        blocks.feed(text[i : i + step])
        blocks.advance()
        assert_harmless(blocks.tail)
    blocks.finish()
    return blocks


class Elements(HTMLParser):
    """All the elements of an HTML text with their attributes, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def assert_harmless(html: str) -> None:
    for tag, attributes in Elements(html).found:
        assert tag not in ("script", "style", "iframe", "object", "svg", "form", "link", "meta", "base"), html
        for name, value in attributes.items():
            assert not name.startswith(("on", "hx-", "data-hx-")) and name not in ("style", "id", "srcdoc"), html
            if name in ("href", "src"):
                assert not re.match(r"\s*(javascript|data|vbscript|file):", value or "", re.IGNORECASE), html


@pytest.mark.parametrize("name", AWKWARD)
def test_block_by_block_is_the_same_as_all_at_once(name):
    text = AWKWARD[name]
    for step in (1, 2, 3, 5, 7, 11, 40, 1000):
        assert streamed(text, step).html == render(text), f"in steps of {step}"


def test_what_was_sent_while_it_grew_needs_no_mending_unless_references_or_huge_blocks_are_in_it():
    for name, text in AWKWARD.items():
        if name != "references":
            assert "".join(streamed(text, 3).blocks) == render(text), name


MARKS = ["\n", "\n\n", "- ", "1. ", "2. ", "    ", "  ", "> ", "```", "```py\n", "# ", "| a | b |\n", "|--|-:|\n", "$$"]
MARKS += [
    "\\[",
    "\\]",
    "$x$",
    "**",
    "_",
    "`",
    "[a]",
    "[a]: /u\n",
    "(/b)",
    "---\n",
    "===\n",
    "[x] ",
    "a",
    "word ",
    "\r\n",
    "~~",
]
MARKS += ["\\", "<b>", "&amp;", "![i](http://h/i.png)", "é", "\t", "*", "+ ", "~~~\n", "|", "\r", "\u2028"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(MARKS), max_size=40), st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_any_pieces_of_any_text_give_the_same_page(marks, steps):
    text = "".join(marks)
    blocks, at, turn = Blocks(), 0, 0
    while at < len(text):
        blocks.feed(text[at : at + steps[turn % len(steps)]])
        at += steps[turn % len(steps)]
        turn += 1
        if turn % 2:
            blocks.advance()
    blocks.finish()
    assert blocks.html == render(text)
    if "[a]: " not in text:
        assert "".join(blocks.blocks) == render(text)
    assert_harmless(blocks.html)


def test_a_block_is_sent_as_soon_as_it_is_closed_and_only_once():
    blocks = Blocks()
    blocks.feed("First *one*.\n\nSec")
    assert blocks.advance() == ["<p>First <em>one</em>.</p>\n"]
    assert blocks.tail == "<p>Sec</p>\n"
    blocks.feed("ond\n\n```python\nx = 1\n")
    assert blocks.advance() == ["<p>Second</p>\n"]
    assert "<span>python</span>" in blocks.tail and 'class="n"' not in blocks.tail, "the open block has no colours"
    blocks.feed("```\n")
    assert 'class="n"' in blocks.advance()[0], "closed code is coloured at once"
    assert blocks.tail == ""
    assert blocks.finish() == []


def test_signs_that_say_nothing_yet_are_not_shown():
    blocks = Blocks()
    blocks.feed("A paragraph\n-")
    blocks.advance()
    assert blocks.tail == "<p>A paragraph</p>\n"
    blocks.feed(" item")
    blocks.advance()
    assert "<li>item</li>" in blocks.tail


def test_a_pause_in_a_large_block_shows_all_that_has_come():
    blocks = Blocks()
    blocks.feed("word " * 2000)
    blocks.advance()
    blocks.feed("last.")
    blocks.advance()
    assert "last." not in blocks.tail
    blocks.advance()
    assert "last." in blocks.tail


@pytest.mark.parametrize("line", ["    x = compute(a, b)\n", "- item with **bold**\n", "| a | 12 |\n", "some words "])
def test_the_cost_of_a_long_block_follows_its_length_and_not_its_square(line):
    def seconds(length: int) -> float:
        head = "```python\n" if line.startswith("    ") else "| a | b |\n|---|--:|\n" if line.startswith("|") else ""
        text, blocks = (head + line * length)[:length], Blocks()
        began = time.process_time()
        for i in range(0, length, 10):
            blocks.feed(text[i : i + 10])
            blocks.advance()
            assert blocks.tail is not None
        return time.process_time() - began

    seconds(1_000)
    small, large = seconds(3_000), seconds(12_000)
    assert large < small * 8 + 0.2, (small, large)


def test_a_long_list_is_sent_in_pieces_that_are_one_list_at_the_end():
    text = "".join(f"{i}. item number {i}\n" for i in range(1, 1500)) + "\nend\n"
    blocks = streamed(text, 50)
    assert len(blocks.blocks) > 5 and max(map(len, blocks.blocks)) < 30_000
    assert blocks.html == render(text) and blocks.html.count("<ol") == 1


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<div hx-get="/x" hx-trigger="load" data-hx-post="/y" style="position:fixed">x</div>',
    "[x](javascript:alert(1)) [x](JaVaScRiPt&colon;alert(1)) [x](data:text/html,x) <javascript:alert(1)>",
    "[x](java\tscript:alert(1)) [x]( javascript:alert(1)) [x](&#106;avascript:alert(1)) [x](vbscript:x)",
    "[a]: javascript:alert(1)\n\n[a] ![a]",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>) ![x](http://evil/x.png)",
    '[x](https://e.org "\\" onclick=alert(1) x=\\"")',
    "$\\text{<img/src=x/onerror=alert(1)>}$ $$\\text{<script>alert(1)</script>}$$",
    "$\\href{javascript:alert(1)}{x}$ $\\style{position:fixed}{x}$ $\\class{rail}{x}$ $\\cssId{main}{x}$",
    "$\\text{&lt;img src=x onerror=alert(1)&gt;}$ $\\text{&amp;lt;b&amp;gt;}$ $\\hspace{-999em}$",
    "$</math><img src=x onerror=alert(1)>$ $\\mathrm{</mtext></math><script>}$",
    '```"><script>alert(1)</script>\nx\n```\n```html\n<script>alert(1)</script>\n```',
    '- [ ] "><img src=x onerror=alert(1)>\n- [x] " onfocus="x',
    "| <b onclick=x> | a |\n|---|--:|\n| <style>*{}</style> | <!-- --> |",
    "<svg><style><img src=x onerror=alert(1)></style></svg> <math><mtext><table><mglyph><style><img src onerror=x>",
    '# <a id="main">x</a> {#main onclick=x}',
    "\0<\0script>alert(1)</script>\u202etxt.exe\u2066",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_comes_through(text):
    for html in (render(text), render(text, ids=True).replace(' id="h-', ' data-h="'), questions(text)):
        assert_harmless(html)
        assert "<img" not in html and "position:fixed" not in re.sub(r"&lt;div.*|<code>.*", "", html)
    for step in (1, 4):
        blocks = streamed(text, step)
        assert_harmless("".join(blocks.blocks))
    growing = Blocks()
    for character in text:
        growing.feed(character)
        growing.advance()
        assert_harmless(growing.tail)


def test_a_formula_cannot_carry_elements_links_or_styles():
    html = render("$\\text{<b>x</b>}$ $\\href{javascript:alert(1)}{y}$ $\\style{color:red}{z}$ $\\class{rail}{w}$")
    assert html.count("<math") == 4
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert {name for _, attributes in Elements(html).found for name in attributes} <= {"display"}
    assert "-999em" not in render("$a\\hspace{-999em}b$") and "-999em" not in render("$a\\hspace{999em}b$")


@pytest.mark.parametrize(
    "mark", ["[", "![", "*", "_", "`", "> ", "- ", "<", "$", "$$a\n", "\\(", "\\[\n", "|", "a\n\n", "\n"]
)
def test_a_quarter_megabyte_of_one_sign_takes_seconds_at_most(mark):
    text = (mark * 262_144)[:262_144]
    began = time.process_time()
    assert_harmless(render(text)[:200_000])
    assert plain(text) is not None
    assert time.process_time() - began < 10


def test_quotes_and_lists_beyond_all_depth_are_shown_as_they_were_written():
    for mark in (">", "> ", "- ", "1. "):
        text = mark * 10_000 + "bottom"
        html = render(text)
        assert "bottom" in html and html.count("<blockquote>") < 25
        assert streamed(text + "\n\nend", 1000).html == render(text + "\n\nend")


@pytest.mark.parametrize(
    ("language", "line"), [("csharp", "a\n"), ("make", "a" * 999 + "\n"), ("c", " \n"), ("java", "a\n")]
)
def test_code_that_a_lexer_would_chew_for_minutes_stays_without_colours(language, line):
    code = (line * LARGEST)[: LARGEST - 100]
    began = time.process_time()
    html = render(f"```{language}\n{code}\n```\n" * 2)
    assert time.process_time() - began < 5
    assert html.count("<figure") == 2


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $6.",
        "Between $10,000 and $20,000 a year",
        "US$30 or A$40",
        "$5-$6",
        "$HOME and $PATH, $A:$B",
        "from 5$ to 6$",
        "$5 for one, 10$ for two",
        "a $ b $ c",
        "\\$x\\$",
        "$",
        "$$",
        "$ $",
        "an escaped \\[bracket\\]",
    ],
)
def test_money_and_other_dollars_are_no_formulas(text):
    assert "<math" not in render(text) and "<code" not in render(text)


@pytest.mark.parametrize(
    "text", ["$x$", "$$x^2$$", "\\(x\\)", "\\[x=1\\]", "so $x^2$, and", "($y$)", "\\[\nx\n\\]", "$10 = 5 + 5$"]
)
def test_formulas_become_mathml(text):
    html = render(text)
    assert "<math" in html and "xmlns" not in html
    assert ('display="block"' in html) == ("$$" in text or "\\[" in text)


@pytest.mark.parametrize("latex", ["\\left.", "x" * 2001, "\\newcommand{\\a}{\\b\\b}\\a", "{" * 1500, "\\frac"])
def test_a_formula_that_is_not_understood_is_shown_as_its_source(latex):
    html = render(f"so ${latex}$ it is")
    assert "<math" not in html and f"<code>${latex}$</code>" in html


def test_code_is_coloured_and_can_be_copied():
    html = render('```python title="x"\ndef f():\n    return "<b>"\n```\n')
    assert '<figure class="code"><figcaption><span>python</span><button' in html and "data-copy" in html
    assert '<pre tabindex="0" aria-label="Code, python"><code><span class="k">def</span>' in html
    assert "aria-label" not in render("```python\n```")
    assert "&lt;b&gt;" in html
    for plain_code in ("```\nx\n```", "```nosuch\nx\n```", "```python\n" + "x = 1\n" * 20_000 + "```"):
        assert "<span class" not in render(plain_code)


def test_code_keeps_every_character():
    code = "\n\n  a\t<&>\n\n'\"\n"
    html = render(f"```python\n{code}```\n")
    inner = re.sub(r"<[^>]+>", "", html[html.index("<code>") : html.index("</code>")])
    assert inner.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == code


def test_tables_scroll_and_their_numbers_stand_to_the_right():
    html = render("| a | b |\n|---|--:|\n| x | 1 |\n")
    assert '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table class="table">' in html
    assert '<th scope="col">a</th>' in html and '<th scope="col" class="num">b</th>' in html
    assert '<td class="num">1</td>' in html and "style" not in html


def test_tasks_have_labelled_boxes_that_cannot_be_ticked():
    html = render("- [x] eat *well*\n- [ ] sleep\n\n- plain\n")
    boxes = [attributes for tag, attributes in Elements(html).found if tag == "input"]
    assert [box["aria-label"] for box in boxes] == ["Done: eat well", "To do: sleep"]
    assert all("disabled" in box for box in boxes) and ["checked" in box for box in boxes] == [True, False]
    assert '<ul class="tasks">' in html
    assert "<input" not in render("- a\n- [b] c\n")


def test_links_lead_to_the_web_by_post_or_within_the_site():
    html = render("[a](https://e.org) [b](/pastes) [c](mailto:a@b.c) [d](ftp://x) [e](//e.org/x) <https://f.org>")
    links = [attributes for tag, attributes in Elements(html).found if tag == "a"]
    assert [link["href"] for link in links] == [
        "https://e.org",
        "/pastes",
        "mailto:a@b.c",
        "//e.org/x",
        "https://f.org",
    ]
    away = [link.get("rel") == "noopener noreferrer nofollow" and link.get("target") == "_blank" for link in links]
    assert away == [True, False, False, True, True]


def test_images_of_other_hosts_are_links():
    html = render("![a cat](https://e.org/cat.png) [![x](https://e.org/b.png)](https://e.org/) ![ours](/files/1.png)")
    assert re.search(r'<a href="https://e.org/cat.png"[^>]*>a cat</a>', html)
    assert re.search(r'<a href="https://e.org/"[^>]*>x</a>', html)
    assert [attributes["src"] for tag, attributes in Elements(html).found if tag == "img"] == ["/files/1.png"]


def test_headings_stand_below_the_title_of_the_page():
    assert render("# a\n\n## b\n\n### c\n\n###### d") == "<h2>a</h2>\n<h3>b</h3>\n<h4>c</h4>\n<h4>d</h4>\n"


def test_headings_of_our_own_texts_can_be_linked_to():
    text = "# How to *start*\n\n## Start!\n\n## Start?\n"
    assert [(h.level, h.id, h.title) for h in headings(text)] == [
        (2, "h-how-to-start", "How to start"),
        (3, "h-start", "Start!"),
        (3, "h-start-2", "Start?"),
    ]
    for heading in headings(text):
        assert f'id="{heading.id}"' in render(text, ids=True)


def test_a_persons_single_newlines_break_the_line():
    assert questions("a\nb") == "<p>a<br>\nb</p>\n"
    assert "<br" not in render("a\nb")


def test_first_words_are_plain_and_end_at_a_word():
    assert plain("# Hello **you**\n\nand `code`") == "Hello you and code"
    assert plain("one two three four", 12) == "one two…"
    assert plain("a\u202eb\x07c\x00") == "abc\ufffd"
    assert plain("x" * 200, 20) == "x" * 19 + "…"
    assert plain("```py\nprint(1)\n```") == "print(1)"
    assert plain("") == ""


def test_who_comes_while_another_brings_the_colours_gets_them_too(monkeypatch):
    import pygments.formatters as there

    # What Pygments has in place of its package until that is imported: nothing in it yet.
    half = types.ModuleType("pygments.formatters")
    half.__path__ = there.__path__
    monkeypatch.setitem(sys.modules, "pygments.formatters", half)
    monkeypatch.delitem(sys.modules, "pygments.formatters.html", raising=False)
    assert 'class="' in coloured("if tea: pass", "python", 5)
