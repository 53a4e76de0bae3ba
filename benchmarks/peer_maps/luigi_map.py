"""Luigi: a task a batch with its file as target, and so many workers."""

from __future__ import annotations

from collections.abc import Sequence

import luigi
from work import batch_path, run_map, write_batch


class WriteBatch(luigi.Task):
    """One batch; complete when its file is there."""

    folder = luigi.Parameter()
    number = luigi.IntParameter()
    seconds = luigi.FloatParameter()

    def output(self) -> luigi.LocalTarget:
        """The batch's file."""
        return luigi.LocalTarget(str(batch_path(self.folder, self.number)))

    def run(self) -> None:
        """Write it."""
        write_batch(self.folder, self.number, self.seconds)


def map_all(folder: str, seconds: Sequence[float], slots: int) -> None:
    """Build all of them with so many workers and the local scheduler."""
    tasks = [WriteBatch(folder=folder, number=n, seconds=each) for n, each in enumerate(seconds)]
    luigi.build(tasks, workers=slots, local_scheduler=True, log_level="WARNING")


if __name__ == "__main__":
    run_map(map_all)
