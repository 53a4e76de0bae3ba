"""Writing for as long as there is asking: whatever ends it, the best version that is there by then stands."""

from __future__ import annotations

from collections.abc import Callable

from coursewright.errors import CostLimitReached, ModelError, QuotaExhausted
from coursewright.findings import Finding
from coursewright.lessons.asking import Asking, RequestsSpent
from coursewright.lessons.repair import BestVersion


def write_best(
    write: Callable[[], None], best: BestVersion, asking: Asking, what: str
) -> QuotaExhausted | CostLimitReached | None:
    """Write, and note why where the asking ended before the writing did.

    Args:
        write: offers versions to `best`, asking through `asking`.
        what: what is written, such as ``lesson``.

    Returns:
        What ends the run's asking altogether, where that ended this one's.

    Raises:
        ModelError: the asking ended before there was any text; `spent` says what was used.
        CostLimitReached: likewise.
    """
    try:
        write()
    except RequestsSpent:
        _note(best, f"The {what} had all of its {asking.asked} requests.")
    except (ModelError, CostLimitReached) as error:
        if not best.text.strip():
            raise
        _note(best, f"The {what} could not be asked for again: {error}")
        if isinstance(error, QuotaExhausted | CostLimitReached):
            return error
    return None


def _note(best: BestVersion, why: str) -> None:
    best.note(Finding("requests", "warning", f"{why} The best version so far was taken."))
