"""StringMatcher and the deprecated spellings of it: tests on one text (envoy.md §2.3)."""

from __future__ import annotations

from meshroute.model.values import TextContains, TextExact, TextPrefix, TextRegex, TextSuffix, TextTest
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.scope import Scope, Unmodelled


def string_test(scope: Scope, matcher: Message, unmodelled: Unmodelled) -> TextTest | None:
    """Lower a StringMatcher.

    Args:
        scope: What the table is evaluated with.
        matcher: An ``envoy.type.matcher.v3.StringMatcher``, or one of xds with the same fields.
        unmodelled: Where a matcher goes that is an extension.

    Returns:
        The test; None after reporting a fault, or where it is not modelled.
    """
    ignore_case = matcher.flag("ignore_case")
    match matcher.which("match_pattern"):
        case "exact":
            return TextExact(matcher.text("exact"), ignore_case=ignore_case)
        case "prefix":
            return TextPrefix(matcher.text("prefix"), ignore_case=ignore_case)
        case "suffix":
            return TextSuffix(matcher.text("suffix"), ignore_case=ignore_case)
        case "contains":
            return TextContains(matcher.text("contains"), ignore_case=ignore_case)
        case "safe_regex":
            if ignore_case:
                scope.error(matcher, "ignore_case", "`ignore_case` has no effect for `safe_regex`", "write (?i)")
                return None
            return regex_test(scope, matcher.message("safe_regex"))
        case "custom":
            unmodelled.add(matcher, "custom", "it is an extension")
            return None
        case _:
            return None  # the decoder has reported that the pattern is missing


def regex_test(scope: Scope, matcher: Message | None) -> TextRegex | None:
    """Lower a RegexMatcher.

    Args:
        scope: What the table is evaluated with.
        matcher: The RegexMatcher.

    Returns:
        The test, or None after reporting a fault.
    """
    pattern = None if matcher is None else scope.pattern(matcher)
    return None if pattern is None else TextRegex(pattern)
