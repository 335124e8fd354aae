"""meshroute: which route does a request take, why, and what would change?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshroute.errors import (
    DocumentError,
    DocumentLoadError,
    MeshrouteError,
    RequestError,
    RouteError,
    TableError,
)
from meshroute.matching.explain import Explanation
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
from meshroute.model.hops import Hop, Outcome
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.normalization import Normalization
from meshroute.model.notices import Notice, Source
from meshroute.model.python import python_table
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.rewrites import HostRewrite, PathReplace, PrefixReplace
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost

if TYPE_CHECKING:
    from meshroute.readers import load

__all__ = [
    "Backend",
    "Delegate",
    "DirectResponse",
    "DocumentError",
    "DocumentLoadError",
    "Entry",
    "Explanation",
    "Forward",
    "Headers",
    "Hop",
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
    "load",
    "python_table",
    "scan",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load the readers only when they are asked for, so that importing meshroute stays cheap."""
    if name == "load":
        from meshroute.readers import load  # noqa: PLC0415 - this is the point

        return load
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
