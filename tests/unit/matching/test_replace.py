"""Exchanging one route: where the new one stands, and that the old router stays as it was."""

from __future__ import annotations

import pytest

from meshroute.errors import TableError
from meshroute.matching.router import Router
from meshroute.model.actions import Delegate
from meshroute.model.hosts import HostExact, HostSuffix
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.python import python_table
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from tests.unit.matching.ask import ask, listed, named, names


def _order(router: Router) -> list[str | None]:
    return names(route for table in router.mesh.tables for route in table.routes())


def test_the_same_place_in_the_order() -> None:
    router = Router(
        [Route("a", path="/a", to="v1"), Route("b", path="/a", to="x"), Route("c", path_prefix="/", to="x")]
    )
    changed = router.replace("a", Route("a", path="/a", to="v2"))
    assert ask(changed, Request("GET", "/a")).backends[0].name == "v2"
    assert ask(router, Request("GET", "/a")).backends[0].name == "v1"
    assert _order(changed) == ["a", "b", "c"]
    assert named(changed, "GET", "/x") == "c"


def test_another_name_and_another_place() -> None:
    router = Router(
        [Route("a", path="/a", to="x"), Route("b", path="/{x}", to="x"), Route("c", path_prefix="/", to="x")]
    )
    changed = router.replace("a", Route("d", path_prefix="/a", to="x"))
    assert _order(changed) == ["b", "d", "c"]
    assert [named(changed, "GET", url) for url in ("/a", "/a/b", "/z/z")] == ["b", "d", "c"]
    assert [named(router, "GET", url) for url in ("/a", "/a/b", "/z/z")] == ["a", "c", "c"]
    first = changed.replace("c", Route("e", priority=0, to="x"))
    assert _order(first) == ["e", "b", "d"]
    assert named(first, "GET", "/a") == "e"
    last = first.replace("e", Route("e", to="x"))
    assert _order(last) == ["b", "d", "e"]
    assert [named(last, "GET", url) for url in ("/a", "/a/b", "/z/z")] == ["b", "d", "e"]


def test_the_only_route() -> None:
    router = Router([Route("a", path="/a", to="x")]).replace(
        "a", Route("b", path="/b", host="h", methods="GET", to="x")
    )
    assert named(router, "GET", "/a") is None
    assert named(router, "HEAD", "http://h/b") == "b"
    assert ask(router, Request("PUT", "http://h/b")).allowed_methods == ("GET", "HEAD")
    back = router.replace("b", Route("a", path="/a", to="x"))
    assert named(back, "GET", "/a") == "a"
    assert named(back, "GET", "http://h/b") is None


def test_routes_of_equal_keys_keep_the_new_one_last() -> None:
    router = Router([Route("a", path="/{x}", to="x"), Route("b", path="/b", to="x"), Route("c", path="/c", to="x")])
    assert _order(router) == ["b", "c", "a"]
    assert _order(router.replace("a", Route("a", path="/d", to="x"))) == ["b", "c", "a"]


def test_there_is_always_room_between_two() -> None:
    # each exchange halves the room between two neighbours; then all ranks are dealt anew
    routes = [Route("low", path="/a", priority=0, to="x"), Route("high", path="/a", priority=10**9, to="x")]
    routes += [Route(f"r{number}", path="/z", priority=10**9 + number, to="x") for number in range(30)]
    router = Router(routes)
    for number in range(30):
        router = router.replace(f"r{number}", Route(f"r{number}", path="/a", priority=10**9 - 1 - number, to="x"))
        assert named(router, "GET", "/a") == "low"
        assert _order(router)[1] == f"r{number}"
        without_low = router.replace("low", Route("low", path="/low", to="x"))
        assert named(without_low, "GET", "/a") == f"r{number}"


def test_the_first_place_runs_out_of_room_too() -> None:
    router = Router([Route(f"r{number}", path="/a", priority=100, to="x") for number in range(30)])
    for number in range(30):
        router = router.replace(f"r{number}", Route(f"r{number}", path="/a", priority=99 - number, to="x"))
        assert named(router, "GET", "/a") == f"r{number}"


def test_tables_of_documents_keep_the_place() -> None:
    router = Router(listed(Route("a", path="/a", to="x"), Route("b", path_prefix="/", to="x")))
    changed = router.replace("a", Route("c", path_prefix="/", to="x"))
    assert _order(changed) == ["c", "b"]
    assert named(changed, "GET", "/a") == "c"
    assert named(changed.replace("c", Route("c", path="/x", to="x")), "GET", "/a") == "b"


@pytest.mark.parametrize("selection", ["ordered", "best_only"])
def test_virtual_hosts(selection: str) -> None:
    hosts = (
        VirtualHost("v", (Route("v1", path="/1", to="x"), Route("v2", path="/2", to="x")), (HostExact("v"),)),
        VirtualHost("w", (Route("w1", path="/1", to="x"),), (HostSuffix(".w"), HostExact("w"))),
        VirtualHost("all", (Route("all", to="x"),)),
    )
    table = RouteTable("t", hosts, host_selection="ordered" if selection == "ordered" else "best_only")
    router = Router(table)
    changed = router.replace("w1", Route("w3", path="/3", to="x"))
    urls = ("http://v/1", "http://w/1", "http://w/3", "http://x.w/3")
    fallback = "all" if selection == "ordered" else None
    assert [named(changed, "GET", url) for url in urls] == ["v1", fallback, "w3", "w3"]
    assert [named(router, "GET", url) for url in urls] == ["v1", "w1", fallback, fallback]
    assert named(changed, "GET", "http://other/1") == named(router, "GET", "http://other/1") == "all"
    assert ask(changed, Request("GET", "http://w/1")).virtual_host == ("all" if selection == "ordered" else "w")


def test_one_table_of_a_mesh() -> None:
    one = listed(Route("in", action=Delegate("u")))
    two = RouteTable("u", listed(Route("out", path="/a", to="v1")).virtual_hosts)
    mesh = Mesh((Entry("k", "n", (Listener("t"),)),), (one, two))
    router = Router(mesh, entry="k/n")
    changed = router.replace("out", Route("out", path="/a", to="v2"))
    assert [backend.name for backend in changed.resolve(Request("GET", "/a")).backends] == ["v2"]
    assert [backend.name for backend in router.resolve(Request("GET", "/a")).backends] == ["v1"]
    assert changed.mesh.tables[0] is one


@pytest.mark.parametrize(
    ("route_id", "route", "message"),
    [
        ("none", Route("none", to="x"), "there is no route 'none'"),
        ("a", Route("b", to="x"), "two routes are called 'b'"),
        ("a", Route(None, to="x"), "a route written in Python needs a name"),
        ("a", Route("a", action=Delegate("t")), "route 'a' leads to the table 't': tables need a Mesh"),
    ],
)
def test_what_is_refused(route_id: str, route: Route, message: str) -> None:
    router = Router(python_table([Route("a", path="/a", to="x"), Route("b", path="/b", to="x")]))
    with pytest.raises(TableError) as caught:
        router.replace(route_id, route)
    assert str(caught.value) == message


def test_an_id_in_several_tables_is_refused() -> None:
    one = listed(Route("a", to="x"))
    mesh = Mesh((Entry("k", "n", (Listener("t"),)),), (one, RouteTable("u", one.virtual_hosts)))
    with pytest.raises(TableError, match=r"^several tables have a route 'a'$"):
        Router(mesh).replace("a", Route("a", to="y"))
