"""Pictures of the book for the docs; needs Chromium.

PYTHONPATH=.:tests python tests/book_pictures.py docs/pictures
"""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

from book_samples import sample_book
from servers.chromium import Browser, running_chromium

from coursewright.book.bind import bind_book
from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.html import write_html
from coursewright.book.style import HouseStyle

SCALE = 0.7

# Name, language, scheme, width in pixels, place to scroll to, pixels to scroll on from there.
VIEWS = (
    ("book-cover", "es", "light", 1360, "cover", 0),
    ("book-course", "en", "light", 1360, "course", 0),
    ("book-module", "es", "light", 1360, "m01", 0),
    ("book-lesson", "en", "light", 1360, "l01-01", 0),
    ("book-figure", "es", "light", 1360, "fig-01-01-0002", -90),
    ("book-figure-dark", "es", "dark", 1360, "fig-01-01-0002", -90),
    ("book-code", "en", "light", 1360, "l01-01-technical-details", 0),
    ("book-code-dark", "en", "dark", 1360, "l01-01-technical-details", 0),
    ("book-gap", "es", "light", 1360, "l01-02", 0),
    ("book-glossary", "en", "light", 1360, "glossary", 0),
    ("book-phone", "es", "light", 400, "l01-01", 0),
    ("book-lab", "es", "light", 1360, "lab-01-01-01", 0),
)


def take(browser: Browser, folder: Path, target: Path) -> None:
    """Take every view and write it to `target`."""
    pages = {}
    for language in ("en", "es"):
        book = sample_book(8, language, gaps=True, labs=True)
        for kind, bound in (("book", bind_book(book)), ("lab", bind_lab_guide(book))):
            pages[language, kind] = folder / f"{kind}-{language}.html"
            pages[language, kind].write_bytes(write_html(bound, HouseStyle(name="Academia")))
    for name, language, scheme, width, place, further in VIEWS:
        browser.set_size(width, 880)
        browser.set_scheme(scheme)
        browser.open(pages[language, "lab" if place.startswith("lab-") else "book"].as_uri())
        browser.run(
            f"document.documentElement.style.scrollBehavior = 'auto';"
            f"document.getElementById('{place}').scrollIntoView(); scrollBy(0, {further});"
            "document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 300)))"
        )
        clip = {"x": 0, "y": browser.run("scrollY"), "width": width, "height": 880, "scale": SCALE}
        shot = browser.send("Page.captureScreenshot", format="png", clip=clip)
        (target / f"{name}-{language}.png").write_bytes(base64.b64decode(shot["data"]))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch, running_chromium(Path(scratch, "profile")) as running:
        take(running, Path(scratch), Path(sys.argv[1]))
