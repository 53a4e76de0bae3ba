"""How a benchmark is asked to run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What all parts are told.

    Attributes:
        quick: the short form: model times divided, fewer sizes.
        databases: which databases of the Prefect server, ``SQLite`` and ``PostgreSQL``.
    """

    quick: bool = False
    databases: tuple[str, ...] = ("SQLite", "PostgreSQL")
