"""Texts, figures and labs moved to the places that the outline now gives them, by one run at a time.

Moves are written down before they are made, so that a run killed in the middle is finished by the next one.
What anybody writes to a place while its text is on the way is not lost: it goes to ``removed/``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from coursewright.errors import AlreadyStored, ChangedMeanwhile, NotStored, StoreUnavailable
from coursewright.languages import load_language
from coursewright.project.claimed import claimed
from coursewright.project.layout import Move
from coursewright.project.numbers import number_text
from coursewright.project.record import PROJECT_FILE, ProjectRecord
from coursewright.project.stored_json import parse_stored
from coursewright.store.base import Store
from coursewright.store.bulk import do_many
from coursewright.store.claims import Claims

_MOVING = ".moving/"
_JOURNAL = ".moving/plan.json"
_STASH = ".moving/{}"


def make_moves(store: Store, moves: list[Move], record: ProjectRecord, *, language: str) -> None:
    """Move objects, then write the record that knows them in their new places.

    Killed at any moment, `finish_moves` completes it.
    """
    taken: set[str] = set()
    targets: list[str] = []
    removed = _removed(store)
    for move in moves:
        targets.append(_free_name(move.to, removed) if move.to.startswith("removed/") else move.to)
        taken.add(targets[-1])

    def stash(row: tuple[int, Move]) -> str:
        index, move = row
        data, etag = store.read_tagged(move.source)
        if move.to:
            store.write(_STASH.format(index), _renumbered(data, move.place, language) if move.place else data)
        return etag

    etags = do_many(store, stash, enumerate(moves))
    writes = [{"stash": _STASH.format(index), "to": to} for index, to in enumerate(targets) if to]
    deletes = [move.source for move in moves if move.source not in taken]
    journal = {
        "writes": writes,
        "deletes": deletes,
        "etags": {move.source: etag for move, etag in zip(moves, etags, strict=True)},
        "record": record.as_json(),
    }
    store.write(_JOURNAL, json.dumps(journal, ensure_ascii=False).encode("utf-8"))
    finish_moves(store)


@contextmanager
def layout_to_oneself(store: Store, run: str) -> Iterator[None]:
    """Let no other run move this project's texts or begin meanwhile."""
    with Claims(store, run) as claims, claimed(claims, "layout", lambda: None, threading.Event()):
        yield


def are_moves_open(store: Store) -> bool:
    """Whether a run that moves texts is under way, or was killed."""
    return any(True for _ in store.list(_MOVING))


def finish_moves(store: Store) -> bool:
    """Complete the moves of a run that was killed; gives whether there were any."""
    try:
        journal = _read_journal(store)
    except NotStored:
        do_many(store, lambda stale: store.delete(stale.key), list(store.list(_MOVING)))
        return False
    seen = journal.get("etags", {})
    do_many(
        store,
        lambda write: _put(store, write["to"], store.read(write["stash"]), seen.get(write["to"])),
        journal["writes"],
    )
    do_many(store, lambda key: _remove(store, key, seen.get(key)), journal["deletes"])
    store.write(PROJECT_FILE, journal["record"].as_bytes())
    store.delete(_JOURNAL)
    do_many(store, lambda write: store.delete(write["stash"]), journal["writes"])
    return True


def _read_journal(store: Store) -> dict[str, Any]:
    try:
        journal = parse_stored(store.read(_JOURNAL))
        return {
            "writes": [{"stash": str(one["stash"]), "to": str(one["to"])} for one in journal["writes"]],
            "deletes": [str(key) for key in journal["deletes"]],
            "etags": dict(journal.get("etags", {})),
            "record": ProjectRecord.from_json(journal["record"]),
        }
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreUnavailable(
            f"{store.locate(_JOURNAL)} is damaged ({error}). Texts were being moved when it was written: "
            "look into its folder, put what you miss back in its place, and delete the folder.",
            key=_JOURNAL,
        ) from error


def _put(store: Store, key: str, data: bytes, seen: str | None) -> None:
    """Put a moved object in its place, over the one with the etag `seen`; another goes to ``removed/``."""
    while True:
        try:
            there, etag = store.read_tagged(key)
            if there == data:
                return
            if etag != seen:
                keep_aside(store, key, there)
            store.replace(key, data, etag)
            return
        except NotStored:
            with suppress(AlreadyStored):
                store.create(key, data)
                return
        except ChangedMeanwhile:
            continue


def _remove(store: Store, key: str, seen: str | None) -> None:
    """Remove what was moved away, which had the etag `seen`; another goes to ``removed/``."""
    try:
        there, etag = store.read_tagged(key)
    except NotStored:
        return
    if etag != seen:
        keep_aside(store, key, there)
    store.delete(key)


def keep_aside(store: Store, key: str, data: bytes) -> None:
    """Keep in ``removed/`` what somebody wrote in a place that another text is about to get."""
    while True:
        with suppress(AlreadyStored):
            store.create(_free_name(f"removed/{key}", _removed(store)), data)
            return


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


def _removed(store: Store) -> set[str]:
    return {item.key for item in store.list("removed/")}


def _free_name(key: str, used: set[str]) -> str:
    """`key`, or with a number before its ending where it is used; it is used from now on."""
    stem, dot, ending = key.rpartition(".")
    number, name = 1, key
    while name in used:
        number += 1
        name = f"{stem}.{number}{dot}{ending}"
    used.add(name)
    return name
