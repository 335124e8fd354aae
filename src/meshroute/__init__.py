"""meshroute: which route does a request take, why, and what would change?"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from meshroute.analysis.diff import diff
    from meshroute.analysis.lint import lint
    from meshroute.errors import (
        DocumentError,
        DocumentLoadError,
        MeshrouteError,
        RequestError,
        RouteError,
        TableError,
    )
    from meshroute.matching.router import Router
    from meshroute.matching.scan import scan
    from meshroute.model.actions import (
        Backend,
        Delegate,
        DirectResponse,
        Forward,
        NoRoute,
        Redirect,
        RetryPolicy,
        Timeouts,
        Unsupported,
    )
    from meshroute.model.context import RequestContext
    from meshroute.model.criteria import RouteMatch
    from meshroute.model.headers import Headers
    from meshroute.model.hops import Outcome
    from meshroute.model.mesh import Entry, Listener, Mesh
    from meshroute.model.normalization import Normalization
    from meshroute.model.notices import Notice, Source
    from meshroute.model.python import python_table
    from meshroute.model.request import Request
    from meshroute.model.resolution import Resolution
    from meshroute.model.rewrites import HostRewrite, PathReplace, PrefixReplace
    from meshroute.model.route import Route
    from meshroute.model.table import RouteTable, VirtualHost
    from meshroute.readers import load

__all__ = [
    "Backend",
    "Delegate",
    "DirectResponse",
    "DocumentError",
    "DocumentLoadError",
    "Entry",
    "Forward",
    "Headers",
    "HostRewrite",
    "Listener",
    "Mesh",
    "MeshrouteError",
    "NoRoute",
    "Normalization",
    "Notice",
    "Outcome",
    "PathReplace",
    "PrefixReplace",
    "Redirect",
    "Request",
    "RequestContext",
    "RequestError",
    "Resolution",
    "RetryPolicy",
    "Route",
    "RouteError",
    "RouteMatch",
    "RouteTable",
    "Router",
    "Source",
    "TableError",
    "Timeouts",
    "Unsupported",
    "VirtualHost",
    "__version__",
    "diff",
    "lint",
    "load",
    "python_table",
    "scan",
]

__version__ = "0.1.0"

_MODULES: Final = {
    "meshroute.analysis.diff": ("diff",),
    "meshroute.analysis.lint": ("lint",),
    "meshroute.errors": (
        "DocumentError",
        "DocumentLoadError",
        "MeshrouteError",
        "RequestError",
        "RouteError",
        "TableError",
    ),
    "meshroute.matching.router": ("Router",),
    "meshroute.matching.scan": ("scan",),
    "meshroute.model.actions": (
        "Backend",
        "Delegate",
        "DirectResponse",
        "Forward",
        "NoRoute",
        "Redirect",
        "RetryPolicy",
        "Timeouts",
        "Unsupported",
    ),
    "meshroute.model.context": ("RequestContext",),
    "meshroute.model.criteria": ("RouteMatch",),
    "meshroute.model.headers": ("Headers",),
    "meshroute.model.hops": ("Outcome",),
    "meshroute.model.mesh": ("Entry", "Listener", "Mesh"),
    "meshroute.model.normalization": ("Normalization",),
    "meshroute.model.notices": ("Notice", "Source"),
    "meshroute.model.python": ("python_table",),
    "meshroute.model.request": ("Request",),
    "meshroute.model.resolution": ("Resolution",),
    "meshroute.model.rewrites": ("HostRewrite", "PathReplace", "PrefixReplace"),
    "meshroute.model.route": ("Route",),
    "meshroute.model.table": ("RouteTable", "VirtualHost"),
    "meshroute.readers": ("load",),
}
_WHERE: Final = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load what is asked for, when it is: a pytest plugin and a command line must cost those nothing who do without."""
    if name not in _WHERE:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    found = globals()[name] = getattr(import_module(_WHERE[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
