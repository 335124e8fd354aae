"""Loading Gateway API documents for what a controller would write into their status."""

from __future__ import annotations

from meshroute.model.notices import Notice
from meshroute.model.status import Status
from meshroute.readers._document import Loadable, Problems, Variables, read_sources
from meshroute.readers.gateway_api.assumptions import assumed
from meshroute.readers.gateway_api.profile import GatewayProfile
from meshroute.readers.gateway_api.reading import read_gateway_api
from meshroute.readers.gateway_api.references import References
from meshroute.readers.gateway_api.status import status_of
from meshroute.readers.loading import as_error, notice_from


def load_status(
    *sources: Loadable, variables: Variables | None = None, strict: bool = False, override: bool = False
) -> tuple[Status, tuple[Notice, ...]]:
    """Load documents and work out the status of their routes and listeners; what is not Gateway API is left alone.

    Args:
        sources: Files, folders, streams or parsed objects.
        variables: Values of placeholders.
        strict: Assume nothing that is not among the documents, and make every notice an error.
        override: Of two documents that define one object, take the later one.

    Returns:
        The status, and what the documents should say differently, or do not say and is taken to be there.

    Raises:
        DocumentLoadError: A document is malformed or invalid, or none is Gateway API.

    >>> import io
    >>> route = "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r},"
    >>> status, _ = load_status(io.StringIO(route + " spec: {parentRefs: [{name: g}]}}"))
    >>> [(one.route, one.parent, one.reason) for one in status.routes]
    [('HTTPRoute/default/r', 'Gateway/default/g', 'ParentNotFound')]
    """
    problems = Problems()
    objects = read_gateway_api(read_sources(sources, variables, problems), problems, override=override)
    if not problems and not objects.has_routing:
        problems.error(None, "there is no Gateway, ListenerSet or route in the sources")
    notices = tuple(dict.fromkeys(notice_from(notice) for notice in problems.notices))
    if strict:
        for notice in notices:
            problems.add(as_error(notice))
    problems.raise_if_any()
    known = () if strict else assumed(objects, References(objects), GatewayProfile())
    return status_of(objects, strict=strict), (*notices, *known)
