"""What is known of a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["reachable", "dead", "not checked"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a link.

    Attributes:
        reason: why, in a few words, such as ``404 Not Found``; empty where there is nothing to say.
    """

    url: str
    state: State
    reason: str = ""
