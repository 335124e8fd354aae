"""CloudFormation templates: long and short functions, parameters, names of resources."""

from __future__ import annotations

import json

import pytest

from meshroute.readers._document import Problems, Scalar
from meshroute.readers.app_mesh.functions import TemplateProblems
from meshroute.readers.app_mesh.objects import Ref
from tests.unit.readers.app_mesh.reading import good, read

TEMPLATE = """
Parameters:
  Project: {Type: String, Default: shop}
  Given: {Type: String}
  Bad: {Type: String, Default: []}
  Count: {Type: Number, Default: 5}
  Names: {Type: CommaDelimitedList, Default: 'a, b'}
  Numbers: {Type: List<Number>, Default: '1,2'}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/key}
Mappings:
  Map: {shop: {name: mapped, names: [x, y], none: {}}, other: text}
Conditions:
  Always: !Equals [a, a]
  Holds: !Equals [!Ref Project, shop]
  Fails: {'Fn::Equals': [{Ref: Project}, other]}
  NotHolds: !Not [!Condition Holds]
  NotFails: !Not [{Condition: Fails}]
  All: !And [!Condition Holds, {Condition: NotFails}]
  NotAll: !And [!Condition Holds, !Condition Fails]
  One: !Or [!Condition Fails, !Condition Holds]
  None: !Or [!Condition Fails, !Condition NotHolds]
  Alias: {Condition: Holds}
  Short: !Condition Fails
  Open: !Equals [!Ref Given, x]
  StillOpen: !And [!Condition Holds, !Condition Open]
  NotOpen: !And [!Condition Open, !Condition Fails]
  Decided: !Or [!Condition Open, !Condition Holds]
  Circle: !Not [!Condition Ring]
  Ring: !Not [!Condition Circle]
  Text: holds
  List: [a]
  Odd: !Not []
  Unary: !Equals [a]
  Deep: {Condition: [a]}
Resources:
  Mesh:
    Type: AWS::AppMesh::Mesh
    DependsOn: Other
    Properties: {MeshName: !Sub '${Project}-mesh', Spec: {EgressFilter: {Type: ALLOW_ALL}}, Tags: []}
  Other: {Type: AWS::ECS::Service}
  Node:
    Type: AWS::AppMesh::VirtualNode
    Condition: Always
    Properties:
      MeshName: !GetAtt Mesh.MeshName
      VirtualNodeName: VALUE
      Spec: {Listeners: [{PortMapping: {Port: '80', Protocol: http2}}], ServiceDiscovery: {AWSCloudMap: !If [A, B, C]}}
"""


def _name(value: str, **variables: str) -> str:
    return good(TEMPLATE.replace("VALUE", value), variables=variables).nodes[0].meta.name


def _problem(value: str) -> str:
    _, problems, _ = read(TEMPLATE.replace("VALUE", value))
    assert len(problems) == 1, problems
    return problems[0]


