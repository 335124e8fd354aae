"""CloudFormation conditions: what they leave out of a template."""

from __future__ import annotations

import pytest

from tests.unit.readers.app_mesh.reading import good, read

CONDITIONAL = """
Parameters: {Color: {Type: String, Default: blue}, Given: {Type: String}}
Conditions:
  Blue: !Equals [!Ref Color, blue]
  Red: !Equals [!Ref Color, red]
  Open: !Equals [!Ref Given, x]
Resources:
  M: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: m}}
  A: {Type: AWS::AppMesh::VirtualNode, Condition: FIRST, Properties: {VirtualNodeName: n, Spec: {}}}
  B:
    Type: AWS::AppMesh::VirtualNode
    Condition: Red
    Properties:
      VirtualNodeName: n
      Spec: {Backends: [{VirtualService: {VirtualServiceName: s}}, !If [Red, {Bad: 1}, !Ref AWS::NoValue]]}
  C:
    Type: AWS::AppMesh::VirtualNode
    Properties:
      VirtualNodeName: c
      Spec:
        Backends: [{VirtualService: {VirtualServiceName: s}}, {'Fn::If': [Red, {Bad: 1}, {Ref: 'AWS::NoValue'}]}]
"""


def test_a_resource_whose_condition_fails_is_not_made() -> None:
    mesh = good(CONDITIONAL.replace("FIRST", "Blue"))
    assert [(node.meta.name, len(node.backends)) for node in mesh.nodes] == [("n", 0), ("c", 1)]
    mesh = good(
        CONDITIONAL.replace("FIRST", "Blue").replace("Bad: 1", "VirtualService: {VirtualServiceName: t}"),
        variables={"Color": "red"},
    )
    assert [(node.meta.name, len(node.backends)) for node in mesh.nodes] == [("n", 2), ("c", 2)]


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("Open", "a.yaml:9: placeholder `Given` has no value (at /Resources/A/Condition); give it with --var Given=…"),
        (
            "Nowhere",
            "a.yaml:9: condition `Nowhere` cannot be worked out (at /Resources/A/Condition); define it in `Conditions`",
        ),
    ],
)
def test_a_condition_that_is_not_known_is_a_problem(condition: str, problem: str) -> None:
    mesh, problems, _ = read(CONDITIONAL.replace("FIRST", condition))
    assert problems == [problem]
    assert [node.meta.name for node in mesh.nodes] == ["c"]


def test_an_odd_condition_of_a_resource_is_left_alone() -> None:
    assert [node.meta.name for node in good(CONDITIONAL.replace("FIRST", "[]")).nodes] == ["n", "c"]


def test_a_template_without_usable_conditions() -> None:
    text = CONDITIONAL.replace("FIRST", "Blue").replace("Conditions:\n", "Conditions: []\nOthers:\n")
    assert "condition `Blue` cannot be worked out" in read(text)[1][0]
