"""Which run this is, and which it resumes."""

from __future__ import annotations

from prefect import runtime

RESUMES = "resumes:"
"""Start of the tag by which a resumption names the run that it goes on with."""


def run_id() -> str:
    """The id of the flow run."""
    return str(runtime.flow_run.id)


def first_run_of(run: str) -> str:
    """The run that this one goes on with, or itself.

    What ``again`` wrote before a quota ended it counts as finished in the resumption.
    """
    for tag in runtime.flow_run.tags or []:
        if tag.startswith(RESUMES):
            return str(tag.removeprefix(RESUMES))
    return run