def test_a_template() -> None:
    mesh = good(TEMPLATE.replace("VALUE", "n"))
    assert mesh.meshes[0].meta.name == "shop-mesh"
    assert mesh.meshes[0].egress == "ALLOW_ALL"
    node = mesh.nodes[0]
    assert (node.meta.mesh, node.meta.form, node.meta.aws_name) == ("shop-mesh", "cloudformation", "n")
    assert [(listener.port, listener.protocol) for listener in node.listeners] == [(80, "http2")]
    assert (node.meta.source.line, node.meta.source.pointer) == (45, "/Resources/Node/Properties")
    assert mesh.foreign == (("AWS::ECS::Service", 1),)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("!Ref Project", "shop"),
        ("{Ref: Project}", "shop"),
        ("!Ref Count", "5"),
        ("!Ref Mesh", "shop-mesh"),
        ("!GetAtt Mesh.MeshName", "shop-mesh"),
        ("!GetAtt Mesh.Arn", "shop-mesh"),
        ("!GetAtt [Mesh, Uid]", "shop-mesh"),
        ("{'Fn::GetAtt': [Mesh, MeshName]}", "shop-mesh"),
        ("{'Fn::GetAtt': Mesh.MeshName}", "shop-mesh"),
        ("!Sub 'a-${Project}.${Mesh.MeshName}-${!Literal}'", "a-shop.shop-mesh-${Literal}"),
        ("!Sub ['${X}-${Project}', {X: !Ref Mesh}]", "shop-mesh-shop"),
        ("!Sub ['${Project}']", "shop"),
        ("{'Fn::Sub': '${ Project }'}", "shop"),
        ("!Join ['-', [a, !Ref Project, {Ref: Mesh}]]", "a-shop-shop-mesh"),
        ("{'Fn::Join': ['', []]}x", None),
        ("!Select [1, [a, b]]", "b"),
        ("{'Fn::Select': ['0', [!Ref Project]]}", "shop"),
        ("!Select [1, !Ref Names]", "b"),
        ("!Join ['-', !Ref Numbers]", "1-2"),
        ("!Join ['-', [a, !Ref AWS::NoValue, b]]", "a-b"),
        ("!Select [1, !Split ['/', 'a/b/c']]", "b"),
        ("{'Fn::Join': ['', {'Fn::Split': [a, banana]}]}", "bnn"),
        ("!FindInMap [Map, shop, name]", "mapped"),
        ("{'Fn::FindInMap': [Map, !Ref Project, name]}", "mapped"),
        ("!Select [1, !FindInMap [Map, shop, names]]", "y"),
        ("!If [Holds, a, b]", "a"),
        ("!If [Fails, a, b]", "b"),
        ("{'Fn::If': [Fails, a, {Ref: Project}]}", "shop"),
        ("!If [Holds, a, !Ref Given]", "a"),
        ("!If [NotHolds, a, b]", "b"),
        ("!If [NotFails, a, b]", "a"),
        ("!If [All, a, b]", "a"),
        ("!If [NotAll, a, b]", "b"),
        ("!If [One, a, b]", "a"),
        ("!If [None, a, b]", "b"),
        ("!If [Alias, a, b]", "a"),
        ("!If [Short, a, b]", "b"),
        ("!If [NotOpen, a, b]", "b"),
        ("!If [Decided, a, b]", "a"),
        ("5", "5"),
        ("true", "true"),
        ("!!str n", "n"),
    ],
)
def test_functions(value: str, name: str | None) -> None:
    if name is not None:
        assert _name(value) == name


def test_variables_give_values() -> None:
    assert _name("!Ref Given", Given="g") == "g"
    assert _name("!Ref Project", Project="other") == "other"
    assert _name("!Sub '${AWS::Region}-x'", **{"AWS::Region": "eu"}) == "eu-x"
    assert _name("!Ref AWS::Region", **{"AWS::Region": "eu"}) == "eu"
    assert _name("!Ref Stored", Stored="s") == "s"
    assert _name("!Select [0, !Ref Names]", Names="x,y") == "x"
    assert _name("!If [Open, a, b]", Given="x") == "a"
    assert _name("!If [StillOpen, a, b]", Given="y") == "b"
    assert _name("!ImportValue export", export="e") == "e"
    assert _name("!ImportValue 'shop:mesh'", **{"shop:mesh": "e"}) == "e"
    assert _name("!ImportValue {'Fn::Sub': '${Project}:mesh'}", **{"shop:mesh": "e"}) == "e"
    assert _name("!GetAtt Other.Name", **{"Other.Name": "o"}) == "o"
    assert _name("!Sub '${Other.Name}'", **{"Other.Name": "o"}) == "o"


