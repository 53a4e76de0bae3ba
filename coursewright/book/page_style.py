"""A house style as CSS: the fonts and colours that all formats made of HTML share."""

from __future__ import annotations

import base64
from functools import cache
from importlib import resources

from coursewright.book.style import HouseStyle
from coursewright.visuals.drawing.style import figure_style, theme_properties

_FONT_FILES = (
    ("IBM Plex Serif", 400, "normal", "ibm-plex-serif-latin-400-normal.woff2"),
    ("IBM Plex Serif", 400, "italic", "ibm-plex-serif-latin-400-italic.woff2"),
    ("IBM Plex Serif", 700, "normal", "ibm-plex-serif-latin-700-normal.woff2"),
    ("IBM Plex Sans", 400, "normal", "ibm-plex-sans-latin-400-normal.woff2"),
    ("IBM Plex Sans", 600, "normal", "ibm-plex-sans-latin-600-normal.woff2"),
    ("IBM Plex Mono", 400, "normal", "ibm-plex-mono-latin-400-normal.woff2"),
)

_FALLBACKS = {
    "text": 'Charter, "Bitstream Charter", Georgia, serif',
    "heading": 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
    "code": 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
}


@cache
def asset(name: str) -> str:
    """The text of one of the book's own files."""
    return resources.files("coursewright.book").joinpath("assets", name).read_text("utf-8")


def font_file(name: str) -> bytes:
    """One of the vendored fonts for screens."""
    return resources.files("coursewright.book").joinpath("fonts", "web", name).read_bytes()


def used_fonts(style: HouseStyle) -> tuple[tuple[str, int, str, str], ...]:
    """Family, weight, slope and file of the vendored fonts that `style` needs; figures need the sans."""
    families = {style.text_font, style.heading_font, style.code_font, "IBM Plex Sans"}
    return tuple(font for font in _FONT_FILES if font[0] in families)


def font_faces(style: HouseStyle, *, folder: str | None = None) -> str:
    """Rules for the vendored fonts: within the CSS, or as files in `folder`."""
    rules = []
    for family, weight, slope, file in used_fonts(style):
        source = (
            f"{folder}{file}"
            if folder is not None
            else f"data:font/woff2;base64,{base64.b64encode(font_file(file)).decode('ascii')}"
        )
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{slope};'
            f'font-display:swap;src:url("{source}") format("woff2")}}'
        )
    return "\n".join(rules)


def style_properties(style: HouseStyle) -> str:
    """The style's fonts and colours as CSS properties, light and dark, and those of figures."""
    fonts = "".join(
        f'--{role}-font:"{family}",{_FALLBACKS[role]};'
        for role, family in (
            ("text", style.text_font),
            ("heading", style.heading_font),
            ("code", style.code_font),
        )
    )
    light = f"--accent:{style.accent_light};{theme_properties('light')}"
    dark = f"--accent:{style.accent_dark};{theme_properties('dark')}"
    return (
        f":root{{{fonts}--cover:{style.cover};--cover-text:{style.cover_text};--paper:{style.paper};{light}}}\n"
        f':root[data-theme="dark"]{{{dark}}}\n'
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme]){{{dark}}}}}\n"
        f"@media print{{:root,:root[data-theme]{{{light}}}}}\n"
        f"{figure_style()}\n"
    )
