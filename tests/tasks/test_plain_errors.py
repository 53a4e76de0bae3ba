"""What an operator reads in a run's log of an error: its message; the traceback of what nobody foresaw."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from coursewright.errors import SettingsError
from tasks.plain_errors import log_errors_plainly


@pytest.fixture(params=["prefect.flow_runs", "prefect.task_runs"])
def logger(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[logging.Logger]:
    found = logging.getLogger(request.param)
    before = found.filters[:], found.propagate, found.level, found.handlers[:]
    # Without the handler that sends to a server the lines of runs, of which there is none here.
    found.filters, found.propagate, found.handlers = [], True, []
    with caplog.at_level(logging.INFO, logger=request.param):
        yield found
    found.filters, found.propagate, found.handlers = *before[:2], before[3]
    found.setLevel(before[2])


def told(logger: logging.Logger, error: Exception, caplog: pytest.LogCaptureFixture) -> str:
    try:
        raise error from OSError("what the system said")
    except type(error) as raised:
        logger.exception("Task run failed with exception: %r", raised)
    return caplog.text


def test_an_error_raised_on_purpose_says_what_to_do_and_no_more(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    log_errors_plainly()
    log_errors_plainly()
    text = told(logger, SettingsError('The model "x" is none: write 100% of its name.'), caplog)
    assert text.rstrip().endswith('SettingsError: The model "x" is none: write 100% of its name.')
    assert "Traceback" not in text
    assert len(logger.filters) == 1


def test_an_error_that_nobody_foresaw_keeps_its_traceback(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    log_errors_plainly()
    assert "Traceback" in told(logger, ValueError("an index too far"), caplog)


def test_where_debug_is_logged_every_error_keeps_its_traceback(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    logger.setLevel(logging.DEBUG)
    log_errors_plainly()
    assert "Traceback" in told(logger, SettingsError("wrong"), caplog)
