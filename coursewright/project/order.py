"""What one run was asked to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What one run was asked to do, in small plain values that any process can be handed.

    Attributes:
        run: the run's id.
        store: the address of the store.
        again: write the selection anew though it is finished.
        note: what the model should do better.
        max_cost: US dollars that the run may spend, or None.
        check_links: ask the addresses that lessons link to whether they are there.
        run_lab_checks: run the check commands of labs that are written, shut in on the machine of the run.
    """

    run: str
    store: str
    project: str
    modules: str = ""
    lessons: str = ""
    labs: str = ""
    again: bool = False
    note: str = ""
    overwrite_edits: bool = False
    max_cost: float | None = None
    check_links: bool = False
    run_lab_checks: bool = False

    def as_json(self) -> dict[str, Any]:
        """The order as plain JSON values."""
        return asdict(self)