def test_variables_whose_names_have_colons_as_a_command_line_gives_them() -> None:
    text = TEMPLATE.replace("VALUE", "!Sub '${AWS::Region}-${Given}'")
    variables = {"AWS:": {"Region": "eu"}, "a.yaml": {"Given": "g"}, "env": {"Given": "no"}}
    assert good(text, variables=variables).nodes[0].meta.name == "eu-g"
    text = TEMPLATE.replace("VALUE", "!ImportValue env:mesh")
    assert good(text, variables={"env": {"mesh": "m"}}).nodes[0].meta.name == "m"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            "!Ref Given",
            "placeholder `Given` has no value (at /Resources/Node/Properties/VirtualNodeName); give it with --var",
        ),
        ("!Sub 'x-${Given}'", "placeholder `Given` has no value"),
        ("!Join ['', [!Ref Given]]", "placeholder `Given` has no value"),
        ("!Ref Bad", "placeholder `Bad` has no value"),
        ("!Ref AWS::Region", "placeholder `AWS::Region` has no value"),
        ("!Ref Nowhere", "placeholder `Nowhere` has no value"),
        ("!Ref Other", "placeholder `Other` has no value"),
        ("!GetAtt Other.Name", "placeholder `Other.Name` has no value"),
        ("!GetAtt Mesh.Zebra", "placeholder `Mesh.Zebra` has no value"),
        ("!GetAtt Mesh.VirtualNodeName", "placeholder `Mesh.VirtualNodeName` has no value"),
        ("!Ref Node", "placeholder `Node.VirtualNodeName` has no value"),
        ("!If [A, b, c]", "`Fn::If` is not evaluated (at /Resources/Node/Properties/VirtualNodeName); write the value"),
        ("!If [Open, b, c]", "placeholder `Given` has no value (at /Resources/Node/Properties/VirtualNodeName)"),
        ("!If [StillOpen, b, c]", "placeholder `Given` has no value"),
        ("!If [Holds, !Ref Given, c]", "placeholder `Given` has no value"),
        ("!If [Circle, b, c]", "`Fn::If` is not evaluated"),
        ("!If [Text, b, c]", "`Fn::If` is not evaluated"),
        ("!If [List, b, c]", "`Fn::If` is not evaluated"),
        ("!If [Odd, b, c]", "`Fn::Not` is not evaluated"),
        ("!If [Unary, b, c]", "`Fn::Equals` is not evaluated"),
        ("!If [Deep, b, c]", "`Fn::If` is not evaluated"),
        ("!If [[], b, c]", "`Fn::If` is not evaluated"),
        ("!If [Holds, b]", "`Fn::If` is not evaluated"),
        ("!If Holds", "`Fn::If` is not evaluated"),
        ("!And Holds", "`Fn::And` is not evaluated"),
        ("!Not Holds", "`Fn::Not` is not evaluated"),
        ("!Condition [a]", "`Condition` is not evaluated"),
        ("!Condition Nowhere", "`Condition` is not evaluated"),
        ("!FindInMap [Map, shop, none]", "`Fn::FindInMap` is not evaluated"),
        ("!FindInMap [Map, shop, nowhere]", "`Fn::FindInMap` is not evaluated"),
        ("!FindInMap [Map, other, name]", "`Fn::FindInMap` is not evaluated"),
        ("!FindInMap [Map, nowhere, name]", "`Fn::FindInMap` is not evaluated"),
        ("!FindInMap [Nowhere, shop, name]", "`Fn::FindInMap` is not evaluated"),
        ("!FindInMap [Map, !Ref Given, name]", "placeholder `Given` has no value"),
        ("!FindInMap [Map, shop]", "`Fn::FindInMap` is not evaluated"),
        ("!FindInMap Map", "`Fn::FindInMap` is not evaluated"),
        ("!Select [0, !Split ['', a]]", "`Fn::Split` is not evaluated"),
        ("!Select [0, !Split [',', !Ref Given]]", "placeholder `Given` has no value"),
        ("!Select [0, !Split x]", "`Fn::Split` is not evaluated"),
        ("!Ref Stored", "placeholder `Stored` has no value"),
        ("!Ref Names", "`VirtualNodeName` must be a string, not a list"),
        ("{'Fn::ImportValue': x}", "placeholder `x` has no value"),
        ("!ImportValue 'shop:mesh'", "placeholder `shop:mesh` has no value"),
        ("!ImportValue {'Fn::Sub': '${Project}-x'}", "placeholder `shop-x` has no value"),
        ("!ImportValue []", "`Fn::ImportValue` is not evaluated"),
        ("!Cidr [a, 1, 2]", "`Fn::Cidr` is not evaluated"),
        ("!Ref [a]", "`Ref` is not evaluated"),
        ("!GetAtt []", "`Fn::GetAtt` is not evaluated"),
        ("!GetAtt {a: b}", "`Fn::GetAtt` is not evaluated"),
        ("!Sub {a: b}", "`Fn::Sub` is not evaluated"),
        ("!Sub []", "`Fn::Sub` is not evaluated"),
        ("!Sub ['${X}', {X: []}]", "`Fn::Sub` is not evaluated"),
        ("!Join x", "`Fn::Join` is not evaluated"),
        ("!Join [[], []]", "`Fn::Join` is not evaluated"),
        ("!Join ['', [[]]]", "`Fn::Join` is not evaluated"),
        ("!Select [5, [a]]", "`Fn::Select` is not evaluated"),
        ("!Select [x, [a]]", "`Fn::Select` is not evaluated"),
        ("!Select x", "`Fn::Select` is not evaluated"),
        ("!Ref {Ref: Given}", "placeholder `Given` has no value"),
        ("!Ref {Ref: Names}", "`Ref` is not evaluated"),
        ("{Ref: {Ref: Given}}", "placeholder `Given` has no value"),
        ("[]", "`VirtualNodeName` must be a string"),
    ],
)
def test_what_has_no_value_is_a_problem_where_it_matters(value: str, message: str) -> None:
    assert message in _problem(value)


