"""Code in colours: which part of a listing is of which kind, whatever the format."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

Kind = Literal[
    "", "comment", "keyword", "string", "number", "function", "type", "tag", "attribute", "builtin",
    "inserted", "deleted", "prompt",
]  # fmt: skip

MAX_CODE = 60_000
MAX_CODE_LINE = 2_000
"""Longer listings and lines stay without colours: some lexers are slow on what nobody writes."""

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("Comment", "comment"),
    ("Literal.String.Doc", "comment"),
    ("Literal.String", "string"),
    ("Literal.Number", "number"),
    ("Literal.Date", "number"),
    ("Literal.Scalar", "string"),
    ("Keyword.Type", "type"),
    ("Keyword", "keyword"),
    ("Operator.Word", "keyword"),
    ("Name.Function", "function"),
    ("Name.Class", "type"),
    ("Name.Namespace", "type"),
    ("Name.Exception", "type"),
    ("Name.Tag", "tag"),
    ("Name.Attribute", "attribute"),
    ("Name.Decorator", "attribute"),
    ("Name.Variable", "attribute"),
    ("Name.Builtin", "builtin"),
    ("Name.Constant", "number"),
    ("Generic.Inserted", "inserted"),
    ("Generic.Deleted", "deleted"),
    ("Generic.Prompt", "prompt"),
    ("Generic.Heading", "keyword"),
    ("Generic.Subheading", "keyword"),
)


@lru_cache(maxsize=4096)
def highlight(code: str, lang: str) -> tuple[tuple[Kind, str], ...]:
    """`code` in pieces with the kind of each; one piece without a kind where the language is not known.

    The pieces' texts make up `code` exactly.
    """
    if not lang or len(code) > MAX_CODE or any(len(line) > MAX_CODE_LINE for line in code.split("\n")):
        return (("", code),)
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(lang, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return (("", code),)
    pieces: list[tuple[Kind, str]] = []
    for token, text in lexer.get_tokens(code):
        kind = _kind(str(token).removeprefix("Token."))
        if pieces and pieces[-1][0] == kind:
            pieces[-1] = (kind, pieces[-1][1] + text)
        elif text:
            pieces.append((kind, text))
    if "".join(text for _, text in pieces) != code:
        return (("", code),)
    return tuple(pieces)


@lru_cache(maxsize=512)
def _kind(token: str) -> Kind:
    for name, kind in _KINDS:
        if token == name or token.startswith(name + "."):
            return kind
    return ""
