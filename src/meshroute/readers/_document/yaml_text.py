"""YAML: libyaml's events, composed without recursion; the parser is stopped at the first event that is too deep.

PyYAML is imported here only, and only when there is YAML to read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from meshroute.errors import DocumentError
from meshroute.readers._document.limits import MAX_ALIASED_NODES, MAX_DEPTH
from meshroute.readers._document.nodes import Node, Scalar
from meshroute.readers._document.placeholders import Prepared, prepare
from meshroute.readers._document.scalars import leaf
from meshroute.readers._document.tree import Built, TreeBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yaml import MarkedYAMLError

    from meshroute.readers._document.problems import Problems

# YAML 1.2.2 §5.1, c-printable. Surrogates cannot stand in UTF-8.
_UNPRINTABLE: Final = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CORE: Final = "tag:yaml.org,2002:"
_CORE_PLAIN: Final = frozenset(_CORE + name for name in ("int", "float", "bool", "null"))
_FIXES: Final = {
    "mapping values are not allowed": "a value that contains `: ` needs quotes",
    "found character that cannot start any token": "indent with spaces, not tabs; quote a value that starts with @",
}


class _Event(NamedTuple):
    """An event of the YAML parser, without PyYAML's types."""

    kind: str
    offset: int
    anchor: str | None = None
    tag: str | None = None
    text: str = ""
    plain: bool = False


def compose_yaml(text: str, file: str, variables: Mapping[str, str], problems: Problems) -> list[Node]:
    """Build the documents of a YAML text; empty documents are left out.

    Args:
        text: The text as written.
        file: Its name.
        variables: Values for its placeholders.
        problems: Where problems go. One that ends the reading leaves the documents before it.

    Returns:
        The documents' roots.

    >>> from meshroute.readers._document.problems import Problems
    >>> compose_yaml("--- on", "a.yaml", {}, Problems())
    [Scalar(tag=None, value='on', text='on', quoted=False, placeholders=())]
    """
    try:
        prepared = prepare(text, file, variables)
    except DocumentError as error:
        problems.add(error)
        return []
    composer = _Composer(prepared, problems)
    try:
        _check_characters(prepared)
        for event in _events(prepared):
            composer.take(event)
    except DocumentError as error:
        problems.add(error)
    return [root for root in composer.tree.roots if not (isinstance(root, Scalar) and root.value is None)]


def _check_characters(prepared: Prepared) -> None:
    found = _UNPRINTABLE.search(prepared.text)
    if found:
        raise prepared.origin.error(found.start(), f"the character U+{ord(found[0]):04X} is not allowed in YAML")


class _Composer:
    """Turns events into a tree."""

    def __init__(self, prepared: Prepared, problems: Problems) -> None:
        self.tree = TreeBuilder(prepared.origin, problems)
        self._prepared = prepared
        self._problems = problems
        self._anchors: dict[str, Built | None] = {}
        self._open_anchors: list[str | None] = []
        self._aliased = 0

    def take(self, event: _Event) -> None:
        """Take the next event."""
        if event.kind == "scalar":
            self._scalar(event)
        elif event.kind in {"mapping", "sequence"}:
            self._start(event)
        elif event.kind == "end":
            built = self.tree.close()
            self._remember(self._open_anchors.pop(), built)
        elif event.kind == "alias":
            self._alias(event)
        else:
            self._anchors.clear()

    def _remember(self, anchor: str | None, built: Built | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = built

    def _start(self, event: _Event) -> None:
        self.tree.open(event.offset, is_mapping=event.kind == "mapping", tag=self._tag(event))
        self._remember(event.anchor, None)
        self._open_anchors.append(event.anchor)

    def _scalar(self, event: _Event) -> None:
        tag = self._tag(event)
        plain = (event.plain and event.tag is None) or event.tag in _CORE_PLAIN
        scalar = leaf(self._prepared, event.offset, self.tree, event.text, plain=plain, tag=tag)
        self.tree.add(scalar)
        self._remember(event.anchor, Built(scalar, 1, 0))

    @staticmethod
    def _tag(event: _Event) -> str | None:
        if event.tag is None or event.tag == "!" or event.tag.startswith(_CORE):
            return None
        return event.tag

    def _alias(self, event: _Event) -> None:
        name = event.anchor or ""
        built = self._anchors.get(name)
        if built is None:
            inside = name in self._anchors
            message = f"the alias `*{name}` stands inside its own anchor" if inside else f"no anchor `&{name}`"
            fix = None if inside else f'write "*{name}" in quotes if it is text'
            self._problems.add(self._prepared.origin.error(event.offset, message, self.tree.path(), fix))
            nothing = Scalar(None, "", origin=self._prepared.origin, offset=event.offset, path=self.tree.path())
            self.tree.put(nothing, 1, 0)
            return
        self._aliased += built.size
        if self._aliased > MAX_ALIASED_NODES:
            message = f"aliases repeat more than {MAX_ALIASED_NODES} values"
            raise self._prepared.origin.error(event.offset, message, self.tree.path(), "write the values out")
        if self.tree.depth + built.height > MAX_DEPTH:
            raise self._prepared.origin.error(event.offset, f"nested deeper than {MAX_DEPTH} levels", self.tree.path())
        self.tree.put(built.node, built.size, built.height)


def _events(prepared: Prepared) -> Iterator[_Event]:
    try:
        import yaml  # noqa: PLC0415 - an optional dependency: JSON documents are read without it
    except ImportError:
        file = prepared.origin.file
        message = "reading YAML needs PyYAML"
        raise DocumentError(message, file, None, None, None, "pip install 'meshroute[yaml]'") from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        # types-PyYAML leaves the arguments of `parse` and the marks of events untyped.
        for event in yaml.parse(prepared.text, Loader=loader):  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # PyYAML has no types here
            offset: int = getattr(event.start_mark, "index", 0)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # PyYAML has no types here
            if isinstance(event, yaml.ScalarEvent):
                yield _Event("scalar", offset, event.anchor, event.tag, event.value, not event.style)
            elif isinstance(event, yaml.MappingStartEvent):
                yield _Event("mapping", offset, event.anchor, event.tag)
            elif isinstance(event, yaml.SequenceStartEvent):
                yield _Event("sequence", offset, event.anchor, event.tag)
            elif isinstance(event, yaml.CollectionEndEvent):
                yield _Event("end", offset)
            elif isinstance(event, yaml.AliasEvent):
                yield _Event("alias", offset, event.anchor)
            elif isinstance(event, yaml.DocumentStartEvent):
                yield _Event("document", offset)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(prepared, error) from None


def _syntax_error(prepared: Prepared, error: MarkedYAMLError) -> DocumentError:
    found, started = error.problem_mark, error.context_mark
    offset = found.index if found else 0
    problem = str(error.problem)
    if "maximum nesting depth" in problem:  # newer libyaml has a limit of its own, before ours is reached
        return prepared.origin.error(offset, f"nested deeper than {MAX_DEPTH} levels")
    context = f" ({error.context} at line {prepared.origin.mark(started.index).line})" if started else ""
    missing = prepared.missing_before(offset)
    if missing:
        name, line = missing
        fix: str | None = f"placeholder `{name}` at line {line} has no value; give it with --var {name}=…"
    else:
        fix = next((fix for start, fix in _FIXES.items() if problem.startswith(start)), None)
    return prepared.origin.error(offset, f"not valid YAML: {problem}{context}", fix=fix)
