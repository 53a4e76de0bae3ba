"""The work that every peer's map does: sleep as long as the model takes, then write a file, once."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def batch_path(folder: str, number: int) -> Path:
    """Where a batch's text goes."""
    return Path(folder) / f"{number}.md"


def write_batch(folder: str, number: int, seconds: float) -> str:
    """Stand in for a model; what is written already is not written again."""
    path = batch_path(folder, number)
    if not path.exists():
        time.sleep(seconds)
        path.write_text(f"# Batch {number}\n", "utf-8")
    return str(path)


def run_map(map_all: Callable[[str, Sequence[float], int], None]) -> None:
    """Read what to do from the command line, do it, and print how long it took as one JSON line."""
    given = json.loads(sys.argv[1])
    Path(given["folder"]).mkdir(parents=True, exist_ok=True)
    started = time.time()
    map_all(given["folder"], given["seconds"], given["slots"])
    took = time.time() - started
    missing = [
        number for number in range(len(given["seconds"])) if not batch_path(given["folder"], number).exists()
    ]
    if missing:
        raise SystemExit(f"batches {missing} were not written")
    print(json.dumps({"took": took, "cpu": time.process_time()}))
