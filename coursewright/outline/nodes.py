"""An outline's YAML as a bounded tree of lists, mappings and texts that know their lines.

Nothing is constructed from YAML's types and tags: a scalar is the text that was written. The tree is built
from the parser's events and not by its own composer, which recurses: depth, size and aliases are bounded
while they are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

MAX_DEPTH = 50
"""Levels, aliases followed. An outline has about 9."""

MAX_WEIGHT = 10_000_000
"""Characters, with `NODE_WEIGHT` for each value, aliases followed. 1,000 lessons have about 2 million."""

NODE_WEIGHT = 20

BAD_ESCAPE = "invalid Unicode character escape code"
"""In libyaml's words for an escape that stands for no character."""

_HALF = re.compile("[\ud800-\udfff]")

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
        anchor: the name of an anchor before it that nothing refers to.
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


class YamlError(Exception):
    """The text cannot be read as YAML, or not within bounds.

    Attributes:
        line: where, from 0; may lie behind the last line.
        context_line: where the part began that could not be finished, from 0.
        reason: what is wrong: the parser's words, or a sentence where a bound was passed.
        expected: what the bound is; empty for a fault of syntax.
    """

    def __init__(self, line: int, context_line: int, reason: str, expected: str = "") -> None:
        super().__init__(reason)
        self.line = line
        self.context_line = context_line
        self.reason = reason
        self.expected = expected

    @property
    def passes_a_bound(self) -> bool:
        """Whether this is about a bound and not about syntax, so that no mend is to be looked for."""
        return bool(self.expected)


@dataclass(slots=True)
class _Whole:
    """A value that was read, with what it weighs and how many levels it has."""

    node: Node
    weight: int
    height: int = 1


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read."""

    node: Items | Entries
    anchor: str | None
    weight: int = NODE_WEIGHT
    height: int = 1
    key: Node | None = None

    def add(self, part: _Whole) -> None:
        self.weight += part.weight
        self.height = max(self.height, part.height + 1)
        if isinstance(self.node, Items):
            self.node.items.append(part.node)
        elif self.key is None:
            self.key = part.node
        else:
            self.node.entries.append((self.key, part.node))
            self.key = None


def build_tree(text: str) -> Node | None:
    """The tree of the only document in `text`; None where it has none.

    Raises:
        YamlError: a fault of syntax, several documents, or more than the bounds allow.
    """
    documents = (document for document in _read_documents(text) if not is_null(document))
    tree = next(documents, None)
    other = next(documents, None)
    if other is not None:
        raise YamlError(
            other.line,
            other.line,
            "The file holds several YAML documents.",
            "one course, without a line --- inside",
        )
    return tree


def is_null(node: Node) -> bool:
    """Whether this is YAML's null: nothing, ``~`` or ``null``, not in quotes."""
    return isinstance(node, Text) and not node.quoted and node.text in ("", "~", "null", "Null", "NULL")


def _read_documents(text: str) -> Iterator[Node]:
    stack: list[_Open] = []
    anchors: dict[str, _Whole | None] = {}
    for event in _read_events(text):
        line = _line(event)
        anchor: str | None = None
        if isinstance(event, yaml.ScalarEvent):
            anchor = event.anchor
            part = _Whole(_read_scalar(event), NODE_WEIGHT + len(event.value))
        elif isinstance(event, yaml.CollectionStartEvent):
            kind = Items if isinstance(event, yaml.SequenceStartEvent) else Entries
            stack.append(_Open(kind(line, tag=_odd_tag(event.tag)), event.anchor))
            anchors.update({event.anchor: None} if event.anchor else {})
            _check_depth(len(stack), line)
            continue
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = stack.pop()
            anchor = closed.anchor
            part = _Whole(closed.node, closed.weight, closed.height)
        elif isinstance(event, yaml.AliasEvent):
            part = _resolve(event, anchors)
            _check_depth(len(stack) + part.height, line)
        else:
            if isinstance(event, yaml.DocumentStartEvent):
                anchors = {}
            continue
        if anchor:
            anchors[anchor] = part
        if stack:
            stack[-1].add(part)
            _check_weight(stack[-1].weight, line)
        else:
            yield part.node


def _read_events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark else 0
        context = error.context_mark.line if error.context_mark else line
        raise YamlError(line, context, error.problem or str(error)) from None
    except yaml.YAMLError as error:
        raise YamlError(0, 0, str(error)) from None


def _check_depth(depth: int, line: int) -> None:
    if depth > MAX_DEPTH:
        raise YamlError(
            line, line, "The file is nested too deeply.", f"at most {MAX_DEPTH} levels, aliases followed"
        )


def _check_weight(weight: int, line: int) -> None:
    if weight > MAX_WEIGHT:
        most = f"at most {MAX_WEIGHT // NODE_WEIGHT:,} values, aliases followed"
        raise YamlError(line, line, "The file holds too much for an outline.", most)


def _read_scalar(event: yaml.ScalarEvent) -> Text:
    start, end = event.start_mark, event.end_mark
    assert start is not None
    assert end is not None
    plain = event.style in (None, "")
    if not plain and _HALF.search(event.value):
        # libyaml refuses what PyYAML's own parser takes.
        raise YamlError(start.line, start.line, f"found {BAD_ESCAPE}")
    tag = _odd_tag(event.tag)
    return Text(
        event.value, start.line, start.column, end.line, end.column, not plain, tag, event.anchor
    )  # fmt: skip


def _line(event: yaml.Event) -> int:
    return event.start_mark.line if event.start_mark else 0


def _odd_tag(tag: str | None) -> str | None:
    return None if tag in _PLAIN_TAGS else str(tag).replace("tag:yaml.org,2002:", "!!")


def _resolve(event: yaml.AliasEvent, anchors: dict[str, _Whole | None]) -> _Whole:
    name = event.anchor
    if name not in anchors:
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        text = Text(f"*{name}", start.line, start.column, end.line, end.column, dangling=True)
        return _Whole(text, NODE_WEIGHT)
    part = anchors[name]
    if part is None:
        line = _line(event)
        raise YamlError(
            line, line, f"The alias *{name} stands inside of what it refers to.", "a value without itself"
        )
    if isinstance(part.node, Text):
        part.node.anchor = None
    return part
