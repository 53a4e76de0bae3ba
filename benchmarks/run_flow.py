"""One run of the course flow in a process of its own: ``python -m benchmarks.run_flow PARAMETERS``.

Prints one JSON line with what the run took; see `measure_flow`.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
from typing import Any

from coursewright.project.outcome import ItemOutcome
from coursewright.project.prepare import PreparedRun
from coursewright.project.report import RunReport


class Marks:
    """When the run had decided what to do, when each item was done, and when all was."""

    def __init__(self) -> None:
        self.begun_at = 0.0
        self.items: list[tuple[float, str, str, str]] = []
        self.ended_at = 0.0

    def begun(self, prepared: PreparedRun) -> None:
        self.begun_at = time.time()

    def item(self, outcome: ItemOutcome) -> None:
        self.items.append((time.time(), outcome.kind, outcome.place, outcome.state))

    def ended(self, report: RunReport) -> None:
        self.ended_at = time.time()


class ServerAnswers(logging.Handler):
    """Counts the answers after which Prefect's client slept: server not available, slot refused."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.unavailable = 0
        self.refused = 0
        for name in ("prefect.client", "prefect.concurrency"):
            logger = logging.getLogger(name)
            logger.setLevel(logging.DEBUG)
            logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        self.unavailable += "retryable status code 503" in text
        self.refused += "Unable to acquire concurrency slot" in text


def main() -> int:
    """Run the flow once and say what it took."""
    parameters: dict[str, Any] = json.loads(sys.argv[1])
    before = time.process_time()
    from flows.run_course import run_course

    imported, marks, answers = time.process_time(), Marks(), ServerAnswers()
    started, started_cpu = time.time(), time.process_time()
    report = run_course(parameters, marks)
    told = {
        "import_cpu": imported - before,
        "started": started,
        "begun": marks.begun_at,
        "items": marks.items,
        "ended": marks.ended_at,
        "finished": time.time(),
        "cpu": time.process_time() - started_cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "unavailable": answers.unavailable,
        "refused": answers.refused,
        "state": report.state,
        "message": report.message,
    }
    print(json.dumps(told))
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
