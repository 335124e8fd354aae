"""Settings: what all middleware can be told, and who gets the requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final, Generic, Literal, Protocol, TypedDict, TypeVar, cast

from meshroute.errors import TableError
from meshroute.matching.router import Router
from meshroute.middleware.plans import HasRouter, Plan, Plans, router_of
from meshroute.middleware.sticky import Choice, Key, choose
from meshroute.model.actions import Backend, Forward
from meshroute.model.request import PROTOCOLS
from meshroute.model.resolution import Resolution

App = TypeVar("App", bound=Callable[..., Any])
App_co = TypeVar("App_co", bound=Callable[..., Any], covariant=True)

_WAYS: Final = ("respond", "pass")


class Settings(TypedDict, Generic[App], total=False):
    """What all middleware can be told, as keywords.

    Args:
        on_no_route: What happens to a request that goes nowhere: ``respond`` (the default) answers 404, 405, 421, 500
            or what else the router says; ``pass`` gives it to the application as it is; or an application that answers.
        entry: The entry at which all requests arrive, where the mesh has several.
        port: The port at which they arrive, where the listeners of a mesh have other ports than this server;
            ``server`` (the default) is the server's own, None leaves it open.
        protocol: The protocol of the listener that they arrive at; ``http`` by default.
        mount: Where a rewrite takes away the start of the path, tell the application by ``root_path`` or
            ``SCRIPT_NAME``: then the URLs that it builds lead back here. False by default.
    """

    on_no_route: Literal["respond", "pass"] | App
    entry: str | None
    port: Literal["server"] | int | None
    protocol: str
    mount: bool


class Applications(Protocol[App_co]):
    """Who gets the requests."""

    @property
    def only(self) -> App_co | None:
        """Who gets all of them, where it is one application."""
        ...

    def chosen(self, answer: Resolution, plan: Plan | None = None, /) -> tuple[App_co | None, Choice]:
        """Choose who gets a request, if it is forwarded; with the plan of its route, if it is a plain one."""
        ...

    @property
    def passed_to(self) -> App_co:
        """Who gets requests that go nowhere, where they are passed on."""
        ...

    @property
    def all(self) -> tuple[App_co, ...]:
        """All applications, some perhaps more than once."""
        ...


class Single(Generic[App]):
    """One application for everything.

    Args:
        app: The application.
    """

    def __init__(self, app: App) -> None:
        self.passed_to = app
        self.only: App | None = app
        self.all = (app,)

    def chosen(self, answer: Resolution, _: Plan | None = None, /) -> tuple[App | None, Choice]:
        """Return the application."""
        return self.passed_to, Choice(answer.chosen)


class ByBackend(Generic[App]):
    """An application for each backend.

    Args:
        source: The router, or what has it.
        apps: The applications by the names of backends: ``name``, ``name:port``, ``namespace/name`` or
            ``namespace/name:port``; the longest one that fits counts.
        default: Who gets the requests of all other backends, and those that are passed on.
        key: What users are known by.

    Raises:
        TableError: A name is no backend's, or a backend has no application and there is no default.
    """

    def __init__(
        self, source: Router | HasRouter, apps: Mapping[str, App], default: App | None, key: Key | None
    ) -> None:
        self._apps = dict(apps)
        self._default = default
        self._key = key
        self.only: App | None = None
        if isinstance(source, Router):  # another router may come to have what this one lacks
            self._check(source)

    @property
    def passed_to(self) -> App:
        """The default.

        Raises:
            ValueError: There is none.
        """
        if self._default is None:
            message = "there is no default application to pass on to"
            raise ValueError(message)
        return self._default

    def chosen(self, answer: Resolution, plan: Plan | None = None, /) -> tuple[App | None, Choice]:
        """Choose a backend, and return its application."""
        if plan is not None and plan.choice.backend is not None:
            return self._app_of(plan.choice.backend), plan.choice
        choice = choose(answer, self._key)
        return self._app_of(choice.backend), choice

    @property
    def all(self) -> tuple[App, ...]:
        """Return all applications."""
        return (*self._apps.values(), *(() if self._default is None else (self._default,)))

    def _app_of(self, backend: Backend | None) -> App | None:
        if backend is None:
            return self._default
        return next((self._apps[name] for name in _names(backend) if name in self._apps), self._default)

    def _check(self, router: Router) -> None:
        backends = list(_backends(router))
        known = {name for backend in backends for name in _names(backend)}
        problems = [f"no backend is called {name!r}{_meant(name, known)}" for name in self._apps if name not in known]
        if self._default is None:
            missing = {backend.name for backend in backends if backend.weight and self._app_of(backend) is None}
            problems += [f"backend {name!r} has no application, and there is no default" for name in sorted(missing)]
        if problems:
            raise TableError("; ".join(problems))


def _names(backend: Backend) -> Iterable[str]:
    """Return how a backend may be called, the longest name first."""
    bare = [backend.name] if backend.port is None else [f"{backend.name}:{backend.port}", backend.name]
    return [f"{backend.namespace}/{name}" for name in bare if backend.namespace is not None] + bare


def _backends(router: Router) -> Iterable[Backend]:
    for table in router.mesh.tables:
        for route in table.routes():
            if isinstance(route.action, Forward):
                yield from route.action.backends


def _meant(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), 1)
    return f"; {near[0]!r} was meant?" if near else ""


class Routing(Generic[App]):
    """What the middleware of both protocols have in common.

    Args:
        source: The router, or what has it.
        apps: Who gets the requests.
        watch: Looks at each answer before it is served.
        settings: What it was told.

    Raises:
        TypeError: A setting is none that there is.
        ValueError: A setting has no meaning.
    """

    def __init__(
        self,
        source: Router | HasRouter,
        apps: Applications[App],
        watch: Callable[[Resolution], object] | None,
        settings: Settings[App],
    ) -> None:
        unknown = sorted(set(settings) - set(Settings.__annotations__))
        if unknown:
            message = f"there is no setting {unknown[0]!r}; the settings are {', '.join(Settings.__annotations__)}"
            raise TypeError(message)
        otherwise = settings.get("on_no_route", "respond")
        given = cast("App", otherwise)  # unless it is a word
        if isinstance(otherwise, str) and otherwise not in _WAYS:
            message = f"on_no_route must be 'respond', 'pass' or an application, not {otherwise!r}"
            raise ValueError(message)
        self._plans = Plans(router_of(source))
        self._source = None if isinstance(source, Router) else source
        self._apps = apps
        self._only = apps.only
        self._watch = watch
        self._parts = _request_parts(settings)
        self._mount = settings.get("mount", False)
        self._otherwise: App | None = None if otherwise == "respond" else given
        if otherwise == "pass":
            self._otherwise = apps.passed_to
        everyone = (*apps.all, *(() if self._otherwise is None else (self._otherwise,)))
        self._everyone = tuple({id(app): app for app in everyone}.values())

    def _renewed(self, source: HasRouter) -> Plans:
        """Return the plans for the router of the moment; one request asks once, and is answered by one router."""
        plans = self._plans
        if plans.router is not source.router:  # two threads may both get here, and make the same
            plans = self._plans = Plans(source.router)
        return plans


def _request_parts(settings: Mapping[str, Any]) -> dict[str, Any]:
    parts = {name: settings[name] for name in ("entry", "protocol") if settings.get(name) is not None}
    if parts.get("protocol", "http") not in PROTOCOLS:
        message = f"the protocol must be one of {', '.join(PROTOCOLS)}, not {parts['protocol']!r}"
        raise ValueError(message)
    port = settings.get("port", "server")
    if port == "server":
        return parts
    if port is not None and not (isinstance(port, int) and 0 <= port < 0x10000):
        message = f"port must be 'server', a number from 0 to 65535 or None, not {port!r}"
        raise ValueError(message)
    return {**parts, "port": port}
