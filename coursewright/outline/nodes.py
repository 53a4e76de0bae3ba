"""An outline's YAML as a bounded tree of lists, mappings and texts that know their lines.

Nothing is constructed from YAML's types and tags: a scalar is the text that was written. The tree is built
from the parser's events and not by its own composer, which recurses: depth, size and aliases are bounded
while they are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

MAX_DEPTH = 50
"""An outline has about 9 levels."""

MAX_NODES = 500_000
"""With every alias counted as what it stands for. A course of 1,000 lessons has about 40,000."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = {None, "!"} | {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map", "timestamp")
}


@dataclass(slots=True)
class Text:
    """A scalar, as it was written. Lines and columns count from 0; the end is exclusive.

    Attributes:
        quoted: in quotes or in a block, and so never a number or null.
        tag: a tag that outlines have no use for, such as ``!!python/name:os.system``; never obeyed.
        anchor: the name of an anchor before it.
        dangling: an alias to an anchor that is not there, read as the text that it was perhaps meant to be.
    """

    text: str
    line: int
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    quoted: bool = False
    tag: str | None = None
    anchor: str | None = None
    dangling: bool = False


@dataclass(slots=True)
class Items:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)
    tag: str | None = None


@dataclass(slots=True)
class Entries:
    """A mapping, in the order of the file, with keys that stand twice."""

    line: int
    entries: list[tuple[Node, Node]] = field(default_factory=list)
    tag: str | None = None


Node = Text | Items | Entries


@dataclass
class YamlFault(Exception):
    """The text cannot be read as YAML, or not within bounds.

    Attributes:
        line, column: where, from 0.
        context_line: where the part began that could not be finished, from 0.
        reason: the parser's words, or ours.
        expected: ours; empty for a fault of syntax.
    """

    line: int
    column: int
    context_line: int
    reason: str
    expected: str = ""


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read."""

    node: Items | Entries
    anchor: str | None
    size: int = 1
    key: Node | None = None


def build_tree(text: str) -> Node | None:
    """The tree of the only document in `text`; None where it has none.

    Raises:
        YamlFault: a fault of syntax, several documents, or more than the bounds allow.
    """
    documents = _read_documents(text)
    first = next((document for document in documents if not is_null(document)), None)
    for other in documents:
        if not is_null(other):
            raise YamlFault(
                other.line,
                0,
                0,
                "The file holds several YAML documents.",
                "one course a file, without --- inside",
            )
    return first


def is_null(node: Node) -> bool:
    """Whether this is YAML's null: nothing, ``~`` or ``null``, not in quotes."""
    return isinstance(node, Text) and not node.quoted and node.text in ("", "~", "null", "Null", "NULL")


def _read_documents(text: str) -> Iterator[Node]:
    stack: list[_Open] = []
    anchors: dict[str, tuple[Node, int] | None] = {}
    total = 0
    for event in _events(text):
        node: Node
        size = 1
        anchor: str | None = None
        match event:
            case yaml.ScalarEvent():
                node, anchor = _read_scalar(event), event.anchor
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                kind = Items if isinstance(event, yaml.SequenceStartEvent) else Entries
                opened = kind(event.start_mark.line, tag=_odd_tag(event.tag))
                stack.append(_Open(opened, event.anchor))
                if event.anchor:
                    anchors[event.anchor] = None
                if len(stack) > MAX_DEPTH:
                    raise YamlFault(
                        opened.line,
                        0,
                        opened.line,
                        "The file is nested too deeply.",
                        f"at most {MAX_DEPTH} levels",
                    )
                continue
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                closed = stack.pop()
                node, size, anchor = closed.node, closed.size, closed.anchor
            case yaml.AliasEvent():
                node, size = _resolve(event, anchors)
            case yaml.DocumentStartEvent():
                anchors = {}
                continue
            case _:
                continue
        total = size if not stack else stack[-1].size + size
        if total > MAX_NODES:
            line = event.start_mark.line
            raise YamlFault(
                line, 0, line, "The file stands for too much, once its aliases are followed.",
                f"at most {MAX_NODES:,} values",
            )  # fmt: skip
        if anchor:
            anchors[anchor] = (node, size)
        if not stack:
            yield node
            continue
        parent = stack[-1]
        parent.size += size
        if isinstance(parent.node, Items):
            parent.node.items.append(node)
        elif parent.key is None:
            parent.key = node
        else:
            parent.node.entries.append((parent.key, node))
            parent.key = None


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        context = error.context_mark or mark
        raise YamlFault(
            mark.line if mark else 0,
            mark.column if mark else 0,
            context.line if context else 0,
            error.problem or str(error),
        ) from None
    except yaml.YAMLError as error:
        raise YamlFault(0, 0, 0, str(error)) from None


def _read_scalar(event: yaml.ScalarEvent) -> Text:
    start, end = event.start_mark, event.end_mark
    return Text(
        event.value,
        start.line,
        start.column,
        end.line,
        end.column,
        quoted=event.style is not None and event.style != "",
        tag=_odd_tag(event.tag),
        anchor=event.anchor,
    )


def _odd_tag(tag: str | None) -> str | None:
    return None if tag in _PLAIN_TAGS else str(tag).replace("tag:yaml.org,2002:", "!!")


def _resolve(event: yaml.AliasEvent, anchors: dict[str, tuple[Node, int] | None]) -> tuple[Node, int]:
    start, end = event.start_mark, event.end_mark
    if event.anchor not in anchors:
        text = Text(f"*{event.anchor}", start.line, start.column, end.line, end.column, dangling=True)
        return text, 1
    target = anchors[event.anchor]
    if target is None:
        raise YamlFault(
            start.line, start.column, start.line,
            f"The alias *{event.anchor} stands inside of what it refers to.", "a value that does not contain itself",
        )  # fmt: skip
    return target
