"""Where texts belong after the outline has changed: an edit belongs to its lesson, not to its place.

Published files are matched to the outline's items by content key, else by title within the module, else by
place. Those that moved are moved with everything that is theirs; those that nothing owns any more go to
``removed/``. Moves are written down before they are made, so that a run killed in the middle is finished by
the next one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coursewright.errors import NotStored
from coursewright.languages import load_language
from coursewright.project.numbers import number_text
from coursewright.project.record import PROJECT_FILE, ProjectRecord
from coursewright.store.base import Store

_JOURNAL = ".moving/plan.json"
_STASH = ".moving/{}"


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


def make_moves(store: Store, moves: list[Move], record: ProjectRecord, *, language: str) -> None:
    """Move objects, then write the record that knows them in their new places.

    Killed at any moment, `finish_moves` completes it.
    """
    if not moves:
        store.write(PROJECT_FILE, record.as_bytes())
        return
    writes = []
    taken: set[str] = set()
    for index, move in enumerate(moves):
        if not move.to:
            continue
        data = store.read(move.source)
        if move.place:
            data = _renumbered(data, move.place, language)
        store.write(_STASH.format(index), data)
        to = _free_name(store, move.to, taken) if move.to.startswith("removed/") else move.to
        taken.add(to)
        writes.append({"stash": _STASH.format(index), "to": to})
    deletes = [move.source for move in moves if move.source not in taken]
    journal = {"writes": writes, "deletes": deletes, "record": record.as_json()}
    store.write(_JOURNAL, json.dumps(journal, ensure_ascii=False).encode("utf-8"))
    finish_moves(store)


def finish_moves(store: Store) -> bool:
    """Complete the moves of a run that was killed; gives whether there were any."""
    try:
        journal = json.loads(store.read(_JOURNAL))
    except NotStored:
        for stale in list(store.list(".moving/")):
            store.delete(stale.key)
        return False
    for write in journal["writes"]:
        store.write(write["to"], store.read(write["stash"]))
    for key in journal["deletes"]:
        store.delete(key)
    store.write(PROJECT_FILE, ProjectRecord.from_json(journal["record"]).as_bytes())
    store.delete(_JOURNAL)
    for write in journal["writes"]:
        store.delete(write["stash"])
    return True


def _owner(folder: str, name: str) -> str:
    stem = name.split(".")[0].split("/")[0]
    return stem.rpartition("-")[0] if folder == "visuals" else stem


def _renumbered(data: bytes, place: str, language: str) -> bytes:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    head, fence, body = "", "", text
    if text.startswith("---\n"):
        head, fence, body = text.partition("\n---\n")
        if not fence:
            head, body = "", text
    return (head + fence + number_text(body, place, load_language(language))).encode("utf-8")


def _free_name(store: Store, key: str, taken: set[str]) -> str:
    used = {item.key for item in store.list(key.rpartition(".")[0])} | taken
    stem, dot, ending = key.rpartition(".")
    number, name = 1, key
    while name in used:
        number += 1
        name = f"{stem}.{number}{dot}{ending}"
    return name