def test_a_text_that_is_too_long_to_split() -> None:
    assert _name(f"!Select [99, !Split [',', '{',' * 99}x']]") == "x"
    assert "`Fn::Split` is not evaluated" in _problem(f"!Select [0, !Split [',', '{',' * 100}']]")


@pytest.mark.parametrize("call", ["!Ref Names", "{Ref: Names}", "!Split [',', 'a,b']", "!FindInMap [Map, shop, names]"])
def test_all_lists_together_stay_short(call: str) -> None:
    assert _name(f"!Select [1, [{f'!Select [1, {call}], ' * 9_999}n]]") in {"b", "y"}
    assert "is not evaluated" in _problem(f"!Select [10001, [{f'!Select [1, {call}], ' * 10_002}n]]")


def test_a_list_that_is_too_long_to_copy() -> None:
    names = ", ".join("x" * 101)
    text = TEMPLATE.replace("VALUE", "!Select [0, !FindInMap [Map, shop, names]]")
    assert good(text.replace("[x, y]", f"[{names[3:]}]")).nodes[0].meta.name == "x"
    assert "`Fn::FindInMap` is not evaluated" in read(text.replace("[x, y]", f"[{names}]"))[1][0]
    text = TEMPLATE.replace("VALUE", "!Select [99, !Ref Names]").replace("'a, b'", f"'{names}'")
    assert good(text).nodes[0].meta.name == "x"


def test_conditions_in_a_long_row() -> None:
    rows = "".join(f"  C{n}: !Not [!Condition C{n + 1}]\n" for n in range(1000))
    text = TEMPLATE.replace("VALUE", "!If [C0, a, b]").replace("Conditions:\n", f"Conditions:\n{rows}")
    assert "`Fn::If` is not evaluated" in read(text)[1][0]
    assert good(text.replace("C0, a", "C990, a").replace("!Condition C1000", "!Condition Holds")).nodes


def test_resources_that_a_loop_would_make() -> None:
    mesh = "  M: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: m}}\n"
    loop = "  'Fn::ForEach::X': [N, [a, b], {'Node${N}': {Type: AWS::TYPE}}]\n"
    _, problems, _ = read(f"Resources:\n{mesh}{loop}".replace("TYPE", "AppMesh::VirtualNode"))
    assert problems == [
        "a.yaml:3: `Fn::ForEach::X` is not evaluated (at /Resources/Fn::ForEach::X); write the resources in its place"
    ]
    assert good(f"Resources:\n{mesh}{loop}".replace("TYPE", "EC2::SecurityGroup")).foreign == (("resource", 1),)


def test_a_text_that_grows_too_long() -> None:
    assert "`Fn::Join` is not evaluated" in _problem(f"!Join ['', [{'a' * 5000}, b]]")


def test_no_value_is_absence() -> None:
    mesh, problems, notices = read(TEMPLATE.replace("VALUE", "!Ref AWS::NoValue"))
    assert (problems, notices) == ([], ["generated-name"])
    assert mesh.nodes[0].meta.name == "Node"
    assert mesh.notices[0].source is not None
    assert mesh.notices[0].source.name == "Node"


