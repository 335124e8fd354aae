"""The test files of Envoy's ``router_check_tool`` (envoy-router-check.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, cast

import attrs
from attrs import frozen

from meshroute.errors import RequestError
from meshroute.expectations.cases import Case, Check, Seen, Suite, ValueCheck
from meshroute.model.actions import DirectResponse, Redirect
from meshroute.model.context import MISSING, Missing, RequestContext, Struct, Value, freeze, thaw
from meshroute.model.criteria import Criterion, HeaderMatch
from meshroute.model.headers import Headers
from meshroute.model.hops import Outcome
from meshroute.model.location import location_of
from meshroute.model.notices import Source
from meshroute.model.request import Request
from meshroute.model.values import Present
from meshroute.readers._document import Node, Problems
from meshroute.readers.envoy.checking import header_check
from meshroute.readers.envoy.collect import flat
from meshroute.readers.envoy.decode import Decoder
from meshroute.readers.envoy.message import Message
from meshroute.text import ascii_lower, unwire, wire

_VALIDATION: Final = "envoy.RouterCheckToolSchema.Validation"
_NANO: Final = 1_000_000_000


def _forwards(seen: Seen) -> bool:
    """Tell whether the route is one to a cluster; of others the tool reports nothing."""
    return bool(seen.answer.backends)


def _cluster(seen: Seen) -> object:
    return "" if seen.answer.chosen is None else seen.answer.chosen.name


def _virtual_cluster(seen: Seen) -> object:
    if seen.as_tool:
        # it looks at the headers as they are rewritten already
        return seen.answer.virtual_cluster_of(seen.request) or "" if _forwards(seen) else ""
    return seen.answer.virtual_cluster or ""


def _virtual_host(seen: Seen) -> object:
    return "" if seen.as_tool and not _forwards(seen) else seen.answer.virtual_host or ""


def _location(seen: Seen) -> object:
    if seen.answer.redirect is not None:
        return unwire(seen.answer.redirect)
    if seen.as_tool and isinstance(seen.answer.action, DirectResponse):
        return unwire(location_of(Redirect(verbatim=True), seen.request) or "")
    return ""


def _status(seen: Seen) -> object:
    return seen.answer.status if seen.answer.outcome in {Outcome.REDIRECT, Outcome.DIRECT_RESPONSE} else 0


def _timeout(seen: Seen) -> object:
    return f"{seen.answer.timeouts.request or 0:g}s" if _forwards(seen) else ""


_VALUES: Final[dict[str, Callable[[Seen], object]]] = {
    "cluster_name": _cluster,
    "virtual_cluster_name": _virtual_cluster,
    "virtual_host_name": _virtual_host,
    "host_rewrite": lambda seen: unwire(seen.request.authority or "") if _forwards(seen) else "",
    "path_rewrite": lambda seen: unwire(seen.request.target) if _forwards(seen) else "",
    "path_redirect": _location,
}
_SIDES: Final = ("request", "response")


@frozen
class HeaderCheck:
    """A header of the request or the response passes a matcher.

    Args:
        field: What it is called.
        name: The header's name.
        expected: What is expected, in words.
        criteria: The matcher as Envoy has it, and as its tool has it.
        of_request: Whether it is a header of the request.
    """

    field: str
    name: str
    expected: object
    criteria: tuple[Criterion, Criterion] = attrs.field(eq=False)
    of_request: bool = True

    def actual(self, seen: Seen, /) -> object:
        """Return the header's lines, or whether it is there where only that is asked."""
        lines = _side(seen, of_request=self.of_request).header_lines(self.name)
        criterion = self.criteria[0]
        if isinstance(criterion, HeaderMatch) and isinstance(criterion.test, Present):
            return f"has({self.name}):{'true' if lines else 'false'}"
        return unwire(",".join(lines))

    def passes(self, seen: Seen, /) -> bool:
        """Put the headers to the matcher."""
        return self.criteria[seen.as_tool].accepts(_side(seen, of_request=self.of_request))


def _side(seen: Seen, *, of_request: bool) -> Request:
    return seen.request if of_request else Request.from_parts("GET", "/", headers=seen.response)


def read_router_check(root: Node, problems: Problems) -> Suite:
    """Read the cases of a document.

    Args:
        root: Its root.
        problems: Where faults go.

    Returns:
        The cases, and the runtime values that are set for them.
    """
    validation = Decoder(problems).message(root, _VALIDATION)
    if validation is None:
        return Suite()
    cases = [case for item in validation.messages("tests") if (case := _case(item, problems)) is not None]
    return Suite(tuple(cases), flat(validation.plain("runtime")))


