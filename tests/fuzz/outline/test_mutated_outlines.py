"""Real outlines, broken in every way that chance finds: an outline or a clear error, and soon.

Files in ``corpus/`` once failed, or reach a corner that chance seldom finds; each is read every time. A
run on a fixed seed is short; ``COURSEWRIGHT_FUZZ_SECONDS`` makes it longer, on a seed that it prints. A file
that fails is kept in the corpus.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from coursewright.outline import OutlineError, load_outline

CORPUS = Path(__file__).parent / "corpus"
EXAMPLES = Path(__file__).parents[3] / "examples"

SECONDS = float(os.environ.get("COURSEWRIGHT_FUZZ_SECONDS", "0"))
ROUNDS = 150
SLOWEST = 5.0
"""Seconds of computing that no real outline, however broken, may take."""

PIECES = (
    *(b": ", b":", b"- ", b"\t", b"\n", b"\r", b"#", b" #", b'"', b"'", b"|", b">", b"&a ", b"*a", b"<<: *a"),
    *(b"!!python/name:os.system ", b"{", b"}", b"[", b"]", b",", b"---\n", b"...\n", b"%", b"@", b"`", b"?"),
    *(
        b"\x00",
        b"\x1b",
        b"\xff",
        b"\xc3",
        b"\xef\xbb\xbf",
        "é".encode(),
        "\u2028".encode(),
        "\u202e".encode(),
    ),
    *(b"null", b"~", b".nan", b"-1", b"1e999", b"9" * 40, b"yes", b"2026-01-31", b"title: ", b"lessons:"),
)

Mutation = Callable[[random.Random, bytearray], None]


def insert_piece(chance: random.Random, data: bytearray) -> None:
    """Put something that means something to YAML anywhere."""
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.choice(PIECES)


def delete_some(chance: random.Random, data: bytearray) -> None:
    """Lose a few bytes."""
    at = chance.randrange(len(data) + 1)
    del data[at : at + chance.randrange(1, 12)]


def flip_bit(chance: random.Random, data: bytearray) -> None:
    """Change one bit."""
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def move_line(chance: random.Random, data: bytearray) -> None:
    """Put one line elsewhere, or twice."""
    lines = data.split(b"\n")
    line = chance.choice(lines)
    if chance.random() < 0.5:
        lines.remove(line)
    lines.insert(chance.randrange(len(lines) + 1), line)
    data[:] = b"\n".join(lines)


def indent_line(chance: random.Random, data: bytearray) -> None:
    """Indent one line differently."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at] = (
        chance.choice([b" ", b"  ", b"\t", b""]) + lines[at].lstrip()
        if chance.random() < 0.5
        else b" " + lines[at]
    )
    data[:] = b"\n".join(lines)


def unquote_line(chance: random.Random, data: bytearray) -> None:
    """Take the quotes out of one line."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at] = lines[at].replace(b'"', b"").replace(b"'", b"")
    data[:] = b"\n".join(lines)


def repeat_block(chance: random.Random, data: bytearray) -> None:
    """Say a part of the file many times."""
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.randrange(1, 200))
    data[end:end] = data[start:end] * chance.randrange(1, 30)


MUTATIONS: tuple[Mutation, ...] = (
    insert_piece, delete_some, flip_bit, move_line, indent_line, unquote_line, repeat_block,
)  # fmt: skip


def mutate(chance: random.Random, seeds: list[bytes]) -> bytes:
    """One of the seeds with a few mutations."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice([1, 1, 2, 3, 8])):
        chance.choice(MUTATIONS)(chance, data)
    return bytes(data)


def read(data: bytes) -> None:
    """Read the file as a user would have it read, and print what it says."""
    started = time.process_time()
    try:
        outline = load_outline(data)
    except OutlineError as error:
        str(error).encode()
        for problem in error.problems:
            assert problem.line is None or 1 <= problem.line <= data.count(b"\n") + data.count(b"\r") + 1
    else:
        assert outline.lessons
    assert time.process_time() - started < SLOWEST


def seeds_of(folder: Path, pattern: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob(pattern))]


def fuzz(seeds: list[bytes]) -> None:
    seed = random.SystemRandom().randrange(10**9) if SECONDS else 20
    print(f"seed {seed}")
    chance = random.Random(seed)
    until = time.monotonic() + SECONDS
    rounds = 0
    while rounds < ROUNDS or time.monotonic() < until:
        data = mutate(chance, seeds)
        try:
            read(data)
        except BaseException:
            (CORPUS / f"{hashlib.sha256(data).hexdigest()[:12]}.yaml").write_bytes(data)
            raise
        rounds += 1


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yaml")), ids=lambda path: path.stem)
def test_files_of_the_corpus_are_answered(path: Path) -> None:
    read(path.read_bytes())


def test_mutated_examples_are_answered() -> None:
    fuzz(seeds_of(EXAMPLES, "*.yaml") + seeds_of(CORPUS, "*.yaml"))


@pytest.mark.shared
def test_mutated_outlines_of_real_users_are_answered(shared_outlines: Path) -> None:
    fuzz(seeds_of(shared_outlines, "*.yaml"))