ROUTES = """
Resources:
  Router:
    Type: AWS::AppMesh::VirtualRouter
    Properties: {MeshName: m, Spec: {Listeners: [{PortMapping: {Port: 80, Protocol: http}}]}}
  Route:
    Type: AWS::AppMesh::Route
    Properties:
      MeshName: m
      VirtualRouterName: !GetAtt Router.VirtualRouterName
      RouteName: r
      Spec:
        Priority: '3'
        Http2Route:
          Match: {Prefix: /, QueryParameters: [{Name: q, Match: {Exact: 5}}]}
          Action: {WeightedTargets: [{VirtualNode: !GetAtt Node.VirtualNodeName, Weight: 1}]}
          Timeout: {PerRequest: {Unit: s, Value: 1}}
          RetryPolicy: {MaxRetries: 1, HttpRetryEvents: [server-error]}
  Gateway:
    Type: AWS::AppMesh::VirtualGateway
    Properties: {MeshName: m, VirtualGatewayName: gw, Spec: {Listeners: []}}
  GatewayRoute:
    Type: AWS::AppMesh::GatewayRoute
    Properties:
      MeshName: m
      GatewayRouteName: g
      Spec:
        HttpRoute:
          Match: {Prefix: /}
          Action:
            Target: {VirtualService: {VirtualServiceName: !GetAtt Service.VirtualServiceName}}
            Rewrite: {Prefix: {DefaultPrefix: DISABLED}, Hostname: {DefaultTargetHostname: DISABLED}}
  Service:
    Type: AWS::AppMesh::VirtualService
    Properties:
      MeshName: m
      VirtualServiceName: !Sub '${Router}.local'
      Spec: {Provider: {VirtualRouter: {VirtualRouterName: !GetAtt Route.VirtualRouterName}}}
  Node:
    Type: AWS::AppMesh::VirtualNode
    Properties:
      MeshName: m
      VirtualNodeName: n
      Spec:
        Backends: [{VirtualService: {VirtualServiceName: a}}]
        ServiceDiscovery: {DNS: {Hostname: h}}
"""


def test_every_kind() -> None:
    mesh, problems, notices = read(ROUTES)
    assert (problems, notices) == ([], ["generated-name"])
    router = mesh.routers[0]
    route = router.routes[0]
    assert (router.meta.name, route.meta.name, route.priority) == ("Router", "r", 3)
    assert route.match.query == (("q", "5"),)
    assert route.targets[0].node.aws_name == "n"
    assert route.timeouts.request == 1.0
    gateway_route = mesh.gateway_routes[0]
    assert gateway_route.target.aws_name == "Router.local"
    assert gateway_route.gateway is not None
    assert gateway_route.gateway.aws_name == "gw"
    assert (gateway_route.rewrite.default_prefix, gateway_route.rewrite.default_hostname) == (False, False)
    service = mesh.services[0]
    assert (
        service.provider == Ref("VirtualRouter", service.provider.source, aws_name="Router")
        if service.provider
        else False
    )
    assert mesh.nodes[0].backends[0].aws_name == "a"


