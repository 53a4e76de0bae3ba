"""Errors in the log of a run, as an operator wants to read them: what is wrong, where, what to do.

An error that Coursewright raises on purpose says all of that in its message. Prefect logs it with a traceback
of the engine, for the task and for the flow, and the message drowns in them. An error that nobody foresaw
keeps its traceback.
"""

from __future__ import annotations

import logging

from coursewright.errors import CourseError

_RUN_LOGGERS = ("prefect.flow_runs", "prefect.task_runs")


class _PlainErrors(logging.Filter):
    """Leaves of an error raised on purpose its message alone."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, CourseError):
            record.msg, record.args = "%s: %s", (type(error).__name__, error)
            record.exc_info = record.exc_text = None
        return True


def log_errors_plainly() -> None:
    """Log errors raised on purpose without their tracebacks in this process, unless DEBUG is logged."""
    for name in _RUN_LOGGERS:
        logger = logging.getLogger(name)
        known = any(isinstance(one, _PlainErrors) for one in logger.filters)
        if not known and not logger.isEnabledFor(logging.DEBUG):
            logger.addFilter(_PlainErrors())
