"""A HeaderMatcher by itself, as test files of ``router_check_tool`` have it."""

from __future__ import annotations

from attrs import evolve

from meshroute.model.criteria import Criterion
from meshroute.readers._document import Problems
from meshroute.readers.envoy.matchers import header_criterion
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.scope import Scope, Unmodelled
from meshroute.readers.envoy.settings import CURRENT, Runtime
from meshroute.text import ascii_lower, unwire


def header_check(message: Message, problems: Problems) -> tuple[str, str, Criterion, Criterion] | None:
    """Lower a HeaderMatcher.

    Args:
        message: The HeaderMatcher.
        problems: Where faults go.

    Returns:
        The header's name, what is expected in words, and the criterion: as Envoy looks at each line of a header, and
        as its tool does, at the lines joined (envoy-router-check.md). None after reporting a fault.

    >>> from meshroute.readers._document import parse_yaml
    >>> from meshroute.readers.envoy.decode import Decoder
    >>> node, problems = parse_yaml("{name: X-A, string_match: {exact: b}}")[0], Problems()
    >>> header_check(Decoder(problems).message(node, "envoy.config.route.v3.HeaderMatcher"), problems)[:2]
    ('x-a', 'b')
    """
    if problems:
        return None  # the decoder has found faults, perhaps in this one
    scope = Scope(problems, CURRENT, Runtime({}))
    unmodelled = Unmodelled()
    real = header_criterion(scope, message, unmodelled)
    tool = header_criterion(evolve(scope, compat=evolve(CURRENT, headers_individually=False)), message, unmodelled)
    name = ascii_lower(message.text("name"))
    if real is None or tool is None:
        for notice in unmodelled.notices[:1]:
            problems.error(message.at(), notice.message)
        return None
    return name, _words(message, name), real, tool


def _words(message: Message, name: str) -> str:
    kind = message.which("header_match_specifier")
    invert = message.flag("invert_match")
    if kind is None or kind == "present_match":
        wanted = (kind is None or message.flag("present_match")) != invert
        return f"has({name}):{'true' if wanted else 'false'}"
    inner = message.message("string_match") if kind == "string_match" else None
    if kind in {"exact_match", "prefix_match", "suffix_match", "contains_match"}:
        text = message.text(kind)
    elif inner is not None and inner.which("match_pattern") != "safe_regex":
        text = inner.text(inner.which("match_pattern") or "")
    else:
        text = kind
    return f"NOT [{unwire(text)}]" if invert else unwire(text)
