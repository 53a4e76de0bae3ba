"""Run the course flow in this process, as the command and scripts do."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from prefect import State
from prefect.client.orchestration import get_client
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError

from coursewright.errors import CourseError, SettingsError
from coursewright.project.outcome import ItemOutcome
from coursewright.project.prepare import PreparedRun
from coursewright.project.report import RunReport
from flows.commands.server import hide_password, how_to_unset_address, running_server
from flows.generate_course import generate_course
from tasks.progress import Listener, listening


class RunFailed(CourseError):
    """The flow run ended without a report and without an error, as one that somebody cancelled does."""


class ServerLost(CourseError):
    """The Prefect server stopped answering while the run was on."""


class _Keeper:
    """Keeps the report, and passes everything on."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.report: RunReport | None = None

    def begun(self, prepared: PreparedRun) -> None:
        self._listener.begun(prepared)

    def item(self, outcome: ItemOutcome) -> None:
        self._listener.item(outcome)

    def ended(self, report: RunReport) -> None:
        self.report = report
        self._listener.ended(report)


def run_course(parameters: dict[str, Any], listener: Listener) -> RunReport:
    """Run the flow and give its report.

    Args:
        parameters: the flow's.
        listener: told what happens, from whatever thread.

    Raises:
        SettingsError: the Prefect server cannot be used; nothing was run.
        ServerLost: it went while the run was on.
        CourseError: the error that ended the run.
        Exception: one that nobody foresaw, with its traceback.
    """
    keeper = _Keeper(listener)

    async def run() -> State[Any]:
        await _reach_server()
        with listening(keeper):
            return await generate_course(**parameters, return_state=True)

    try:
        state = asyncio.run(run())
        error = None if keeper.report else asyncio.run(state.aresult(raise_on_failure=False))
    except httpx.HTTPError as gone:
        # The engine could not even say how the run ended. A report that was written says it all.
        error = gone
    if keeper.report is not None:
        return keeper.report
    if isinstance(error, (httpx.HTTPError, ConcurrencySlotAcquisitionError)):
        address = hide_password(running_server()) or "that this run had started"
        raise ServerLost(
            f"The Prefect server {address} stopped answering, or only refuses: {error}. What was finished "
            "until then is kept. Start the server and run the same command again: it goes on from there."
        ) from error
    if isinstance(error, BaseException):
        raise error
    raise RunFailed(f"The run ended before it was done: {state.message or state.name}")


async def _reach_server() -> None:
    """See that a server answers which Prefect's client can use; where none is set, start a temporary one.

    Raises:
        SettingsError: none does.
    """
    try:
        async with get_client() as client:
            # The first thing that the flow would do, and known to it from here on: it costs no request more.
            await client.raise_for_api_version_mismatch_once()
    except (httpx.HTTPError, RuntimeError) as error:
        address = running_server()
        if not address:
            raise SettingsError(f"Prefect's temporary server cannot be used: {error}") from error
        raise SettingsError(
            f"The Prefect server {hide_password(address)} cannot be used: {error}. Start it, or "
            f"{how_to_unset_address()}: without it the run starts a temporary server of its own."
        ) from error
