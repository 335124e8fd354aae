"""Our own form of expectations: a request line, headers, and what must come of it; for every format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from meshroute.errors import RequestError
from meshroute.expectations.cases import Case, Check, Seen, Suite, ValueCheck
from meshroute.model.context import RequestContext, context_of
from meshroute.model.notices import Source
from meshroute.model.request import Request
from meshroute.readers._document import Fields, Mapping, Node, Problems, Scalar, Sequence
from meshroute.readers.envoy.collect import flat
from meshroute.readers.envoy.decode import plain_of
from meshroute.text import is_token, unwire, wire


def _route(seen: Seen) -> object:
    return None if seen.answer.route is None else seen.answer.route.name


def _backend(seen: Seen) -> object:
    return None if seen.answer.chosen is None else seen.answer.chosen.name


def _backends(seen: Seen) -> object:
    return {backend.name: backend.weight for backend in seen.answer.backends}


def _leaving(read: Callable[[Request], str | None]) -> Callable[[Seen], object]:
    return lambda seen: None if seen.answer.request is None else _typed(read(seen.answer.request))


def _typed(text: str | None) -> str | None:
    """Return wire text as people type it."""
    return None if text is None else unwire(text)


READERS: Final[dict[str, Callable[[Seen], object]]] = {
    "route": _route,
    "backend": _backend,
    "backends": _backends,
    "outcome": lambda seen: seen.answer.outcome.value,
    "status": lambda seen: seen.answer.status,
    "host": _leaving(lambda request: request.authority),
    "path": _leaving(lambda request: request.target),
    "method": _leaving(lambda request: request.method),
    "redirect": lambda seen: _typed(seen.answer.redirect),
    "body": lambda seen: _typed(seen.answer.body),
    "virtual_host": lambda seen: seen.answer.virtual_host,
    "virtual_cluster": lambda seen: seen.answer.virtual_cluster,
    "service": lambda seen: seen.answer.service,
}
"""What can be expected, and how it is read from an answer."""

_PARTS: Final = ("headers", "entry", "port", "protocol", "sni", "random_value", "context")
_KEYS: Final = ("name", "request", "expect", *_PARTS)


def read_own(root: Node, problems: Problems) -> Suite:
    """Read the cases of a document.

    Args:
        root: Its root.
        problems: Where faults go.

    Returns:
        The cases, and the runtime values that are set for them.
    """
    fields = Fields(root, problems, known=("tests", "runtime", *_PARTS))
    defaults = _Defaults(fields)
    cases: list[Case] = []
    names: set[str] = set()
    for number, node in enumerate(fields.sequence("tests", required=True), 1):
        case = _case(fields.at(node, known=_KEYS, where=f"tests[{number - 1}]"), defaults, number)
        if case is None:
            continue
        if case.name in names:
            problems.error(node, f"two tests are called {case.name!r}")
        names.add(case.name)
        cases.append(case)
    runtime = fields.mapping("runtime")
    fields.finish("error")
    return Suite(tuple(cases), {} if runtime is None else flat(plain_of(runtime.node)))


class _Defaults:
    """What holds for every test of a file."""

    def __init__(self, fields: Fields) -> None:
        self.entry = fields.string("entry")
        self.port = fields.integer("port", minimum=0, maximum=65535)
        self.protocol = fields.string("protocol")
        self.sni = fields.string("sni")
        self.random_value = fields.integer("random_value", minimum=0, maximum=2**64 - 1)
        self.headers = _headers(fields)
        self.context = _context(fields)


def _headers(fields: Fields) -> list[tuple[str, str]]:
    """Read header lines: a name with a value or a list of values."""
    mapping = fields.mapping("headers")
    found: list[tuple[str, str]] = []
    for key, node in mapping.node.items if mapping is not None and isinstance(mapping.node, Mapping) else ():
        for item in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(item, Scalar) and item.value is not None:
                found.append((wire(key.text), wire(item.text)))
            else:
                fields.problems.error(item, f"the value of header `{key.text}` must be text, or a list of texts")
    return found


def _context(fields: Fields) -> RequestContext | None:
    """Read what the proxy knows about a request beyond its text."""
    node = fields.node_of("context") if fields.has("context") else None
    if node is None:
        return None
    try:
        return context_of(plain_of(node))
    except RequestError as error:
        fields.problems.error(node, f"`context`: {error}")
        return None


def _case(fields: Fields, defaults: _Defaults, number: int) -> Case | None:
    if not fields.valid:
        return None
    line = fields.string("request", required=True)
    parts = _Defaults(fields)
    name = fields.string("name") or line or f"test {number}"
    checks = _checks(fields)
    fields.finish("error")
    if line is None:
        return None
    method, _, url = line.strip().partition(" ")
    if not url:
        method, url = "GET", method
    mark = fields.node.mark
    source = Source(mark.file, mark.line or 0, fields.node.pointer)
    if not is_token(method) or not (url.startswith("/") or "://" in url or url == "*"):
        fields.error("request", f"`request` must be a method and a URL or path, not {line!r}", "write GET /path")
        return None
    try:
        request = Request(
            method,
            url.strip(),
            [*defaults.headers, *parts.headers],
            port=parts.port if defaults.port is None or parts.port is not None else defaults.port,
            entry=parts.entry or defaults.entry,
            protocol=parts.protocol or defaults.protocol or "http",
            sni=parts.sni or defaults.sni,
            random_value=defaults.random_value if parts.random_value is None else parts.random_value,
            context=parts.context or defaults.context,
        )
    except RequestError as error:
        fields.error("request", str(error))
        return None
    return Case(name, request, checks, source)


def _checks(fields: Fields) -> tuple[Check, ...]:
    expect = fields.mapping("expect", known=tuple(READERS), required=True)
    if expect is None:
        return ()
    checks: list[Check] = []
    for key, node in expect.node.items if isinstance(expect.node, Mapping) else ():
        if key.text in READERS:
            checks.append(ValueCheck(key.text, plain_of(node), READERS[key.text]))
    expect.finish("error")
    if not checks:
        fields.error("expect", "`expect` says nothing that could fail")
    return tuple(checks)
