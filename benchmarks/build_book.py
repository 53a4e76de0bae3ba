"""How long a book takes in each format, and how much memory, as courses grow.

    python benchmarks/build_book.py [--lessons 42 400] [--formats pdf docx] [--language es]

Each format is written by a fresh process from a synthetic course (three figures and two tables a lesson), so
that its memory is its own. Memory counts what the process and its largest child held at their peaks; the
processor's seconds do not depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def measure(lessons: int, language: str, form: str) -> dict[str, float]:
    """Seconds and megabytes of one format, in this process."""
    from book_samples import sample_book

    from coursewright.book.style import HouseStyle
    from coursewright.book.write import write_book

    book = sample_book(lessons, language)
    before = sum(usage.ru_utime + usage.ru_stime for usage in _usage())
    start = time.perf_counter()
    size = sum(len(content) for _, content in write_book(book, [form], HouseStyle()))
    seconds = time.perf_counter() - start
    busy = sum(usage.ru_utime + usage.ru_stime for usage in _usage()) - before
    own, child = (usage.ru_maxrss / 1024 for usage in _usage())
    return {"seconds": seconds, "busy": busy, "own_mb": own, "child_mb": child, "file_mb": size / 1e6}


def _usage() -> tuple[resource.struct_rusage, resource.struct_rusage]:
    """Of this process and of those that it started."""
    return resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)


def main() -> None:
    from coursewright.book.write import FORMATS

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lessons", type=int, nargs="+", default=[42])
    parser.add_argument("--formats", nargs="+", default=list(FORMATS))
    parser.add_argument("--language", default="es")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.lessons[0], options.language, options.one)))
        return
    print("lessons  format  seconds  processor  memory MB  of a child  file MB")
    for lessons in options.lessons:
        total = 0.0
        for form in options.formats:
            command = [sys.executable, __file__, "--lessons", str(lessons), "--language", options.language]
            done = subprocess.run([*command, "--one", form], capture_output=True, text=True, check=True)
            told = json.loads(done.stdout)
            total += told["seconds"]
            print(
                f"{lessons:>7}  {form:<6} {told['seconds']:>8.2f} {told['busy']:>10.2f} "
                f"{told['own_mb']:>10.0f} {told['child_mb']:>11.0f} {told['file_mb']:>8.1f}",
                flush=True,
            )
        print(f"{lessons:>7}  {'all':<6} {total:>8.2f}")


if __name__ == "__main__":
    main()
