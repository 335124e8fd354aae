"""Rules to actions: filters, backends, and what a rule says of time (gateway-api.md §2.8-2.10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import evolve, field, frozen

from meshroute.errors import TableError
from meshroute.model import actions
from meshroute.model.actions import Action, Backend, DirectResponse, Forward, ResponseChange, Unsupported
from meshroute.model.cors import CorsHeaders
from meshroute.model.criteria import Criterion, HeaderMatch, Method
from meshroute.model.formatting import FormatText, Literal
from meshroute.model.mutations import HeaderAction, HeaderAddition, HeaderMutations
from meshroute.model.notices import Notice
from meshroute.model.rewrites import HostRewrite, PathReplace, Rewrite, SegmentsReplace
from meshroute.readers.gateway_api.objects import (
    BackendRef,
    Cors,
    Extension,
    ExternalAuth,
    Filter,
    HeaderModifier,
    HeaderValue,
    Meta,
    Mirror,
    PathModifier,
    Redirect,
    Rule,
)
from meshroute.readers.gateway_api.objects import Rewrite as RewriteFilter
from meshroute.readers.gateway_api.policies import Policies
from meshroute.readers.gateway_api.profile import GatewayProfile
from meshroute.readers.gateway_api.references import References
from meshroute.text import ascii_lower, wire

_UNAVAILABLE: Final = 14
_PREFLIGHT: Final[tuple[Criterion, ...]] = (
    Method("OPTIONS"),
    HeaderMatch("origin"),
    HeaderMatch("access-control-request-method"),
)
"""What a preflight is (Fetch §3.2.2)."""

Answer = tuple[tuple[Criterion, ...], Action]
"""Criteria that come besides those of a match, and what happens then."""


MAX_ROUTES: Final = 250_000
"""How many routes the documents may make: one for each match, hostname and listener, which small documents multiply."""


class Room:
    """Room for routes, that untrusted documents cannot fill the memory."""

    def __init__(self) -> None:
        self._left = MAX_ROUTES

    def take(self, count: int) -> None:
        """Take some of it.

        Args:
            count: For how many routes.

        Raises:
            TableError: There is not enough left.
        """
        self._left -= count
        if self._left < 0:
            message = f"the routes at all listeners are more than {MAX_ROUTES} (MAX_ROUTES): load less at once"
            raise TableError(message)


@frozen
class Setting:
    """What the answers of rules depend on besides the rules.

    Args:
        references: Which references lead somewhere.
        policies: How backends are spoken to.
        profile: The choices that the specification leaves open.
        port: The port of the listener; None where it is not known.
        in_mesh: Whether the parent is a Service.
        room: How many routes there may still be.
    """

    references: References
    policies: Policies
    profile: GatewayProfile
    port: int | None
    in_mesh: bool = False
    room: Room = field(factory=Room)


@frozen
class _Changes:
    """What filters do, put together."""

    rewrites: tuple[Rewrite, ...] = ()
    response: tuple[ResponseChange, ...] = ()
    mirrors: tuple[actions.Mirror, ...] = ()
    redirect: actions.Redirect | None = None
    cors: Cors | None = None
    unknown: Extension | ExternalAuth | None = None


def answers_of(rule: Rule, meta: Meta, setting: Setting) -> tuple[Answer, ...]:
    """Write what a rule does as actions.

    Args:
        rule: The rule.
        meta: Its route.
        setting: What the answers depend on besides.

    Returns:
        The actions, each with the criteria of the requests that get it; the first that fits counts, and the last has no
        criteria.
    """
    changes = _changes(rule.filters, meta, setting)
    if changes.unknown is not None:
        return (((), _unsupported(changes.unknown)),)
    own = [_changes(one.filters, meta, setting) for one in rule.backends]
    pairs = zip(rule.backends, own, strict=True)
    backends = tuple([_backend(one, changed, meta, setting) for one, changed in pairs])
    strange = next((one.unknown for one in own if one.unknown is not None), None)
    if strange is not None:
        return (((), _unsupported(strange)),)
    return (*_preflights(rule, changes, own, setting.profile), ((), _main(rule, changes, backends, setting)))


def _preflights(rule: Rule, changes: _Changes, own: list[_Changes], profile: GatewayProfile) -> tuple[Answer, ...]:
    """Answer preflights, which are never forwarded (GEP-1767:129)."""
    cors = changes.cors
    if cors is None:
        certain = [one for one, ref in zip(own, rule.backends, strict=True) if ref.weight]
        if all(one.cors is None for one in certain):
            return ()
        if len(certain) > 1:
            message = "a CORS filter of one backend among several: which of them answers a preflight is not defined"
            return ((_PREFLIGHT, Unsupported(Notice("cors-of-a-backend", message, rule.source))),)
        cors = certain[0].cors
    # The filters for headers of responses are for those of backends; a preflight has the headers of CORS only
    return (
        ()
        if cors is None
        else ((_PREFLIGHT, DirectResponse(profile.preflight_status, None, (_cors_headers(cors, preflight=True),))),)
    )


def _main(rule: Rule, changes: _Changes, backends: tuple[Backend, ...], setting: Setting) -> Action:
    if changes.redirect is not None:
        return evolve(changes.redirect, response=changes.response)
    retry, session, timeouts = rule.retry, rule.session, rule.timeouts
    return Forward(
        backends,
        changes.rewrites,
        timeouts=actions.Timeouts(
            request=_seconds(timeouts.request), backend_request=_seconds(timeouts.backend_request)
        ),
        retry=None
        if retry is None
        else actions.RetryPolicy(retry.attempts, None, tuple(map(str, retry.codes)), _seconds(retry.backoff)),
        mirrors=changes.mirrors,
        response=changes.response,
        session=None
        if session is None
        else actions.SessionPersistence(
            ascii_lower(session.kind),
            session.name,
            _seconds(session.absolute_timeout),
            session.cookie_path,
            session.cookie_lifetime == "Permanent",
        ),
        backends_last=True,
        unusable_status=setting.profile.no_backend_status,
        unusable_grpc_status=_UNAVAILABLE,
    )


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _backend(ref: BackendRef, own: _Changes, meta: Meta, setting: Setting) -> Backend:
    """Write a backend with its own filters; one that may not be used keeps its share, which fails (H:276-286)."""
    fault: str | None = setting.references.fault(ref, meta, in_mesh=setting.in_mesh)
    if fault is None and not setting.policies.is_usable(ref):
        fault = "NoValidCACertificate"  # the connection to it fails (§2.9, §2.13)
    return Backend(
        ref.target.name,
        ref.target.namespace,
        ref.target.kind,
        ref.port,
        ref.weight,
        fault is None,
        fault,
        None if fault is None else 500,
        None,
        own.rewrites,
        own.response,
        own.redirect,
        own.mirrors,
    )


def _changes(filters: Iterable[Filter], meta: Meta, setting: Setting) -> _Changes:
    """Put together what filters do, in their order (§2.8)."""
    found = _Changes()
    for one in filters:
        match one:
            case HeaderModifier(of="request"):
                found = evolve(found, rewrites=(*found.rewrites, _mutations(one)))
            case HeaderModifier():
                found = evolve(found, response=(*found.response, _mutations(one)))
            case RewriteFilter():
                found = evolve(found, rewrites=(*found.rewrites, *_rewrites(one)))
            case Redirect():
                found = evolve(found, redirect=_redirect(one, setting))
            case Mirror():
                found = evolve(found, mirrors=(*found.mirrors, *_mirror(one, meta, setting)))
            case Cors():
                found = evolve(found, cors=one, response=(*found.response, _cors_headers(one)))
            case _:
                found = evolve(found, unknown=found.unknown or one)
    return found


def _mutations(one: HeaderModifier) -> HeaderMutations:
    return HeaderMutations(
        tuple([ascii_lower(name) for name in one.remove]),
        (*_additions(one.set, "overwrite"), *_additions(one.add, "append")),
    )


def _additions(values: Iterable[HeaderValue], action: HeaderAction) -> tuple[HeaderAddition, ...]:
    return tuple(
        [
            HeaderAddition(ascii_lower(one.name), FormatText((Literal(wire(one.value)),)), action, keep_empty=True)
            for one in values
        ]
    )


def _rewrites(one: RewriteFilter) -> tuple[Rewrite, ...]:
    host = () if one.hostname is None else (HostRewrite(one.hostname),)
    path = () if one.path is None else (_new_path(one.path),)
    return (*host, *path)


def _new_path(path: PathModifier) -> PathReplace | SegmentsReplace:
    if path.kind == "ReplacePrefixMatch":
        return SegmentsReplace(wire(path.value))
    return PathReplace(wire(path.value) or "/")


def _redirect(one: Redirect, setting: Setting) -> actions.Redirect:
    """Write a redirect: its port is the filter's, else its scheme's, else the listener's (H:1250-1266)."""
    port = one.port
    if port is None:
        port = {"http": 80, "https": 443}.get(one.scheme or "", setting.port)
    return actions.Redirect(
        one.scheme,
        one.hostname,
        port,
        None if one.path is None else _new_path(one.path),
        one.status,
        keep_query=setting.profile.redirect_keeps_query,
    )


def _mirror(one: Mirror, meta: Meta, setting: Setting) -> tuple[actions.Mirror, ...]:
    """Write a mirror; one whose backend may not be used is left out (§2.8)."""
    backend = _backend(one.backend, _Changes(), meta, setting)
    return (actions.Mirror(backend, one.numerator, one.denominator),) if backend.valid else ()


def _cors_headers(one: Cors, *, preflight: bool = False) -> CorsHeaders:
    headers, exposed = tuple(map(wire, one.headers)), tuple(map(wire, one.exposed))
    return CorsHeaders(one.origins, one.methods, headers, exposed, one.credentials, one.max_age, preflight)


def _unsupported(one: Extension | ExternalAuth) -> Unsupported:
    """Say that a filter of somebody else decides: it is never skipped (H:847)."""
    target = one.target if isinstance(one, Extension) else one.backend.target
    what = "ExtensionRef" if isinstance(one, Extension) else "ExternalAuth"
    message = f"the filter {what} {target.kind} {target.namespace}/{target.name} is not modelled, and decides"
    return Unsupported(Notice("unsupported-filter", message, target.source))
