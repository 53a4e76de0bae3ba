"""The one-file book: everything in it, nothing beside it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from book_samples import book_of, sample_book
from html_inspection import inspect_html

from coursewright.book.bind import bind_book
from coursewright.book.html import write_html
from coursewright.book.model import Book, BookFigure
from coursewright.book.style import HouseStyle, Logo

HOSTILE = sorted((Path(__file__).parents[2] / "corpus" / "hostile").glob("*.md"))
STYLE = HouseStyle()


def html(book: Book, style: HouseStyle = STYLE) -> str:
    return write_html(bind_book(book), style).decode("utf-8")


@pytest.fixture(scope="module")
def page() -> str:
    return html(sample_book(8, "es", gaps=True, labs=True))


def test_the_same_book_gives_the_same_bytes(page: str) -> None:
    assert page == html(sample_book(8, "es", gaps=True, labs=True))


def test_it_needs_nothing_from_outside(page: str) -> None:
    seen = inspect_html(page)
    assert not seen.problems
    assert "link" not in seen.tags
    assert len(seen.scripts) == 2


def test_its_policy_allows_its_own_script_and_no_network(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    script = inspect_html(page).scripts[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy[1].replace("&#39;", "'") == (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )


def test_ids_are_unique_and_every_link_within_leads_to_one(page: str) -> None:
    seen = inspect_html(page)
    assert [name for name, count in seen.ids.items() if count > 1] == []
    assert {link[1:] for link in seen.links if link.startswith("#")} <= set(seen.ids)


def test_headings_do_not_skip_a_level(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_figure_has_its_alternative_text_its_number_and_its_description(page: str) -> None:
    assert page.count('class="figure"') == 18
    assert page.count('role="img" aria-label="Muestra ') == 18
    assert '<span class="number">Figura 1-1.</span>' in page
    assert page.count("<summary>Descripción de la figura</summary>") == 18


def test_the_demonstrations_mark_is_on_it() -> None:
    page = html(sample_book(2, "en", demonstration=True))
    assert page.count("Do not teach from it") == 3
    assert "Do not teach" not in html(sample_book(2, "en"))


def test_the_language_is_said_of_the_book_and_of_foreign_passages() -> None:
    page = html(
        book_of(
            "## A\n\nThe image is what is stored in the registry, and it is not for you.\n", language="es"
        )
    )
    assert '<html lang="es"' in page
    assert '<p lang="en">The image' in page


def test_code_is_coloured_and_says_what_it_is(page: str) -> None:
    assert '<div class="code" data-lang="yaml">' in page
    assert '<span class="g">apiVersion</span>' in page
    assert '<figcaption><span class="number">Listado 1-1</span></figcaption>' in page
    assert '<span class="number">Listado 1-3.</span> Registro de imágenes</figcaption>' in page


def test_a_figure_that_is_not_there_leaves_its_place() -> None:
    page = html(book_of("[VISUAL: 01-01-0001 - Something that was never drawn by anybody]"))
    assert "This figure has not been drawn." in page
    assert "Something that was never drawn by anybody" in page


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.stem)
def test_nothing_of_a_hostile_text_runs_or_fetches(file: Path) -> None:
    text = file.read_bytes().decode("utf-8", "surrogatepass")
    figure = BookFigure(
        "01-01-0001",
        caption="x",
        alt='"><script>window.hacked=1</script>',
        long_description="<img src=x onerror=window.hacked=1>",
        svg=b'<svg xmlns="http://www.w3.org/2000/svg" onload="hacked=1"><script>hacked=1</script></svg>',
    )
    hostile = text.splitlines()[2]
    book = replace(
        book_of(text, figures={figure.id: figure}), title=hostile, description=hostile, level=hostile
    )
    seen = inspect_html(html(book))
    assert not seen.problems
    assert len(seen.scripts) == 2
    assert "hacked" not in "".join(seen.scripts)
    assert not any(
        link.lower().startswith(("javascript", "data:", "vbscript", "file")) for link in seen.links
    )


def test_a_house_style_shows_its_name_its_logo_and_its_colours() -> None:
    logo = Logo(
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect id="r"/></svg>', "image/svg+xml"
    )
    style = HouseStyle(name="Academia <del> Puerto", logo=logo, accent="#aa0000", footer="© {name}")
    page = html(book_of("x"), style)
    assert "Academia &lt;del&gt; Puerto" in page
    assert 'aria-label="Academia &lt;del&gt; Puerto"' in page
    assert "--accent:#aa0000" in page
    assert '<footer class="imprint">© Academia &lt;del&gt; Puerto</footer>' in page


def test_a_page_of_what_is_missing_is_marked_in_the_contents(page: str) -> None:
    assert 'Bucle de control <span class="state">Falta</span>' in page
    assert '<span class="state">Aún sin escribir</span>' in page


def test_no_size_breaks_the_page() -> None:
    wide = "|" + "c|" * 200
    deep = "\n".join("  " * level + "- level" for level in range(12))
    book = book_of("x" * 10_000_000, f"{wide}\n|{'-|' * 200}\n{wide}", deep, "```text\n" + "y" * 10_000_000)
    page = html(book)
    assert len(page) < 1_000_000
    assert not inspect_html(page).problems
    assert page.count("level") >= 12
