"""Law 8: values hash, compare and pickle, and the repr of each is code that builds it."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from meshroute import Headers, Mesh, Request, Route, Router, RouteTable
from meshroute.criteria import Criterion
from meshroute.testing import criteria, meshes, requests, requests_for, routes, tables
from tests.property.laws import check_value, shown


@given(criteria())
def test_criteria(criterion: Criterion) -> None:
    check_value(criterion)


@given(routes())
def test_routes(found: list[Route]) -> None:
    for route in found:
        check_value(route)


@given(tables(5))
def test_tables(table: RouteTable) -> None:
    check_value(table)


@given(meshes(4))
def test_meshes(mesh: Mesh) -> None:
    check_value(mesh)


@given(requests())
def test_requests(request: Request) -> None:
    check_value(request)
    assert request.replace() == request


@given(requests(), requests())
def test_requests_compare_by_what_they_hold(one: Request, other: Request) -> None:
    assert (one == other) == (repr(one.headers.items()) == repr(other.headers.items()) and repr(one) == repr(other))


@given(requests())
def test_names_of_headers_compare_without_case(request: Request) -> None:
    upper = Headers([(name.upper() if name.isascii() else name, value) for name, value in request.headers])
    assert upper == request.headers
    assert hash(upper) == hash(request.headers)
    assert request.replace(headers=upper) == request


@given(st.data(), meshes(4))
def test_answers_pickle_with_all_that_they_say(data: st.DataObject, mesh: Mesh) -> None:
    answer = Router(mesh).resolve(data.draw(requests_for(mesh)))
    copy = pickle.loads(pickle.dumps(answer))  # noqa: S301 - what was pickled in the same call
    assert copy == answer
    assert hash(copy) == hash(answer)
    assert shown(copy) == shown(answer)
