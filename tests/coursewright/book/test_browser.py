"""The book in a real browser: what it does for its reader, and what hostile texts do not do.

axe-core and scorm-again come from ``build/browser``, where ``.ci/run`` installs them.
"""

from __future__ import annotations

import functools
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from book_samples import book_of, sample_book
from servers.chromium import Browser, node_modules, running_chromium

from coursewright.book.bind import bind_book
from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.bound import BoundBook
from coursewright.book.epub import write_epub
from coursewright.book.html import write_html
from coursewright.book.model import BookFigure
from coursewright.book.scorm import write_scorm
from coursewright.book.style import HouseStyle
from coursewright.book.units import make_units, shared_files

pytestmark = pytest.mark.chromium

HOSTILE = sorted((Path(__file__).parents[2] / "corpus" / "hostile").glob("*.md"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running_chromium(tmp_path_factory.mktemp("chromium")) as running:
        running.set_size(1360, 880)
        yield running


@pytest.fixture(scope="module")
def show(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Callable[[BoundBook], None]:
    """Opens a book's HTML as a reader does, from a file."""

    def open_book(book: BoundBook) -> None:
        file = tmp_path_factory.mktemp("book") / "book.html"
        file.write_bytes(write_html(book, HouseStyle(name="Academia")))
        browser.open(file.as_uri())

    return open_book


@pytest.fixture(scope="module")
def book() -> BoundBook:
    return bind_book(sample_book(4, "es", gaps=True, labs=True, demonstration=True))


def script(name: str) -> str:
    folder = node_modules()
    if folder is None:
        pytest.skip("axe-core and scorm-again are not installed in build/browser")
    return (folder / name).read_text("utf-8")


def violations(browser: Browser) -> list[str]:
    """What axe-core finds on the page, as one line each."""
    browser.run(script("axe-core/axe.min.js") + ";0")
    options = json.dumps({"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    found = browser.run(f"axe.run(document, {options}).then((result) => result.violations)")
    return [f"{entry['id']}: {entry['nodes'][0]['html'][:160]}" for entry in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["book", "guide"])
def test_axe_finds_no_violation(
    browser: Browser, show: Callable[[BoundBook], None], book: BoundBook, scheme: str, kind: str
) -> None:
    browser.set_scheme(scheme)
    guide = bind_lab_guide(sample_book(2, "en", labs=True))
    show(book if kind == "book" else guide)
    # All four levels of the contents and every description are open.
    browser.run("document.querySelectorAll('.fold[aria-expanded=false]').forEach((fold) => fold.click())")
    browser.run("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    if kind == "book":
        assert browser.run("document.querySelectorAll('.side ol ol ol ol a').length") > 0
    assert violations(browser) == []
    browser.set_scheme("light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_what_a_search_finds(
    browser: Browser, show: Callable[[BoundBook], None], book: BoundBook, scheme: str
) -> None:
    browser.set_scheme(scheme)
    show(book)
    browser.run("document.getElementById('find').value = 'registry.local'")
    browser.run("document.getElementById('find').dispatchEvent(new Event('input'))")
    assert browser.run("document.querySelectorAll('#found mark').length") > 0
    assert violations(browser) == []
    browser.set_scheme("light")


def test_axe_would_find_a_violation(browser: Browser, show: Callable[[BoundBook], None]) -> None:
    show(bind_book(book_of("x")))
    browser.run("document.querySelector('.page p, .page h2').style.color = '#ccc'; 0")
    assert any(line.startswith("color-contrast") for line in violations(browser))


def test_a_choice_of_dark_is_kept_and_passes_too(
    browser: Browser, show: Callable[[BoundBook], None], book: BoundBook
) -> None:
    browser.set_scheme("light")
    show(book)
    browser.run("document.getElementById('theme').click()")
    assert browser.run("document.documentElement.dataset.theme") == "dark"
    assert violations(browser) == []
    show(book)
    assert browser.run("document.documentElement.dataset.theme") == "dark"
    browser.run("localStorage.clear()")


def test_the_book_asks_for_nothing_and_complains_of_nothing(
    browser: Browser, show: Callable[[BoundBook], None], book: BoundBook
) -> None:
    browser.outside.clear()
    browser.messages.clear()
    show(book)
    assert (browser.outside, browser.messages) == ([], [])


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.stem)
def test_no_hostile_text_runs(browser: Browser, show: Callable[[BoundBook], None], file: Path) -> None:
    text = file.read_bytes().decode("utf-8", "surrogatepass")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked=1"><image href="http://attacker.test/x"/></svg>'
    figure = BookFigure("01-01-0001", caption="x", alt='" onload="window.hacked=1', svg=svg)
    browser.outside.clear()
    browser.messages.clear()
    show(bind_book(book_of(text, figures={figure.id: figure})))
    browser.run("new Promise((resolve) => setTimeout(resolve, 100))")
    assert browser.run("window.hacked") is None
    assert browser.run("document.querySelectorAll('[href^=javascript i]').length") == 0
    assert (browser.outside, browser.messages) == ([], [])


def test_the_contents_follow_the_reader_and_fold_again(
    browser: Browser, show: Callable[[BoundBook], None], book: BoundBook
) -> None:
    show(book)
    browser.run(
        "document.documentElement.style.scrollBehavior = 'auto'; location.hash = '#l01-01-detalles-tecnicos'"
    )
    browser.until("document.querySelector('.side a[aria-current]')?.hash === '#l01-01-detalles-tecnicos'")
    assert browser.run("document.getElementById('here').textContent") == "Lección 1.1: Capas de una imagen"
    open_now = "[...document.querySelectorAll('.fold[aria-expanded=true]')].length"
    assert browser.run(open_now) == 3
    browser.run("location.hash = '#glossary'")
    browser.until("document.querySelector('.side a[aria-current]')?.hash === '#glossary'")
    assert browser.run(open_now) == 0


def test_the_contents_can_be_searched_without_accents(
    browser: Browser, show: Callable[[BoundBook], None], book: BoundBook
) -> None:
    show(book)
    search = "const f = document.getElementById('find'); f.value = %r; f.dispatchEvent(new Event('input'))"
    visible = "[...document.querySelectorAll('.side li a')].filter((link) => link.offsetParent).length"
    found = "[...document.querySelectorAll('#found a')].map((link) => [link.hash, link.textContent])"
    whole = browser.run(visible)
    browser.run("{" + search % "configuracion" + "}")
    assert 0 < browser.run(visible) < 10
    browser.run("{" + search % "no such words" + "}")
    assert browser.run("document.getElementById('none').hidden") is False
    assert browser.run(found) == []
    browser.run("{" + search % "" + "}")
    assert browser.run(visible) == whole


def test_the_text_can_be_searched_and_each_find_leads_to_its_place(
    browser: Browser, show: Callable[[BoundBook], None], book: BoundBook
) -> None:
    show(book)
    search = (
        "{ const f = document.getElementById('find'); f.value = %r; f.dispatchEvent(new Event('input')) }"
    )
    browser.run(search % "periodo containerport")
    assert browser.run("document.getElementById('none').hidden") is False
    browser.run(search % "registry.local")
    assert browser.run("document.getElementById('none').hidden") is True
    marks = browser.run("[...document.querySelectorAll('#found mark')].map((mark) => mark.textContent)")
    assert marks and set(marks) == {"registry.local"}
    assert browser.run("document.querySelector('#found a').textContent").startswith("Lección 1.1: ")
    target = browser.run("document.querySelector('#found a').hash")
    within = (
        f"(() => {{ let text = '', at = document.querySelector({target!r}).nextElementSibling; "
        "for (; at && !/^H/.test(at.tagName); at = at.nextElementSibling) text += at.textContent; "
        "return text; })()"
    )
    assert "registry.local" in browser.run(within)
    browser.run(search % "")
    assert browser.run("document.getElementById('found').childElementCount") == 0


def test_a_reader_who_comes_back_can_go_on_where_they_stopped(
    browser: Browser, show: Callable[[BoundBook], None], book: BoundBook
) -> None:
    browser.run("localStorage.clear()")
    show(book)
    assert browser.run("document.getElementById('resume').classList.contains('shown')") is False
    browser.run("document.documentElement.style.scrollBehavior = 'auto'; location.hash = '#l01-04'")
    browser.until("document.querySelector('.side a[aria-current]')?.hash === '#l01-04'")
    show(book)
    assert browser.run("document.getElementById('resume').hash") == "#l01-04"
    assert "Continuar donde lo dejaste: 1.4" in browser.run("document.getElementById('resume').textContent")
    browser.run("localStorage.clear()")


def test_boxes_that_were_ticked_stay_ticked(browser: Browser, show: Callable[[BoundBook], None]) -> None:
    guide = bind_lab_guide(sample_book(1, "en", labs=True))
    show(guide)
    browser.run("document.querySelectorAll('input[type=checkbox]')[1].click()")
    show(guide)
    assert browser.run("document.querySelectorAll('input[type=checkbox]')[1].checked") is True
    browser.run("localStorage.clear()")


def test_nothing_is_wider_than_a_phone(
    browser: Browser, show: Callable[[BoundBook], None], book: BoundBook
) -> None:
    browser.set_size(360, 740)
    show(book)
    assert browser.run("document.documentElement.scrollWidth") <= 360
    browser.set_size(1360, 880)


def test_a_title_without_a_place_to_break_is_not_wider_than_a_phone(
    browser: Browser, show: Callable[[BoundBook], None], tmp_path: Path
) -> None:
    book = book_of("## One\n\nText.\n", "## Two\n\nText.\n", "## Three\n\nText.\n")
    lessons = tuple(replace(lesson, title="Donaudampfschiff" * 6) for lesson in book.modules[0].lessons)
    bound = bind_book(replace(book, modules=(replace(book.modules[0], lessons=lessons),)))
    browser.set_size(360, 740)
    show(bound)
    assert browser.run("document.documentElement.scrollWidth") <= 360
    with zipfile.ZipFile(io.BytesIO(write_scorm(bound, HouseStyle()))) as package:
        package.extractall(tmp_path)
    browser.open((tmp_path / "units" / "l01-02.html").as_uri())
    assert browser.run("document.documentElement.scrollWidth") <= 360
    browser.set_size(1360, 880)


def test_a_wide_table_fits_the_page_of_an_e_reader(browser: Browser, tmp_path: Path) -> None:
    names = ("Service", "Region", "Latency", "Throughput", "Cost", "Availability", "Remarks", "Since", "Unit")
    row = "| " + " | ".join(names) + " |\n"
    bound = bind_book(book_of("## One\n\n" + row + "|---" * len(names) + "|\n" + row))
    with zipfile.ZipFile(io.BytesIO(write_epub(bound, HouseStyle()))) as archive:
        archive.extractall(tmp_path)
    browser.set_size(420, 700)
    browser.open(next(tmp_path.rglob("l01-01.xhtml")).as_uri())
    assert browser.run("document.querySelector('table').getBoundingClientRect().right") <= 420
    assert browser.run("document.documentElement.scrollWidth") <= 420
    browser.set_size(1360, 880)


@pytest.mark.parametrize("width", [360, 1000, 1360, 2200])
def test_a_table_of_many_columns_takes_the_room_there_is(
    browser: Browser, show: Callable[[BoundBook], None], width: int
) -> None:
    names = [f"a column named {number}" for number in range(9)]
    row = "| " + " | ".join(names) + " |\n"
    show(bind_book(book_of("## One\n\n" + row + "|---" * 9 + "|\n" + row)))
    browser.set_size(width, 880)
    box = "document.querySelector('.lesson .table').getBoundingClientRect()"
    column = "document.querySelector('.column').getBoundingClientRect()"
    assert browser.run("document.documentElement.scrollWidth") <= width
    main = browser.run("document.querySelector('main').getBoundingClientRect().left")
    assert browser.run(f"{box}.left") >= main
    assert (browser.run(f"{box}.width") > browser.run(f"{column}.width")) is (width > 1300)
    browser.set_size(1360, 880)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


PLATFORM = """<!DOCTYPE html><title>Platform</title><link rel="icon" href="data:,">
<script src="scorm12.min.js"></script><iframe id="unit" width="900" height="600"></iframe><script>
window.open_unit = (file, saved) => new Promise((resolve) => {
  window.API = new (window.Scorm12API || window.scorm12.Scorm12API)({ autocommit: false, logLevel: 5 });
  if (saved) window.API.loadFromJSON(saved.cmi || saved, saved.cmi ? undefined : '');
  const unit = document.getElementById('unit');
  unit.onload = () => setTimeout(resolve, 100);
  unit.src = file;
});
window.close_unit = () => new Promise((resolve) => {
  const unit = document.getElementById('unit');
  unit.onload = () => setTimeout(() => resolve(JSON.parse(window.API.renderCMIToJSONString())), 50);
  unit.src = 'about:blank';
});
window.told = (name) => window.API.cmi.core[name];
</script>"""


def test_a_lesson_is_resumed_and_completed_in_a_real_scorm_runtime(browser: Browser, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(write_scorm(bind_book(sample_book(2, "en")), HouseStyle()))) as package:
        package.extractall(tmp_path)
    (tmp_path / "scorm12.min.js").write_text(script("scorm-again/dist/scorm12.min.js"), "utf-8")
    (tmp_path / "platform.html").write_text(PLATFORM, "utf-8")
    in_unit = "document.getElementById('unit').contentWindow"
    with served(tmp_path) as address:
        browser.messages.clear()
        browser.open(f"{address}/platform.html")
        # First visit: begun, not finished, left in the middle.
        browser.run("open_unit('units/l01-01.html')")
        assert browser.run("told('lesson_status')") == "incomplete"
        browser.run(f"{in_unit}.document.getElementById('l01-01-technical-details').scrollIntoView()")
        browser.until("told('lesson_location') === 'l01-01-technical-details'")
        assert browser.run("told('lesson_status')") == "incomplete"
        saved = browser.run("close_unit()")
        assert browser.run("window.API.isTerminated()") is True
        assert saved["cmi"]["core"]["exit"] == "suspend"
        assert 0 < json.loads(saved["cmi"]["suspend_data"])["furthest"] < 1
        # Second visit: opens where it was left, and is completed at its end.
        browser.run(f"open_unit('units/l01-01.html', {json.dumps(saved)})")
        place = f"{in_unit}.document.getElementById('l01-01-technical-details').getBoundingClientRect().top"
        assert abs(browser.run(place)) < 5
        browser.run(f"{in_unit}.scrollTo(0, {in_unit}.document.documentElement.scrollHeight)")
        browser.until("told('lesson_status') === 'completed'")
        saved = browser.run("close_unit()")
        # Third visit: stays completed.
        browser.run(f"open_unit('units/l01-01.html', {json.dumps(saved)})")
        assert browser.run("told('lesson_status')") == "completed"
        saved = browser.run("close_unit()")
        assert saved["cmi"]["core"]["lesson_status"] == "completed"
        assert browser.messages == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_a_unit(
    browser: Browser, tmp_path: Path, book: BoundBook, scheme: str
) -> None:
    for name, content in (
        *shared_files(HouseStyle()),
        *((unit.file, unit.content) for unit in make_units(book, linked=True, guide="lab-guide.imscc")),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    browser.set_scheme(scheme)
    browser.open((tmp_path / "units" / "l01-01.html").as_uri())
    assert violations(browser) == []
    browser.set_scheme("light")
