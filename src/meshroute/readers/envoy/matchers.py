"""Matchers of headers, query parameters, cookies and what else a route may look at, but the path (envoy.md §2)."""

from __future__ import annotations

from meshroute.model.chance import RandomFraction
from meshroute.model.context import ClientCertificate, FilterStateMatch
from meshroute.model.cookies import CookieMatch
from meshroute.model.criteria import Criterion, GrpcRequest, HeaderMatch, Not, QueryMatch
from meshroute.model.values import IntRange, Present, TextContains, TextExact, TextPrefix, TextSuffix, TextTest
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.metadata import metadata_criterion
from meshroute.readers.envoy.scope import Scope, Unmodelled
from meshroute.readers.envoy.settings import denominator_of
from meshroute.readers.envoy.texts import regex_test, string_test
from meshroute.text import ascii_lower


def criteria_of(scope: Scope, match: Message, unmodelled: Unmodelled) -> list[Criterion]:
    """Lower all that a RouteMatch asks for beside the path, in Envoy's order (envoy.md §2).

    Args:
        scope: What the table is evaluated with.
        match: The RouteMatch.
        unmodelled: Where matchers go that are not modelled.

    Returns:
        The criteria.
    """
    found: list[Criterion | None] = []
    fraction = match.message("runtime_fraction")
    if fraction is not None:
        found.append(fraction_criterion(scope, fraction))
    if match.message("grpc") is not None:
        found.append(GrpcRequest())
    found.extend(header_criterion(scope, header, unmodelled) for header in match.messages("headers"))
    found.extend(_query(scope, query, unmodelled) for query in match.messages("query_parameters"))
    found.extend(_cookie(scope, cookie, unmodelled) for cookie in match.messages("cookies"))
    certificate = match.message("tls_context")
    if certificate is not None:
        found.append(_certificate(certificate))
    found.extend(metadata_criterion(scope, metadata, unmodelled) for metadata in match.messages("dynamic_metadata"))
    found.extend(_filter_state(scope, state, unmodelled) for state in match.messages("filter_state"))
    return [criterion for criterion in found if criterion is not None]


def fraction_criterion(scope: Scope, fraction: Message) -> RandomFraction | None:
    """Lower a RuntimeFractionalPercent.

    Args:
        scope: What the table is evaluated with.
        fraction: The fraction.

    Returns:
        The criterion, with what the runtime key overrides; None where it has no default, which is reported already.
    """
    default = fraction.message("default_value")
    if default is None:
        return None
    key = fraction.text("runtime_key")
    stated = default.integer("numerator") or 0, denominator_of(default.enum("denominator"))
    return RandomFraction(*scope.runtime.fraction(key, stated), key)


def header_criterion(scope: Scope, matcher: Message, unmodelled: Unmodelled) -> Criterion | None:
    """Lower a HeaderMatcher.

    Args:
        scope: What the table is evaluated with.
        matcher: The HeaderMatcher.
        unmodelled: Where a matcher goes that is an extension.

    Returns:
        The criterion, or None after reporting a fault or noting what is not modelled.
    """
    name, invert = ascii_lower(matcher.text("name")), matcher.flag("invert_match")
    missing_as_empty = matcher.flag("treat_missing_header_as_empty")
    kind = matcher.which("header_match_specifier")
    if kind is None or kind == "present_match":
        wanted = kind is None or matcher.flag("present_match")
        return HeaderMatch(name, Present(), invert=wanted == invert, missing_as_empty=missing_as_empty)
    test = _header_test(scope, matcher, kind, unmodelled)
    if test is None:
        return None
    return HeaderMatch(
        name, test, invert=invert, joined=not scope.compat.headers_individually, missing_as_empty=missing_as_empty
    )


def _header_test(scope: Scope, matcher: Message, kind: str, unmodelled: Unmodelled) -> TextTest | None:
    match kind:
        case "exact_match":
            text = matcher.text("exact_match")
            return TextExact(text) if text else TextPrefix("")  # the empty one takes every value that is there
        case "prefix_match":
            return TextPrefix(matcher.text("prefix_match"))
        case "suffix_match":
            return TextSuffix(matcher.text("suffix_match"))
        case "contains_match":
            return TextContains(matcher.text("contains_match"))
        case "safe_regex_match":
            return regex_test(scope, matcher.message("safe_regex_match"))
        case "range_match":
            numbers = matcher.message("range_match")
            return None if numbers is None else IntRange(numbers.integer("start") or 0, numbers.integer("end") or 0)
        case _:
            inner = matcher.message("string_match")
            return None if inner is None else string_test(scope, inner, unmodelled)


def _query(scope: Scope, matcher: Message, unmodelled: Unmodelled) -> Criterion | None:
    name = matcher.text("name")
    if matcher.which("query_parameter_match_specifier") != "string_match":
        wanted = not matcher.has("present_match") or matcher.flag("present_match")
        present = QueryMatch(name)
        return present if wanted or not scope.compat.query_present_false else Not(present)
    inner = matcher.message("string_match")
    test = None if inner is None else string_test(scope, inner, unmodelled)
    return None if test is None else QueryMatch(name, test)


def _cookie(scope: Scope, matcher: Message, unmodelled: Unmodelled) -> Criterion | None:
    inner = matcher.message("string_match")
    test = None if inner is None else string_test(scope, inner, unmodelled)
    return None if test is None else CookieMatch(matcher.text("name"), test, invert=matcher.flag("invert_match"))


def _certificate(options: Message) -> Criterion:
    presented = options.flag("presented") if options.has("presented") else None
    validated = options.flag("validated") if options.has("validated") else None
    return ClientCertificate(presented, validated)


def _filter_state(scope: Scope, matcher: Message, unmodelled: Unmodelled) -> Criterion | None:
    if matcher.which("matcher") != "string_match":
        unmodelled.add(matcher, matcher.which("matcher"), "it looks at an object of a filter")
        return None
    inner = matcher.message("string_match")
    test = None if inner is None else string_test(scope, inner, unmodelled)
    return None if test is None else FilterStateMatch(matcher.text("key"), test)
