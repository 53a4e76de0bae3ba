"""The contact sheets beside this file: ``python docs/figures/make_sheets.py``."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from coursewright.languages import load_language  # noqa: E402 - from the clone, installed or not
from coursewright.visuals.drawing.style import DARK, LIGHT  # noqa: E402
from coursewright.visuals.inspect import inspect_drawing  # noqa: E402
from coursewright.visuals.publish import draw  # noqa: E402
from coursewright.visuals.raster import rasterise  # noqa: E402
from coursewright.visuals.read import read_description  # noqa: E402

COLUMNS, WIDTH, GAP = 3, 640.0, 20.0
SHEETS = (("en", False), ("es", False), ("es", True))
"""Language, and whether in the dark theme."""


def main() -> int:
    """Draw all sheets; 1 where a program sees anything wrong with a figure."""
    faulty = False
    for code, dark in SHEETS:
        corpus = json.loads((ROOT / "tests" / "corpus" / "figures" / f"{code}.json").read_text("utf-8"))
        language = load_language(code)
        figures = {name: draw(read_description(data), language).svg for name, data in corpus.items()}
        for name, svg in figures.items():
            for fault in inspect_drawing(svg):
                faulty = True
                print(f"{code}/{name}: {fault}")
        name = f"sheet-{code}{'-dark' if dark else ''}.png"
        sheet = lay_out([darken(svg) if dark else svg for svg in figures.values()], dark)
        (HERE / name).write_bytes(rasterise(sheet, scale=0.8))
        print(f"{name}: {len(figures)} figures")
    return int(faulty)


def darken(svg: bytes) -> bytes:
    """The colours that a dark page gives a figure, written where renderers without a page look for them."""
    roles = {colour: DARK[role] for role, colour in LIGHT.items()}
    return re.sub(
        r'((?:fill|stroke)=")(#[0-9a-f]{6})', lambda match: match[1] + roles[match[2]], svg.decode()
    ).encode()


def lay_out(figures: list[bytes], dark: bool) -> bytes:
    """All figures in columns, the next one always into the shortest."""
    bottoms = [GAP] * COLUMNS
    placed = []
    for svg in figures:
        text = svg.decode()
        size_of = dict(re.findall(r' (width|height)="([\d.]+)"', text[: text.index(">")]))
        width, height = float(size_of["width"]), float(size_of["height"])
        scale = min(1.0, WIDTH / width)
        column = bottoms.index(min(bottoms))
        x = GAP + column * (WIDTH + GAP) + (WIDTH - width * scale) / 2
        root = text[: text.index(">") + 1]
        bare = re.sub(r' (?:width|height)="[\d.]+"', "", root)
        where = f'<svg x="{x:.1f}" y="{bottoms[column]:.1f}" '
        size = f'width="{width * scale:.1f}" height="{height * scale:.1f}"'
        placed.append(bare.replace("<svg", where + size, 1) + text[len(root) :])
        bottoms[column] += height * scale + GAP
    width, height = GAP + COLUMNS * (WIDTH + GAP), max(bottoms)
    back = "#000000" if dark else "#dfe4ea"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}">'
        f'<rect width="100%" height="100%" fill="{back}"/>{"".join(placed)}</svg>'
    ).encode()


if __name__ == "__main__":
    sys.exit(main())
