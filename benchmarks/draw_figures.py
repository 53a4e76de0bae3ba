"""How long a figure takes: ``python benchmarks/draw_figures.py``.

Draws the corpus of the tests, each figure several times, and tells the median of drawing (description to SVG,
words and inspection included) and of the PNG, by kind. The limit is 150 ms for drawing, in the median.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from coursewright.languages import load_language  # noqa: E402 - from the clone, installed or not
from coursewright.visuals.publish import draw  # noqa: E402
from coursewright.visuals.raster import rasterise  # noqa: E402
from coursewright.visuals.read import read_description  # noqa: E402

LIMIT_MS = 150.0


def main() -> int:
    """Measure and print; 1 where the median passes the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--times", type=int, default=5, help="how often each figure is drawn")
    times = parser.parse_args().times
    drawing: dict[str, list[float]] = {}
    painting: list[float] = []
    started = time.perf_counter()
    for code in ("en", "es"):
        language = load_language(code)
        corpus = ROOT / "tests" / "corpus" / "figures" / f"{code}.json"
        for description in json.loads(corpus.read_text("utf-8")).values():
            figure = read_description(description)
            for _ in range(times):
                before = time.perf_counter()
                svg = draw(figure, language).svg
                drawing.setdefault(figure.kind, []).append(_ms_since(before))
            before = time.perf_counter()
            rasterise(svg)
            painting.append(_ms_since(before))
    whole = [value for values in drawing.values() for value in values]
    print(f"{'kind':14}{'draws':>7}{'median ms':>11}{'longest ms':>12}")
    for kind, values in sorted(drawing.items()):
        print(f"{kind:14}{len(values):7}{statistics.median(values):11.1f}{max(values):12.1f}")
    median = statistics.median(whole)
    print(f"{'all':14}{len(whole):7}{median:11.1f}{max(whole):12.1f}")
    print(f"PNG at twice the size: median {statistics.median(painting):.0f} ms")
    print(f"whole benchmark: {time.perf_counter() - started:.1f} s")
    if median > LIMIT_MS:
        print(f"A figure takes {median:.0f} ms in the median; the limit is {LIMIT_MS:.0f} ms.")
        return 1
    return 0


def _ms_since(before: float) -> float:
    return (time.perf_counter() - before) * 1000


if __name__ == "__main__":
    sys.exit(main())
