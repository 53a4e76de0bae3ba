"""Whose a figure's picture is: the program's, or one that a person put in its place."""

from __future__ import annotations

import hashlib
import json

from coursewright.errors import NotStored
from coursewright.store.base import Store


def picture_digest(data: bytes) -> str:
    """By what a picture is known again: the SHA-256 of its bytes."""
    return hashlib.sha256(data).hexdigest()


def is_the_programs(store: Store, name: str, data: bytes) -> bool:
    """Whether these bytes of the figure `name` are those that its JSON tells of.

    Args:
        store: the project's own part of the store.
    """
    try:
        told = json.loads(store.read(f"visuals/{name}.json"))
        return picture_digest(data) in (told["sha256"], *told.get("in_place_of", ()))
    except (NotStored, ValueError, KeyError, AttributeError, TypeError):
        return False
