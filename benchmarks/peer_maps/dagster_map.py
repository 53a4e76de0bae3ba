"""Dagster: dynamic outputs mapped to an op, with the multiprocess executor's own limit.

Dagster reads annotations as they stand, so they are not put off here.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence

from dagster import (
    DagsterInstance,
    DynamicOut,
    DynamicOutput,
    OpExecutionContext,
    execute_job,
    job,
    multiprocess_executor,
    op,
    reconstructable,
)
from work import run_map, write_batch


@op(out=DynamicOut(), config_schema={"folder": str, "seconds": [float]})
def find_batches(context: OpExecutionContext) -> Iterator[DynamicOutput]:
    """One output a batch."""
    for number, seconds in enumerate(context.op_config["seconds"]):
        yield DynamicOutput((context.op_config["folder"], number, seconds), mapping_key=str(number))


@op
def write(batch: tuple) -> str:
    """Write one batch."""
    return write_batch(*batch)


@job(executor_def=multiprocess_executor)
def course() -> None:
    """Map over the batches."""
    find_batches().map(write)


def map_all(folder: str, seconds: Sequence[float], slots: int) -> None:
    """Execute the job on an instance of its own."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["DAGSTER_HOME"] = home
        with DagsterInstance.get() as instance:
            config = {
                "execution": {"config": {"max_concurrent": slots}},
                "ops": {"find_batches": {"config": {"folder": folder, "seconds": list(seconds)}}},
            }
            result = execute_job(reconstructable(course), instance=instance, run_config=config)
            if not result.success:
                raise SystemExit("the job failed")


if __name__ == "__main__":
    run_map(map_all)
