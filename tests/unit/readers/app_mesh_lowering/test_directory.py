from __future__ import annotations

import pytest

from meshroute.model.notices import Notice, Source
from meshroute.readers._document import Problems
from meshroute.readers.app_mesh.directory import (
    Finder,
    Ids,
    aws_name_of,
    called,
    missing,
    name_of,
    namespace_of,
    refuse,
)
from tests.unit.readers.app_mesh_lowering.build import meta, node, ref, service

HOLDER = meta("GatewayRoute", "paths")
RED, FAR = node("red"), node("red", namespace="far")
API = node("blue_shop", form="aws")
OF_A, OF_B = node("green", form="aws", mesh="a"), node("green", form="aws", mesh="b")
NODES = Finder([RED, FAR, API, OF_A, OF_B, node("red", listeners=())])


def test_a_name_without_namespace_is_in_the_namespace_of_the_holder() -> None:
    assert NODES.find(ref("Node", "red"), HOLDER) is RED


def test_a_name_with_namespace() -> None:
    assert NODES.find(ref("Node", "red", namespace="far"), HOLDER) is FAR
    assert NODES.find(ref("Node", "red", namespace="nowhere"), HOLDER) is None


def test_the_name_in_app_mesh_wins() -> None:
    assert NODES.find(ref("Node", "red", aws="red_far"), HOLDER) is FAR
    assert NODES.find(ref("Node", "red", aws="nothing"), HOLDER) is None


def test_an_object_of_the_api_is_found_by_the_name_the_controller_gives() -> None:
    assert NODES.find(ref("Node", "blue"), HOLDER) is API


def test_names_in_app_mesh_are_those_of_the_holders_mesh() -> None:
    wanted = ref("Node", aws="green")
    assert NODES.find(wanted, meta("Route", "r", form="aws", mesh="b")) is OF_B
    assert NODES.find(wanted, meta("Route", "r", form="aws")) is OF_A
    assert NODES.find(wanted, meta("Route", "r", form="aws", mesh="c")) is None
    assert NODES.find(ref("Node", aws="blue_shop"), meta("Route", "r", form="aws", mesh="c")) is API


@pytest.mark.parametrize(
    ("found", "namespace", "name", "aws_name"),
    [
        (ref("Service", "color"), "shop", "color", "color.shop"),
        (ref("Node", "red"), "shop", "red", "red_shop"),
        (ref("Router", "red", namespace="far"), "far", "red", "red_far"),
        (ref("Node", "red", aws="x"), None, "x", "x"),
        (ref("Node", "red", namespace="far", aws="x"), "far", "x", "x"),
    ],
)
def test_what_a_reference_says(found: object, namespace: str | None, name: str, aws_name: str) -> None:
    assert namespace_of(found, HOLDER) == namespace  # type: ignore[arg-type]  # a parameter of pytest
    assert name_of(found) == name  # type: ignore[arg-type]  # as above
    assert aws_name_of(found, HOLDER) == aws_name  # type: ignore[arg-type]  # as above


def test_without_any_namespace_a_name_is_all_there_is() -> None:
    holder = meta("GatewayRoute", "paths", namespace=None)
    assert aws_name_of(ref("Service", "color"), holder) == "color"
    assert namespace_of(ref("Service", "color"), holder) is None


def test_called() -> None:
    assert called("a", None) == "a"
    assert called("a", "b") == "b/a"


@pytest.mark.parametrize(
    ("found", "code", "message"),
    [
        (
            ref("Service", "color"),
            "missing-service",
            (
                "virtual service shop/color is not among the documents, so that the answer cannot go further; "
                "its awsName is taken to be the default, color.shop"
            ),
        ),
        (
            ref("Router", "color"),
            "missing-router",
            "virtual router shop/color is not among the documents, so that the answer cannot go further",
        ),
        (
            ref("Node", aws="red"),
            "missing-node",
            "virtual node red is not among the documents, so that its listeners are not known",
        ),
        (
            ref("Gateway", "in"),
            "missing-gateway",
            "virtual gateway shop/in is not among the documents, so that its listeners are not known",
        ),
        (
            ref("BackendGroup", "g"),
            "missing-backend-group",
            "backend group shop/g is not among the documents, so that its services are not known",
        ),
    ],
)
def test_missing(found: object, code: str, message: str) -> None:
    assert missing(found, HOLDER) == Notice(code, message, Source("ref.yaml", 7))  # type: ignore[arg-type]  # a parameter of pytest


def test_a_service_that_is_missing_by_its_name_in_app_mesh() -> None:
    message = "virtual service a.b is not among the documents, so that the answer cannot go further"
    assert missing(ref("Service", aws="a.b"), HOLDER).message == message


def test_refuse() -> None:
    problems = Problems()
    refuse(problems, Source("a.yaml", 3, "/spec"), "no", "do")
    refuse(problems, Source("a.yaml", 4), "neither")
    refuse(problems, Source("<object>", 0), "nor this")
    assert [str(error) for error in problems.errors] == [
        "a.yaml:3: no (at /spec); do",
        "a.yaml:4: neither",
        "<object>: nor this",
    ]


def test_ids_are_given_once() -> None:
    ids = Ids()
    assert [ids.unique("a"), ids.unique("a"), ids.unique("a#2"), ids.unique("a")] == ["a", "a#2", "a#2#2", "a#3"]
    assert [ids.unique("b", "c"), ids.unique("b", "c"), ids.unique("b", "c")] == ["b", "c", "c#2"]
    assert [ids.unique("d#2"), ids.unique("d"), ids.unique("d")] == ["d#2", "d", "d#3"]


def test_ids_of_tables() -> None:
    ids = Ids()
    first, second, third = node("red"), service("red"), node("red", form="aws")
    assert ids.table(first.meta) == "virtualnode/shop/red"
    assert ids.table(first.meta) == "virtualnode/shop/red"
    assert ids.table(second.meta) == "virtualservice/shop/red"
    assert ids.table(third.meta) == "virtualnode/red"


def test_tables_of_two_meshes_have_the_mesh_in_their_id() -> None:
    ids = Ids()
    assert ids.table(OF_A.meta) == "virtualnode/green"
    assert ids.table(OF_B.meta) == "virtualnode/b/green"