def _case(item: Message, problems: Problems) -> Case | None:
    given, validate = item.message("input"), item.message("validate")
    checks = () if validate is None else tuple(_checks(validate, problems))
    if given is None:
        return None  # the decoder has reported that it is missing
    try:
        request = _request(given)
    except RequestError as error:
        problems.error(given.at(), str(error))
        return None
    mark = item.node.mark
    source = Source(mark.file, mark.line or 0, item.node.pointer)
    response = Headers(_pairs(given, "additional_response_headers"))
    return Case(item.name("test_name"), request, checks, source, response, given.text("runtime"))


def _pairs(message: Message, field: str) -> list[tuple[str, str]]:
    return [
        (pair.text("key"), pair.text("value") or str(pair.plain("raw_value") or "")) for pair in message.messages(field)
    ]


def _request(given: Message) -> Request:
    scheme = "https" if given.flag("ssl") else "http"
    lines = [("x-forwarded-proto", scheme)]
    if given.flag("internal"):
        lines.append(("x-envoy-internal", "true"))
    own = _pairs(given, "additional_request_headers")
    pseudo = {name: value for name, value in own if name.startswith(":")}
    lines += [(name, value) for name, value in own if not name.startswith(":")]
    return Request.from_parts(
        pseudo.get(":method", given.text("method")),
        pseudo.get(":path", given.text("path")),
        scheme=pseudo.get(":scheme", scheme),
        authority=pseudo.get(":authority", given.text("authority")),
        headers=lines,
        random_value=given.integer("random_value") or 0,
        context=_context(given),
    )


def _context(given: Message) -> RequestContext | None:
    """Set dynamic metadata, as Envoy's ``set_metadata`` filter does; no matcher looks at what is typed."""
    found: dict[str, Value] = {}
    for entry in given.messages("dynamic_metadata"):
        namespace, value = entry.name("metadata_namespace"), freeze(entry.plain("value") or {})
        if namespace not in found:
            found[namespace] = value
        elif entry.flag("allow_overwrite"):
            found[namespace] = _merged(found[namespace], value)
    return RequestContext(metadata=found) if found else None


def _merged(old: Value, new: Value) -> Value:
    """Put a value over another (``StructUtil::update``): mappings key by key, lists one after the other."""
    if isinstance(old, Struct) and isinstance(new, Struct):
        values = dict(old.items)
        for key, value in new.items:
            values[key] = _merged(values[key], value) if key in values else value
        return Struct(tuple(values.items()))
    return (*old, *new) if isinstance(old, tuple) and isinstance(new, tuple) else new


def _checks(validate: Message, problems: Problems) -> Iterator[Check]:
    for field, read in _VALUES.items():
        if validate.has(field):
            yield ValueCheck(field, validate.name(field), read)
    if validate.has("code_redirect"):
        yield ValueCheck("code_redirect", validate.integer("code_redirect"), _status)
    timeout = validate.nanoseconds("timeout")
    if timeout is not None:
        yield ValueCheck("timeout", f"{timeout / _NANO:g}s", _timeout)
    yield from _metadata_checks(validate)
    for side in _SIDES:
        for header in validate.messages(f"{side}_header_fields"):
            yield _field_check(header, side)
        for matcher in validate.messages(f"{side}_header_matches"):
            yield from _match_check(matcher, side, problems)


def _metadata_checks(validate: Message) -> Iterator[Check]:
    """Check each value that is named; of what else a route's metadata say nothing is expected."""
    metadata = validate.message("route_metadata")
    namespaces = {} if metadata is None else metadata.plain_mapping("filter_metadata")
    for namespace, values in namespaces.items():
        for key, value in cast("dict[str, object]", values).items() if isinstance(values, dict) else ():
            yield ValueCheck(f"route_metadata.{namespace}.{key}", value, _metadata_reader(namespace, key))


def _metadata_reader(namespace: str, key: str) -> Callable[[Seen], object]:
    def read(seen: Seen) -> object:
        route = seen.answer.route
        values = None if route is None else route.metadata.get(wire(namespace))
        value = values.get(wire(key)) if isinstance(values, Struct) else MISSING
        return None if isinstance(value, Missing) else thaw(value)

    return read


def _field_check(header: Message, side: str) -> Check:
    """Make the check of a header's value (the tool's deprecated form)."""
    name = header.text("key")

    def read(seen: Seen) -> object:
        return unwire(",".join(_side(seen, of_request=side == "request").header_lines(ascii_lower(name))))

    return ValueCheck(f"{side}_header_fields.{name}", header.name("value"), read)


def _match_check(matcher: Message, side: str, problems: Problems) -> Iterator[Check]:
    """Make the check of an Envoy HeaderMatcher."""
    found = header_check(matcher, problems)
    if found is not None:
        name, words, real, tool = found
        yield HeaderCheck(f"{side}_header_matches.{name}", name, words, (real, tool), side == "request")
