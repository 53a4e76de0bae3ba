"""Options that several commands have, worded alike."""

from __future__ import annotations

import argparse
from typing import Any

from coursewright.store.open import store_address


def add_outline(parser: argparse.ArgumentParser) -> None:
    """The outline, which has to be given."""
    parser.add_argument("outline", metavar="OUTLINE", help="the outline: a path or s3://bucket/key")


def add_project(parser: argparse.ArgumentParser) -> None:
    """A project that is there already, and its store."""
    parser.add_argument("project", metavar="PROJECT", help="the project's name")
    add_store(parser)


def add_place(parser: argparse.ArgumentParser) -> None:
    """Where a course that has an outline is kept."""
    add_store(parser)
    parser.add_argument(
        "--project", default="", metavar="NAME", help="the project's name; else from the outline's title"
    )


def add_store(parser: argparse.ArgumentParser) -> None:
    """Where projects are kept, and whose credentials reach them."""
    parser.add_argument(
        "--store",
        default=store_address(""),
        metavar="STORE",
        help="a folder, s3://bucket/prefix or s3-bucket/BLOCK (COURSEWRIGHT_STORE, else courses)",
    )
    parser.add_argument(
        "--aws-credentials",
        default="",
        metavar="BLOCK",
        help="the name of an AwsCredentials block; else AWS's own chain",
    )


def add_model(parser: Any) -> None:
    """Who writes."""
    parser.add_argument(
        "--model", default=None, metavar="MODEL",
        help="embedded, openai:NAME, bedrock:NAME, ollama:NAME; several, with commas, are a fallback chain",
    )  # fmt: skip


def add_content(parser: Any) -> None:
    """Theory, labs or both."""
    parser.add_argument(
        "--content", choices=["theory", "labs", "both"], default=None, help="at first: theory"
    )


def add_visuals(parser: Any) -> None:
    """Figures, and who makes pictures among them."""
    parser.add_argument(
        "--visuals", choices=["diagrams", "diagrams and illustrations", "none"], default=None,
        help="figures of the lessons; at first: diagrams",
    )  # fmt: skip
    parser.add_argument("--image-model", default=None, metavar="MODEL", help="who makes illustrations")
    parser.add_argument(
        "--max-illustrations", type=int, default=None, metavar="N",
        help="the most pictures of a run; at first: 10",
    )  # fmt: skip


def add_writing(parser: Any) -> None:
    """The way in which lessons are written."""
    parser.add_argument(
        "--writing", choices=["whole", "sections"], default=None,
        help="a lesson in one call, or by sections; at first: whole, embedded: sections",
    )  # fmt: skip


def add_language(parser: Any) -> None:
    """The language of an outline that names none."""
    parser.add_argument(
        "--language", default=None, metavar="en", help="for an outline that names none; at first: es"
    )
