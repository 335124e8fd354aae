"""Redirects and direct responses (envoy.md §5)."""

from __future__ import annotations

from typing import Final

from meshroute.model.actions import DirectResponse, Redirect
from meshroute.model.formatting import FormatText, RequestUrl
from meshroute.model.mutations import HeaderAddition, HeaderMutations
from meshroute.model.rewriting import PathRule
from meshroute.readers.envoy.levels import Levels
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.paths import PathLowered
from meshroute.readers.envoy.rewrites import path_rule
from meshroute.readers.envoy.scope import Scope, Unmodelled

_STATUS: Final = {
    "MOVED_PERMANENTLY": 301,
    "FOUND": 302,
    "SEE_OTHER": 303,
    "TEMPORARY_REDIRECT": 307,
    "PERMANENT_REDIRECT": 308,
}
_CREATED: Final = 201
# Envoy says with these statuses where the request itself was (router.cc, RFC 9110 §15.3.2)
_LOCATION: Final = HeaderMutations((), (HeaderAddition("location", FormatText((RequestUrl(),)), "add_if_absent"),))
_MAX_BODY: Final = 4096
"""Bytes; Envoy refuses a longer body unless the table allows it."""


def redirect_of(levels: Levels, route: Message, action: Message, path: PathLowered, unmodelled: Unmodelled) -> Redirect:
    """Lower a RedirectAction.

    Args:
        levels: What the route inherits.
        route: The route.
        action: Its RedirectAction.
        path: Its path.
        unmodelled: Where goes what is not modelled.

    Returns:
        The action.
    """
    match = route.message("match")
    by_template = match is not None and match.which("path_specifier") == "path_match_policy"
    scheme = action.text("scheme_redirect") or ("https" if action.flag("https_redirect") else None)
    location: str | PathRule | None = action.text("path_redirect") or None
    if location is None:
        location = path_rule(levels.scope, action, path.template, by_template=by_template, unmodelled=unmodelled)
    return Redirect(
        scheme,
        action.text("host_redirect") or None,
        action.integer("port_redirect") or None,
        location,
        _STATUS[action.enum("response_code")],
        keep_query=not action.flag("strip_query"),
        verbatim=True,
        response=levels.response_mutations(route),
    )


def response_of(levels: Levels, route: Message, action: Message, unmodelled: Unmodelled) -> DirectResponse:
    """Lower a DirectResponseAction.

    Args:
        levels: What the route inherits.
        route: The route.
        action: Its DirectResponseAction.
        unmodelled: Where goes what is not modelled.

    Returns:
        The action.
    """
    status = action.integer("status") or 200
    body = action.message("body")
    text = None if body is None else _body(levels.scope, levels.table, body, unmodelled)
    if action.has("body_format"):
        unmodelled.remark(action, "body_format", "the body that is sent is made of the format")
    located = (_LOCATION,) if status == _CREATED or status // 100 == 3 else ()
    return DirectResponse(status, text, (*located, *levels.response_mutations(route)))


def _body(scope: Scope, table: Message, source: Message, unmodelled: Unmodelled) -> str | None:
    kind = source.which("specifier")
    if kind not in {"inline_string", "inline_bytes"}:
        unmodelled.remark(source, kind, "the body stands outside the documents")
        return None
    text = source.text("inline_string") if kind == "inline_string" else str(source.plain("inline_bytes"))
    limit = table.integer("max_direct_response_body_size_bytes")
    most = _MAX_BODY if limit is None else limit
    if len(text) > most:
        scope.error(source, kind, f"the body has {len(text)} bytes, and the table allows {most}")
    return text
