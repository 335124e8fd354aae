"""The entry point for Hypothesis: ``st.from_type`` and ``st.builds`` know requests, routes and tables."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, cast

from hypothesis import strategies as st


def register() -> None:
    """Register a strategy for each type that is there; Hypothesis calls this when it is imported.

    Who has not imported meshroute by then pays nothing; ``meshroute.testing`` calls it again.
    """
    if "meshroute.model.mesh" not in sys.modules:
        return
    from meshroute.model.mesh import Mesh  # noqa: PLC0415 - not before Hypothesis asks
    from meshroute.model.request import Request  # noqa: PLC0415 - not before Hypothesis asks
    from meshroute.model.route import Route  # noqa: PLC0415 - not before Hypothesis asks
    from meshroute.model.table import RouteTable  # noqa: PLC0415 - not before Hypothesis asks

    st.register_type_strategy(Request, _strategy("requests"))
    st.register_type_strategy(Route, _strategy("one_route"))
    st.register_type_strategy(RouteTable, _strategy("tables"))
    st.register_type_strategy(Mesh, _strategy("meshes"))


def _strategy(name: str) -> Callable[[type], st.SearchStrategy[Any]]:
    def strategy(_: type) -> st.SearchStrategy[Any]:
        from meshroute.testing import strategies  # noqa: PLC0415 - only where somebody asks

        return cast("st.SearchStrategy[Any]", getattr(strategies, name)())

    return strategy
