"""Deliberate bugs in how the App Mesh reader reads documents of every form."""

from __future__ import annotations

from typing import Final

from tests.mutants.record import Mutant

_AWS: Final = "tests/unit/readers/app_mesh/test_app_mesh_aws.py::"
_CLOUDFORMATION: Final = "tests/unit/readers/app_mesh/test_app_mesh_cloudformation.py::"
_COLLECT: Final = "tests/unit/readers/app_mesh/test_app_mesh_collect.py::"
_KUBERNETES: Final = "tests/unit/readers/app_mesh/test_app_mesh_kubernetes.py::"
_LEGACY_GUIDE: Final = "tests/unit/readers/app_mesh/test_app_mesh_legacy_guide.py::"
_MATCH: Final = "tests/unit/readers/app_mesh/test_app_mesh_match.py::"
_NAMING: Final = "tests/unit/readers/app_mesh/test_app_mesh_naming.py::"
_ROUTES: Final = "tests/unit/readers/app_mesh/test_app_mesh_routes.py::"
_KILLERS_READING: Final = "tests/unit/readers/app_mesh/test_killers_reading.py::"

MUTANTS: Final = (
    Mutant(
        "arn-loses-to-ref",
        "readers/app_mesh/references.py",
        "    if fields.has(by_arn):\n",
        "    if fields.has(by_arn) and ref is None:\n",
        f"{_ROUTES}test_targets",
        "the ARN would be ignored beside a Ref",
    ),
    Mutant(
        "arn-of-any-kind",
        "readers/app_mesh/references.py",
        "resource is None or resource[2] != kind_of_arn",
        "resource is None",
        f"{_ROUTES}test_faulty_arns",
        "the ARN of a virtual node would name a virtual service",
    ),
    Mutant(
        "ref-in-its-own-namespace-only",
        "readers/app_mesh/references.py",
        'namespace = ref.string("namespace") or holder.namespace',
        "namespace = holder.namespace",
        f"{_KUBERNETES}test_backends_and_groups",
        "a reference into another namespace would lead to the wrong object",
    ),
    Mutant(
        "default-name-of-services",
        "readers/app_mesh/kubernetes.py",
        "{'.' if kind == 'VirtualService' else '_'}",
        "_",
        f"{_KUBERNETES}test_default_names",
        "a service without awsName would be called name_namespace",
    ),
    Mutant(
        "no-default-namespace",
        "readers/app_mesh/kubernetes.py",
        "given or DEFAULT_NAMESPACE",
        "given",
        f"{_KUBERNETES}test_default_names",
        "an object without namespace would be in none, not in default",
    ),
    Mutant(
        "aws-name-ignored",
        "readers/app_mesh/kubernetes.py",
        'aws_name = spec.string("awsName", min_length=1) or default_aws_name(kind, holder)',
        'spec.ignore("awsName")\n    aws_name = default_aws_name(kind, holder)',
        f"{_KUBERNETES}test_the_aws_name_can_be_given",
        "awsName would be ignored, and with it the host that arrives",
    ),
    Mutant(
        "egress-open-by-default",
        "readers/app_mesh/specs.py",
        '"ALLOW_ALL" if kind == "ALLOW_ALL" else "DROP_ALL"',
        '"DROP_ALL" if kind == "DROP_ALL" else "ALLOW_ALL"',
        f"{_KUBERNETES}test_a_mesh",
        "a mesh without egressFilter would let everything out",
    ),
    Mutant(
        "duplicate-routes-pass",
        "readers/app_mesh/specs.py",
        "if name is not None and name in names:",
        "if name is not None and not name:",
        f"{_ROUTES}test_duplicate_routes_of_a_router",
        "two routes of one name in a router would be taken",
    ),
    Mutant(
        "duplicate-backends-pass",
        "readers/app_mesh/specs.py",
        "if holder.dialect.webhook and identity in seen:",
        "if not holder.dialect.webhook and identity in seen:",
        f"{_AWS}test_nodes_and_services",
        "a backend that is named twice would pass the webhook's rules",
    ),
    Mutant(
        "weight-bound",
        "readers/app_mesh/routes.py",
        '"weight", required=True, minimum=0, maximum=100)',
        '"weight", required=True, minimum=0, maximum=101)',
        f"{_ROUTES}test_faulty_routes",
        "a weight of 101 would be taken",
    ),
    Mutant(
        "weight-zero-refused",
        "readers/app_mesh/routes.py",
        '"weight", required=True, minimum=0, maximum=100)',
        '"weight", required=True, minimum=1, maximum=100)',
        f"{_ROUTES}test_a_route",
        "a weight of 0, which drains a node, would be refused",
    ),
    Mutant(
        "eleven-targets",
        "readers/app_mesh/routes.py",
        '"weightedTargets", required=True, min_items=1, max_items=10)',
        '"weightedTargets", required=True, min_items=1, max_items=11)',
        f"{_ROUTES}test_at_most_ten_targets",
        "eleven weighted targets would be taken",
    ),
    Mutant(
        "two-kinds-of-gateway-route",
        "readers/app_mesh/routes.py",
        '    elif len(keys) > 1:\n        spec.error(keys[1], "Found multiple',
        '    elif len(keys) > 2:\n        spec.error(keys[1], "Found multiple',
        f"{_ROUTES}test_faulty_gateway_routes",
        "a gateway route that is http and grpc would vanish without a word",
    ),
    Mutant(
        "prefix-rewrite-without-slash",
        "readers/app_mesh/routes.py",
        'if value is not None and not (value.startswith("/") and value.endswith("/")):',
        'if value is not None and not (value.startswith("/") or value.endswith("/")):',
        f"{_ROUTES}test_faulty_rewrites",
        "a rewrite that the webhook refuses would be taken",
    ),
    Mutant(
        "disabled-by-any-word",
        "readers/app_mesh/routes.py",
        'return value != "DISABLED"',
        'return value == "DISABLED"',
        f"{_CLOUDFORMATION}test_every_kind",
        "ENABLED and DISABLED of the host's rewrite would be swapped",
    ),
    Mutant(
        "both-prefix-and-path",
        "readers/app_mesh/matches.py",
        "    if prefix and path:\n",
        "    if prefix and path and gateway:\n",
        f"{_MATCH}test_faulty_route_matches",
        "a route with prefix and path would be taken, the prefix unheeded",
    ),
    Mutant(
        "empty-range",
        "readers/app_mesh/matches.py",
        "    if start >= end:\n",
        "    if start > end:\n",
        f"{_MATCH}test_faulty_gateway_matches",
        "a range that holds no number would be taken",
    ),
    Mutant(
        "two-header-tests",
        "readers/app_mesh/matches.py",
        "    if len(kinds) > 1:\n        block.error",
        "    if len(kinds) > 2:\n        block.error",
        f"{_MATCH}test_faulty_gateway_matches",
        "a header with two tests would be taken as a header without any",
    ),
    Mutant(
        "suffix-as-prefix",
        "readers/app_mesh/matches.py",
        "        return TextSuffix(value)\n",
        "        return TextPrefix(value)\n",
        f"{_MATCH}test_header_conditions",
        "a header's suffix would be looked for at its start",
    ),
    Mutant(
        "reserved-prefix",
        "readers/app_mesh/matches.py",
        "if value is not None and value.startswith(_RESERVED):",
        "if value is not None and value in _RESERVED:",
        f"{_MATCH}test_faulty_gateway_matches",
        "/aws-appmesh-metrics, which App Mesh keeps for itself, would be taken",
    ),
    Mutant(
        "milliseconds-as-seconds",
        "readers/app_mesh/policies.py",
        '"ms": 0.001}',
        '"ms": 1.0}',
        f"{_LEGACY_GUIDE}test_a_service_and_its_router",
        "250 ms would be more than four minutes",
    ),
    Mutant(
        "timeout-of-tcp",
        "readers/app_mesh/policies.py",
        'request = None if protocol == "tcp" else DEFAULT_REQUEST_TIMEOUT',
        "request = DEFAULT_REQUEST_TIMEOUT",
        f"{_ROUTES}test_timeouts",
        "a tcp connection would be said to end after 15 seconds",
    ),
    Mutant(
        "legacy-node-name",
        "readers/app_mesh/legacy.py",
        'f"{name}-{holder.namespace}"',
        'f"{name}_{holder.namespace}"',
        f"{_LEGACY_GUIDE}test_nodes_and_meshes",
        "a node of v1beta1 would not be found by its AWS name",
    ),
    Mutant(
        "parent-is-any",
        "readers/app_mesh/naming.py",
        "        if len(names) == 1:\n            return names[0]\n",
        "        if names:\n            return names[0]\n",
        f"{_NAMING}test_the_parent_must_be_known",
        "of several routers the first would get a route that names none",
    ),
    Mutant(
        "file-wins-over-settings",
        "readers/app_mesh/aws.py",
        "return self.settings.get(key) or self.outer.string(key, min_length=1)",
        "return self.outer.string(key, min_length=1) or self.settings.get(key)",
        f"{_NAMING}test_settings_win_over_the_file",
        "--set would not count against what stands in the file",
    ),
    Mutant(
        "variables-of-templates-ignored",
        "readers/app_mesh/functions.py",
        (
            "        if name in self._variables:\n"
            "            value = self._variables[name]\n"
            "        elif isinstance(default, Scalar)"
        ),
        "        if isinstance(default, Scalar)",
        f"{_CLOUDFORMATION}test_variables_give_values",
        "--var would not count against a parameter's default",
    ),
    Mutant(
        "no-value-is-missing",
        "readers/app_mesh/functions.py",
        "            return absent()\n",
        "            return missing(name)\n",
        f"{_CLOUDFORMATION}test_functions",
        "AWS::NoValue would be asked for, not left out",
    ),
    Mutant(
        "override-reversed",
        "readers/app_mesh/registry.py",
        "        if not self._override:\n",
        "        if self._override:\n",
        f"{_COLLECT}test_the_same_object_twice",
        "two definitions of an object would pass without --override",
    ),
    Mutant(
        "guide-priority-lost",
        "readers/app_mesh/guide.py",
        "return GatewayRoute(meta, protocol, priority, match,",
        "return GatewayRoute(meta, protocol, None, match,",
        f"{_KILLERS_READING}test_a_guide_may_have_a_priority",
        "the priorities of a guide's routes would not count",
    ),
)
