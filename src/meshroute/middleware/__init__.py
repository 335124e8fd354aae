"""Routing inside WSGI and ASGI applications. Needs no framework, and works with all.

`meshroute.middleware.asgi` and `meshroute.middleware.wsgi` have the same classes, each for its own protocol:
``RouteMiddleware``, ``Dispatcher`` and ``ShadowMiddleware``. What both take is here.
"""

from __future__ import annotations

from meshroute.middleware.plans import MatchedRoute
from meshroute.middleware.reloading import Loaded, Reloader
from meshroute.middleware.shadow import Discrepancy
from meshroute.middleware.sticky import CookieKey, cookie, header

__all__ = ["CookieKey", "Discrepancy", "Loaded", "MatchedRoute", "Reloader", "cookie", "header"]
