"""Actions and the values in them: what they refuse."""

from __future__ import annotations

import pytest

from meshroute.errors import RouteError
from meshroute.model.actions import Backend, Delegate, DirectResponse, Forward, NoRoute, Redirect, Timeouts
from meshroute.model.notices import Notice, Source


@pytest.mark.parametrize("weight", [0, 1, 100, 2**32 - 1])
def test_weights(weight: int) -> None:
    assert Backend("a", weight=weight).weight == weight


@pytest.mark.parametrize("weight", [-1, 2**32])
def test_weights_out_of_range(weight: int) -> None:
    with pytest.raises(RouteError, match=f"^the weight of 'a' must be from 0 to 4294967295, not {weight}$"):
        Backend("a", weight=weight)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_statuses_of_redirects(status: int) -> None:
    assert Redirect(status=status).status == status


@pytest.mark.parametrize("status", [200, 300, 304, 305, 306, 309])
def test_statuses_that_no_redirect_has(status: int) -> None:
    with pytest.raises(RouteError, match=f"^the status of a redirect must be 301, 302, 303, 307 or 308, not {status}$"):
        Redirect(status=status)


@pytest.mark.parametrize("status", [200, 404, 599])
def test_statuses_of_responses(status: int) -> None:
    assert DirectResponse(status).status == status


@pytest.mark.parametrize("status", [0, 100, 199, 600])
def test_statuses_that_no_response_has(status: int) -> None:
    with pytest.raises(RouteError, match=f"^the status of a response must be from 200 to 599, not {status}$"):
        DirectResponse(status)


def test_defaults() -> None:
    backend = Backend("a")
    assert (backend.namespace, backend.kind, backend.port, backend.weight) == (None, "Backend", None, 1)
    assert (backend.valid, backend.reason, backend.status) == (True, None, None)
    assert (Forward(()).rewrites, Forward(()).service, Forward(()).timeouts, Forward(()).retry) == (
        (),
        None,
        Timeouts(None, None, None),
        None,
    )
    assert (Delegate("t").rewrites, Delegate("t").port, Delegate("t").service) == ((), None, None)
    assert (Redirect().status, Redirect().keep_query) == (302, True)
    assert (NoRoute().status, NoRoute().reason, NoRoute().service) == (404, "", None)


def test_a_source_is_shown_as_file_and_line() -> None:
    source = Source("mesh.yaml", 12, "/spec", "GatewayRoute", "shop", "r")
    assert str(source) == "mesh.yaml:12"
    assert Notice("code", "message").source is None