def test_json_reads_the_same() -> None:
    template = {
        "Parameters": {"P": {"Default": "p"}},
        "Resources": {
            "M": {"Type": "AWS::AppMesh::Mesh", "Properties": {"MeshName": {"Fn::Sub": "${P}-${M2}"}}},
            "M2": {"Type": "AWS::AppMesh::Mesh", "Properties": {"MeshName": {"Ref": "P"}}},
        },
    }
    assert [mesh.meta.name for mesh in good({"t.json": json.dumps(template)}).meshes] == ["p-p", "p"]


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ("{Type: AWS::AppMesh::VirtualNod}", "did you mean `AWS::AppMesh::VirtualNode`?"),
        (
            "{Type: AWS::AppMesh::Zebra}",
            "unknown resource type `AWS::AppMesh::Zebra` (at /Resources/X/Type); the kinds are",
        ),
        ("{Type: AWS::AppMesh::VirtualNode, Properties: []}", "`Properties` must be a mapping"),
        ("{Type: AWS::AppMesh::VirtualNode, Properties: {VirtualNodeName: n}}", "`Spec` is required"),
        (
            "{Type: AWS::AppMesh::VirtualNode, Properties: {VirtualNodeName: n, Spec: {Listners: []}}}",
            "unknown field `Listners` in `Spec` (at /Resources/X/Properties/Spec/Listners); did you mean `Listeners`?",
        ),
        (
            "{Type: AWS::AppMesh::VirtualNode, Properties: {VirtualNodeName: n, Spec: {}, Metadata: {}}}",
            "unknown field `Metadata`",
        ),
        (
            (
                "{Type: AWS::AppMesh::GatewayRoute, Properties: {GatewayRouteName: n, Spec: {HttpRoute: {Match: {},"
                " Action: {Target: {VirtualService: {VirtualServiceName: s}}}}}}}"
            ),
            "virtual gateway, and none is loaded (at /Resources/X/Properties); add `VirtualGatewayName`",
        ),
    ],
)
def test_faulty_resources(resource: str, message: str) -> None:
    _, problems, _ = read(
        f"Resources:\n  X: {resource}\n  M: {{Type: AWS::AppMesh::Mesh, Properties: {{MeshName: m}}}}\n"
    )
    assert len(problems) == 1, problems
    assert message in problems[0]


def test_names_in_a_circle() -> None:
    resources = "".join(
        f"  M{n}: {{Type: AWS::AppMesh::Mesh, Properties: {{MeshName: !Ref M{(n + 1) % 40}}}}}\n" for n in range(40)
    )
    mesh, problems, _ = read(f"Resources:\n{resources}")
    assert len(problems) == 40
    assert all("has no value" in problem for problem in problems)
    assert len(mesh.meshes) == 40


def test_foreign_resources_of_odd_shape() -> None:
    mesh = good("Resources: {A: 5, B: {Type: []}, M: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: m}}}\n")
    assert mesh.foreign == (("resource", 2),)


def test_a_bad_variable_is_a_problem() -> None:
    variables: dict[str, str] = {"X": 5}  # type: ignore[dict-item]  # what a caller without types may give
    _, problems, _ = read(ROUTES, variables=variables)
    assert len(problems) == 1


def test_a_parameter_with_a_placeholder_as_its_default() -> None:
    mesh = "{Type: AWS::AppMesh::Mesh, Properties: {MeshName: !Ref P}}"
    _, problems, _ = read(f"Parameters: {{P: {{Default: '${{Q}}'}}}}\nResources: {{M: {mesh}}}\n")
    assert "placeholder `P` has no value" in problems[0]


def test_references_to_a_resource_without_a_usable_name() -> None:
    text = """Resources:
  A: {Type: AWS::AppMesh::Mesh, Properties: {MeshName: !Ref AWS::NoValue}}
  B: {Type: AWS::AppMesh::VirtualNode, Properties: {MeshName: !Ref A, VirtualNodeName: NAME, Spec: {}}}
  C: {Type: AWS::AppMesh::VirtualNode, Properties: {MeshName: !Ref A, VirtualNodeName: !Sub 'c-${B}', Spec: {}}}
"""
    mesh = read(text.replace("NAME", "b"))[0]
    assert [(node.meta.mesh, node.meta.name) for node in mesh.nodes] == [("A", "b"), ("A", "c-b")]
    _, problems, _ = read(text.replace("NAME", "[]"))
    assert [problem.split(" (at")[0] for problem in problems] == [
        "a.yaml:3: `VirtualNodeName` must be a string, not a list",
        "a.yaml:4: placeholder `B.VirtualNodeName` has no value",
    ]


def test_problems_of_a_template_go_to_those_of_all_documents() -> None:
    problems = Problems()
    own = TemplateProblems(problems)
    own.notice("code", "message")
    own.error(None, "wrong")
    assert [notice.code for notice in problems.notices] == ["code"]
    assert [error.message for error in problems.errors] == ["wrong"]
    assert own.placeholder(Scalar("", "")) is False


def test_unknown_fields_of_a_template_go_to_the_same_problems() -> None:
    _, problems, notices = read(ROUTES.replace("Priority: '3'", "Zebra: 1"))
    assert notices == ["generated-name"]
    assert "unknown field `Zebra`" in problems[0]
