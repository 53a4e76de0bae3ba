"""Where texts belong after the outline has changed: an edit belongs to its lesson, not to its place.

Published files are matched to the outline's items by content key, else by title within the module, else by
place. Those that moved are to be moved with everything that is theirs; those that nothing owns any more go to
``removed/``. How they are moved belongs in `coursewright.project.moves`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a text is known again.

    Attributes:
        key: its content key.
        title: its title.
        group: the title of its module (for a lab, with its lesson's).
        module: the number of its module.
    """

    key: str
    title: str
    group: str
    module: int

    @property
    def base(self) -> str:
        """The half of the key that says what the text is about."""
        return self.key.partition("-")[0]


def match_places(
    published: Mapping[str, Identity], wanted: Mapping[str, Identity], *, by_place: bool = True
) -> dict[str, str]:
    """New place of each published text that an item of the outline owns, by its old place.

    Args:
        by_place: whether a text may, as the last resort, belong to whatever now stands in its place.
    """
    matched: dict[str, str] = {}
    ways = (
        lambda place, one: ("key", one.key),
        lambda place, one: ("base", one.base),
        lambda place, one: ("title", one.group, one.title),
        lambda place, one: ("number", one.module, one.title),
        lambda place, one: ("place", place),
    )
    for way in ways if by_place else ways[:-1]:
        free: dict[Any, list[str]] = {}
        taken = set(matched.values())
        for place, one in wanted.items():
            if place not in taken and all(way(place, one)):
                free.setdefault(way(place, one), []).append(place)
        for place, one in published.items():
            if place in matched:
                continue
            places = free.get(way(place, one), [])
            if places:
                # Of several that are alike, the one that stayed where it was comes first.
                new = place if place in places else places[0]
                places.remove(new)
                matched[place] = new
    return matched


def share_recognised(published: Mapping[str, Identity], wanted: Mapping[str, Identity]) -> float:
    """The share (0 to 1) of the published texts that the outline still knows by key or by title."""
    if not published:
        return 1.0
    titles = {one.title for one in wanted.values()}
    known = match_places(published, wanted, by_place=False)
    return sum(place in known or one.title in titles for place, one in published.items()) / len(published)


@dataclass(frozen=True, slots=True)
class Move:
    """One object to be moved.

    Attributes:
        to: its new key; in ``removed/`` where nothing owns it any more; empty where it is to be deleted.
        place: where its text's numbers have to follow, the new place; else empty.
    """

    source: str
    to: str
    place: str = ""


def plan_moves(
    objects: Iterable[str], lessons: Mapping[str, str | None], labs: Mapping[str, str | None]
) -> list[Move]:
    """What has to be moved so that every text stands in its place.

    Args:
        objects: the keys of all that is stored.
        lessons, labs: the new place of each old one; None where nothing owns it any more.
    """
    moves = []
    for key in objects:
        folder, _, name = key.partition("/")
        if folder not in ("lessons", "visuals", "labs", "rejected") or not name:
            continue
        owner = _owner(folder, name)
        places = labs if owner.count("-") == 2 else lessons
        if owner not in places or places[owner] == owner:
            continue
        new = places[owner]
        if new is None:
            moves.append(Move(key, "" if name.endswith(".generated.md") else f"removed/{key}"))
        else:
            moves.append(
                Move(key, f"{folder}/{new}{name[len(owner) :]}", new if name.endswith(".md") else "")
            )
    return moves


def _owner(folder: str, name: str) -> str:
    stem = name.split(".")[0].split("/")[0]
    return stem.rpartition("-")[0] if folder == "visuals" else stem
