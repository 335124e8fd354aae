"""Law 2: explain names the winner, and for each other candidate what truly put it out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from meshroute import Mesh, Request, Router, RouteTable
from meshroute.testing import meshes, requests, requests_for, tables
from tests.property.laws import check_explanation


@given(st.data(), tables())
def test_any_table(data: st.DataObject, table: RouteTable) -> None:
    router = Router(table)
    for request in data.draw(st.lists(requests_for(table), min_size=1, max_size=5)):
        check_explanation(router, request)


@given(st.data(), meshes())
def test_any_mesh(data: st.DataObject, mesh: Mesh) -> None:
    router = Router(mesh)
    for request in data.draw(st.lists(requests_for(mesh), min_size=1, max_size=5)):
        check_explanation(router, request)


@given(tables(), requests())
def test_requests_that_are_aimed_at_nothing(table: RouteTable, request: Request) -> None:
    check_explanation(Router(table), request)
