"""The floor: a thread pool and files."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from work import run_map, write_batch


def map_all(folder: str, seconds: Sequence[float], slots: int) -> None:
    """Map over the batches, so many at once."""
    with ThreadPoolExecutor(slots) as pool:
        list(pool.map(lambda row: write_batch(folder, *row), enumerate(seconds)))


if __name__ == "__main__":
    run_map(map_all)
