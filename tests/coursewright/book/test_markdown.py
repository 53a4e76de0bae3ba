"""Markdown that says what the tree says, to every reader of Markdown, and no more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from book_samples import book_of, sample_book
from html_inspection import inspect_html
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coursewright.book.bind import bind_book
from coursewright.book.markdown import MarkdownWriter, write_markdown
from coursewright.book.nodes import ParsedText
from coursewright.book.parse import parse_text
from coursewright.languages import load_language

HOSTILE = sorted((Path(__file__).parents[2] / "corpus" / "hostile").glob("*.md"))


def rewrite(markdown: str) -> tuple[ParsedText, ParsedText, str]:
    """The tree of a text, the tree of what the writer makes of that tree, and that Markdown."""
    writer = MarkdownWriter(
        words=load_language("en").book,
        figures={},
        resolve=lambda anchor: f"#{anchor.removeprefix('l-')}",
        picture=lambda figure: "",
    )
    writer.page_id, writer.shift = "l", 0
    parsed = parse_text(markdown, where="x", prefix="l")
    written = writer.blocks(parsed.blocks)
    return parsed, parse_text(written, where="x", prefix="l"), written


def said(parsed: ParsedText) -> str:
    """The words and the code of a text, without the spaces between them."""
    return "".join(re.findall(r"(?:text|lang)='((?:[^'\\\\]|\\\\.)*)'", repr(parsed.blocks))).replace(" ", "")


@pytest.mark.parametrize(
    "markdown",
    [
        "a *b* **c** ***d*** `e` ~~f~~ [g](https://python.org/a_b?c=*)",
        "* * *",
        "\\* not a list\n\n\\# not a heading\n\n1986\\. a year\n\n\\- dash\n\n\\+ plus\n\n\\> quote",
        "a_b_c _d_ 2*3*4 \\*e\\* \\`f\\` \\[g\\](h) \\<i\\> &amp;lt; \\~~j\\~~ !\\[k\\]",
        "`` a`b `` and ``` `` ```",
        "- a\n- b\n    - c\n        - d\n- e",
        "- a\n\n  second paragraph\n\n  ```python\n  x = 1\n  ```\n- b",
        "99. a\n100. b\n\n     more",
        "- [ ] a\n- [x] b",
        "> quote\n>\n> - list\n>\n> > inner",
        "| a | b |\n|:--|:-:|\n| `x\\|y` | **c** \\| d |\n| | e |",
        "````markdown\n```yaml\na: 1\n```\n````",
        "line  \nbreak",
        "## A *b* `c`\n\ntext\n\n### D\n\n---\n\nend",
        "Setext?\n\\===\n\nnext\n\\---",
        ": not a definition\n\n{: .x } {{ y }} [TOC]",
    ],
)
def test_a_text_read_again_is_the_same_text(markdown: str) -> None:
    parsed, again, _ = rewrite(markdown)
    assert again.blocks == parsed.blocks


@settings(max_examples=300)
@example("*1*_1_")
@example("*_1_:*:")
@example("**a**__b__ *c*_d_**e**")
@given(st.text(alphabet="ab *_`~[]()<>#!|\\-+=:.1&;{}\n$^", max_size=60))
def test_any_text_read_again_is_the_same_text(markdown: str) -> None:
    parsed, again, _ = rewrite(f"x\n\n{markdown}\n")
    assert said(again) == said(parsed)


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.stem)
def test_a_reader_that_takes_html_finds_none(file: Path) -> None:
    reader = pytest.importorskip("markdown")
    text = file.read_bytes().decode("utf-8", "surrogatepass")
    written = write_markdown(bind_book(book_of(text))).decode("utf-8")
    page = reader.markdown(written, extensions=["tables", "footnotes", "fenced_code", "sane_lists"])
    seen = inspect_html(page)
    assert not seen.problems
    assert not seen.scripts
    assert set(seen.tags) <= {
        "a", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol",
        "p", "pre", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
    }  # fmt: skip


def test_the_whole_book_is_in_one_file() -> None:
    text = write_markdown(bind_book(sample_book(8, "es", gaps=True, labs=True))).decode("utf-8")
    assert text.startswith("# Contenedores en operación: de la imagen a la observabilidad\n")
    assert '<a id="l02-01"></a>\n\n### Lección 2.1: ' in text
    assert "![Muestra " in text
    assert "](../visuals/01-01-0001.svg)" in text
    assert "Falta esta lección" in text
    assert "[^l01-01-1]:" in text
    assert "lab-guide.md#lab-01-01-01" in text
    assert "*Listado 1-1*\n" in text
    assert "*Listado 1-3. Registro de imágenes*\n" in text
