"""Metadata: of routes, and matchers of that of requests (envoy.md §2.8)."""

from __future__ import annotations

from meshroute.errors import RequestError
from meshroute.model.context import (
    EMPTY,
    MetadataMatch,
    MetadataTest,
    Struct,
    ValueAmong,
    ValueAny,
    ValueIs,
    ValueNumber,
    ValuePresent,
    ValueText,
    struct_of,
)
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.scope import Scope, Unmodelled
from meshroute.readers.envoy.texts import string_test


def metadata_of(scope: Scope, message: Message) -> Struct:
    """Return what a message says in its `metadata`; what is typed is not read, as no matcher looks at it.

    Args:
        scope: What the table is evaluated with.
        message: A Route.

    Returns:
        Namespace to mapping.
    """
    metadata = message.message("metadata")
    if metadata is None:
        return EMPTY
    try:
        return struct_of(metadata.plain_mapping("filter_metadata"))
    except RequestError as error:  # a number that no double can hold
        scope.error(metadata, "filter_metadata", str(error))
        return EMPTY


def metadata_criterion(scope: Scope, matcher: Message, unmodelled: Unmodelled) -> MetadataMatch | None:
    """Lower a MetadataMatcher.

    Args:
        scope: What the table is evaluated with.
        matcher: The MetadataMatcher.
        unmodelled: Where an extension goes.

    Returns:
        The criterion, or None after reporting a fault or noting what is not modelled.
    """
    value = matcher.message("value")
    test = None if value is None else _value_test(scope, value, unmodelled)
    if test is None:
        return None
    path = tuple(segment.text("key") for segment in matcher.messages("path"))
    return MetadataMatch(matcher.text("filter"), path, test, invert=matcher.flag("invert"))


def _value_test(scope: Scope, value: Message, unmodelled: Unmodelled) -> MetadataTest | None:
    kind = value.which("match_pattern")
    inner = None if kind in {None, "bool_match", "present_match"} else value.message(kind or "")
    match kind:
        case "null_match":
            return ValueIs(None)
        case "bool_match":
            return ValueIs(value.flag("bool_match"))
        case "present_match":
            return ValuePresent(value.flag("present_match"))
        case _:
            return None if inner is None else _inner_test(scope, kind, inner, unmodelled)


def _inner_test(scope: Scope, kind: str | None, inner: Message, unmodelled: Unmodelled) -> MetadataTest | None:
    match kind:
        case "double_match":
            return _number_test(inner)
        case "string_match":
            text = string_test(scope, inner, unmodelled)
            return None if text is None else ValueText(text)
        case "list_match":
            one = inner.message("one_of")
            test = None if one is None else _value_test(scope, one, unmodelled)
            return None if test is None else ValueAmong(test)
        case _:
            tests = [_value_test(scope, one, unmodelled) for one in inner.messages("value_matchers")]
            return ValueAny(tuple(test for test in tests if test is not None))


def _number_test(matcher: Message) -> ValueNumber:
    numbers = matcher.message("range")
    if numbers is not None:
        return ValueNumber(numbers.number("start") or 0.0, numbers.number("end") or 0.0)
    return ValueNumber(matcher.number("exact") or 0.0)
