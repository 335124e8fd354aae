"""Meshes: entries by name."""

from __future__ import annotations

import pytest

from meshroute.errors import TableError
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.table import RouteTable

_SHOP = Entry("virtualgateway", "ingress", (), namespace="shop", format="appmesh", aliases=("ingress.shop",))
_BLOG = Entry("virtualgateway", "ingress", (), namespace="blog", format="appmesh")
_NODE = Entry("virtualnode", "front", (), format="appmesh")
_PLAIN = Entry("table", "routes", ())
_MESH = Mesh((_SHOP, _BLOG, _NODE, _PLAIN), ())


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (_SHOP, "appmesh:virtualgateway/shop/ingress"),
        (_NODE, "appmesh:virtualnode/front"),
        (_PLAIN, "table/routes"),
    ],
)
def test_the_fully_qualified_name(entry: Entry, expected: str) -> None:
    assert entry.id == expected
    assert entry.is_called(expected) is True


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("virtualgateway/shop/ingress", _SHOP),
        ("VirtualGateway/shop/ingress", _SHOP),
        ("appmesh:VIRTUALGATEWAY/blog/ingress", _BLOG),
        ("App-Mesh:virtualgateway/blog/ingress", _BLOG),
        ("virtualgateway/ingress.shop", _SHOP),
        ("virtualnode/front", _NODE),
        ("table/routes", _PLAIN),
    ],
)
def test_names_of_entries(name: str, expected: Entry) -> None:
    assert _MESH.entry(name) is expected


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "virtualgateway/ingress",
            (
                "'virtualgateway/ingress' may be several entries; "
                "candidates: appmesh:virtualgateway/shop/ingress, appmesh:virtualgateway/blog/ingress"
            ),
        ),
        (
            None,
            (
                "several entries are possible; candidates: appmesh:virtualgateway/shop/ingress, "
                "appmesh:virtualgateway/blog/ingress, appmesh:virtualnode/front, table/routes"
            ),
        ),
    ],
)
def test_ambiguous_names(name: str | None, message: str) -> None:
    with pytest.raises(TableError) as caught:
        _MESH.entry(name)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ingress",
        "virtualgateway",
        "virtualgateway/Ingress",  # only the kind is in any case
        "virtualgateway/x/ingress",
        "gateway/ingress",
        "envoy:virtualnode/front",
        "appmesh:table/routes",
        ":virtualnode/front",
        "virtualnode/front/",
        "virtualnode/",
    ],
)
def test_unknown_names(name: str) -> None:
    with pytest.raises(TableError) as caught:
        _MESH.entry(name)
    assert str(caught.value) == (
        f"there is no entry {name!r}; candidates: appmesh:virtualgateway/shop/ingress, "
        "appmesh:virtualgateway/blog/ingress, appmesh:virtualnode/front, table/routes"
    )


def test_an_entry_without_namespace_is_not_in_the_namespace_none() -> None:
    assert _NODE.is_called("virtualnode/None/front") is False


def test_the_only_entry_needs_no_name() -> None:
    assert Mesh((_NODE,), ()).entry() is _NODE


def test_a_mesh_without_entries() -> None:
    for name, problem in ((None, "there is no entry"), ("a/b", "there is no entry 'a/b'")):
        with pytest.raises(TableError) as caught:
            Mesh((), ()).entry(name)
        assert str(caught.value) == f"{problem}; candidates: none: no document has an entry"


def test_tables_have_ids_of_their_own() -> None:
    with pytest.raises(TableError, match=r"^two tables have the id 't'$"):
        Mesh((), (RouteTable("t", ()), RouteTable("t", ())))


def test_listeners_lead_to_tables() -> None:
    entry = Entry("k", "n", (Listener("t"), Listener("u", 80)))
    with pytest.raises(TableError, match=r"^entry k/n leads to the table 'u', which is not there$"):
        Mesh((entry,), (RouteTable("t", ()),))
    assert Mesh((entry,), (RouteTable("t", ()), RouteTable("u", ()))).entries == (entry,)


def test_an_entry_is_found_again_by_any_of_its_names() -> None:
    mesh = Mesh((Entry("gateway", "g", (), namespace="n"),), ())
    names = [None, "gateway/g", "Gateway/g", "GATEWAY/g", "gateway/n/g", "gAteway/g", "gaTeway/g"]
    for name in (*names, *names):
        assert mesh.entry(name) is mesh.entries[0]
    assert mesh == Mesh(mesh.entries, ())
    with pytest.raises(TableError):
        mesh.entry("gateway/x")


def test_a_secondary_entry_is_only_meant_where_it_is_named() -> None:
    main, other = Entry("gateway", "g", ()), Entry("listener", "g/a", (), is_secondary=True)
    mesh = Mesh((main, other), ())
    assert (mesh.entry(), mesh.entry("listener/g/a")) == (main, other)
    with pytest.raises(TableError, match="there is no entry; candidates: listener/g/a"):
        Mesh((other,), ()).entry()
