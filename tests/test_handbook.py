"""The handbook: every page is served, with its tree, its headings and its source."""

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest

from app import handbook

DOCS = Path(__file__).resolve().parent.parent / "docs"
NAMES = [entry.name for entry in handbook.entries()]


def address(name: str) -> str:
    return "/docs/handbook" if name == "index" else f"/docs/handbook/{name}"


def test_docs_leads_to_the_handbook_also_for_those_who_are_not_signed_in(nobody) -> None:
    page = nobody.get("/docs")
    assert page.url.path == "/docs/handbook"
    assert "<h1>Handbook</h1>" in page.text


def test_every_file_of_docs_is_a_page_and_no_page_is_forgotten() -> None:
    assert sorted(NAMES) == sorted(str(path.relative_to(DOCS).with_suffix("")) for path in DOCS.rglob("*.md"))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_its_title_its_tree_and_its_contents(nobody, name: str) -> None:
    page = nobody.get(address(name))
    assert page.status_code == 200
    assert f"<h1>{handbook.find(name).title}</h1>" in page.text
    for other in NAMES:
        assert f'href="{address(other)}"' in page.text
    for section in handbook.find(name).headings:
        assert re.search(rf'<h[23] id="{section.id}">', page.text)
        assert section.level != 2 or f'href="#{section.id}"' in page.text


@pytest.mark.parametrize("name", NAMES)
def test_every_link_of_a_page_leads_to_a_page_and_to_a_heading_of_it(nobody, name: str) -> None:
    article = nobody.get(address(name)).text.partition("<article")[2].partition("</article>")[0]
    found = re.findall(r'href="([^"]+)"', article)
    for link in found:
        target = urljoin(f"http://host{address(name)}", link)
        if target.startswith("http://host/"):
            path, _, anchor = target.removeprefix("http://host").partition("#")
            page = nobody.get(path)
            assert page.status_code == 200, link
            assert not anchor or f'id="{anchor}"' in page.text, link
    assert found


def test_a_page_ending_in_md_is_its_source(nobody) -> None:
    page = nobody.get("/docs/handbook/use/chats.md")
    assert page.headers["content-type"].startswith("text/markdown")
    assert page.text == (DOCS / "use/chats.md").read_text()


def test_code_is_highlighted_and_the_headings_step_by_one(nobody) -> None:
    page = nobody.get("/docs/handbook/develop/nouns").text
    assert re.search(r'<span class="k\w*">class</span>', page)
    levels = [
        int(level) for level in re.findall(r"<h([1-6])", page.partition("<article")[2].partition("</article>")[0])
    ]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in zip(levels, levels[1:], strict=False))


@pytest.mark.parametrize(
    "path", ["nothing", "../app/config", "..%2f..%2fREADME.md", "use/", "nothing.md", "index.html"]
)
def test_a_page_that_is_not_there_is_404(nobody, path: str) -> None:
    assert nobody.get(f"/docs/handbook/{path}").status_code == 404


def test_links_between_files_become_links_between_pages() -> None:
    page = handbook.read("use/x", "# X\n\nLede.\n\n## A b\n\n[one](../configure.md#options) [two](y.md) [three](#a-b)")
    assert re.findall(r'href="([^"]+)"', page.html) == ["../configure#h-options", "y", "#h-a-b"]
    first = handbook.read("index", "# X\n\nLede.\n\n[one](use/chats.md) [out](https://example.org/a.md)")
    assert re.findall(r'href="([^"]+)"', first.html)[:2] == ["handbook/use/chats", "https://example.org/a.md"]


def test_a_comment_in_a_block_of_code_is_no_heading() -> None:
    page = handbook.read("x", "# X\n\nLede.\n\n## Part\n\n```sh\n## not a heading\n```\n")
    assert [heading.title for heading in page.headings] == ["Part"]
    assert "## not a heading" in re.sub(r"<[^>]+>", "", page.html)
