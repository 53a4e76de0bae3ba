"""The house style: one palette by role, light and dark.

Every text colour on every surface that it is set on has a contrast of at least 4.5 : 1, every line that
carries meaning at least 3 : 1 against what is around it (WCAG 2.2, success criteria 1.4.3 and 1.4.11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

Theme: TypeAlias = Literal["light", "dark"]

LIGHT: Mapping[str, str] = {
    "paper": "#ffffff",
    "ink": "#16202c",
    "muted": "#445063",
    "line": "#45566c",
    "rule": "#d5dce5",
    "group": "#f4f6f9",
    "group-line": "#76859a",
    "step": "#e8f0fb",
    "step-line": "#2b63a8",
    "decision": "#fff2d4",
    "decision-line": "#8a6100",
    "end": "#e2f4e7",
    "end-line": "#1f7044",
    "store": "#dff3f2",
    "store-line": "#136f6d",
    "actor": "#f2eafb",
    "actor-line": "#7145a4",
    "emphasis": "#fdeae4",
    "emphasis-line": "#ad411e",
}
"""Colours on white paper: the figure as it is drawn, printed and bound."""

DARK: Mapping[str, str] = {
    "paper": "#131920",
    "ink": "#f0f4f9",
    "muted": "#bac5d3",
    "line": "#a5b4c8",
    "rule": "#35414f",
    "group": "#1a222c",
    "group-line": "#71829a",
    "step": "#1c3049",
    "step-line": "#7fb0eb",
    "decision": "#3a2f13",
    "decision-line": "#deb24a",
    "end": "#163622",
    "end-line": "#6cc693",
    "store": "#113534",
    "store-line": "#5fc6c2",
    "actor": "#312545",
    "actor-line": "#bd9aea",
    "emphasis": "#432219",
    "emphasis-line": "#ef9070",
}
"""The same roles on a dark page."""

THEMES: Mapping[Theme, Mapping[str, str]] = {"light": LIGHT, "dark": DARK}

SERIES = ("step-line", "emphasis-line", "end-line")
"""The roles of a chart's series, in order."""

DRAWING_VERSION = 3
"""Raised when the same description is drawn differently: finished figures are then drawn anew."""

TITLE_SIZE = 17.0
LABEL_SIZE = 14.0
SMALL_SIZE = 12.0


def theme_properties(theme: Theme) -> str:
    """CSS declarations that give figures on a page this theme, for a rule of the page's own choice.

    A page that can be dark writes ``:root[data-theme=dark] { … }`` or a media query around it. Without
    any, figures are light and bring their own paper.
    """
    return "".join(f"--cw-{role}:{colour};" for role, colour in THEMES[theme].items())


def figure_style() -> str:
    """The rules inside each figure.

    They stand in ``@media screen`` because the renderers that make PNG and PDF do not know custom
    properties and skip that block; they use the colours written at each element. A figure that is a
    document of its own (opened as a file, or in ``<img>``) follows the reader's preference by itself.
    """
    rules = "".join(
        f".cw-figure .f-{role}{{fill:var(--cw-{role},{colour})}}"
        f".cw-figure .s-{role}{{stroke:var(--cw-{role},{colour})}}"
        for role, colour in LIGHT.items()
    )
    alone = f"@media (prefers-color-scheme:dark){{svg.cw-figure:root{{{theme_properties('dark')}}}}}"
    return f"@media screen{{{rules}}}{alone}"
