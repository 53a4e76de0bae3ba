"""The same map in Prefect's plain way, as its documentation writes it: ``python -m benchmarks.plain_flow``.

The argument is JSON: a folder and the seconds that each batch's model takes. Prints one JSON line.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from prefect import flow, task, unmapped
from prefect.cache_policies import INPUTS
from prefect.futures import wait

PLAIN_TAG = "plain-batch"


@task(tags=[PLAIN_TAG], cache_policy=INPUTS, persist_result=True)
def write_batch(folder: str, number: int, seconds: float) -> str:
    """Stand in for a model that takes so long."""
    time.sleep(seconds)
    path = Path(folder) / f"{number}.md"
    path.write_text(f"# Batch {number}\n", "utf-8")
    return str(path)


@flow(name="plain-course")
def plain_course(folder: str, seconds: list[float]) -> None:
    """Map the task over the batches; the tag's limit holds two at a time."""
    wait(write_batch.map(unmapped(folder), list(range(len(seconds))), seconds))


def main() -> int:
    """Run it and say how long it took."""
    given = json.loads(sys.argv[1])
    Path(given["folder"]).mkdir(parents=True, exist_ok=True)
    started = time.time()
    plain_course(given["folder"], given["seconds"])
    print(json.dumps({"flow": time.time() - started, "cpu": time.process_time()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
