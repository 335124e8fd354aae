"""Filters and backends: unions, what may not be together, defaults (gateway-api.md §2.8, §2.9, §2.14)."""

from __future__ import annotations

import pytest

from meshroute.readers.gateway_api.objects import (
    BackendRef,
    Cors,
    Extension,
    ExternalAuth,
    HeaderModifier,
    HeaderValue,
    Mirror,
    PathModifier,
    Redirect,
    Rewrite,
)
from tests.unit.readers.gateway_api.reading import rule, rule_faults

_TARGET = "{name: s, port: 80}"


def _filters(text: str) -> tuple[object, ...]:
    return rule(f"{{filters: [{text}]}}").filters


def test_header_modifiers() -> None:
    request, response = _filters(
        "{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}], remove: [c]}},"
        "{type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: d, value: e}]}}"
    )
    assert request == HeaderModifier("request", (HeaderValue("a", "b"),), (), ("c",))
    assert response == HeaderModifier("response", (), (HeaderValue("d", "e"),))


def test_redirects_and_rewrites() -> None:
    assert _filters("{type: RequestRedirect, requestRedirect: {}}") == (Redirect(),)
    assert _filters(
        "{type: RequestRedirect, requestRedirect: {scheme: https, hostname: a.example, port: 8443, statusCode: 308,"
        " path: {type: ReplaceFullPath, replaceFullPath: /x}}}"
    ) == (Redirect("https", "a.example", PathModifier("ReplaceFullPath", "/x"), 8443, 308),)
    assert _filters(
        "{type: URLRewrite, urlRewrite: {hostname: b, path: {type: ReplacePrefixMatch, replacePrefixMatch: ''}}}"
    ) == (Rewrite("b", PathModifier("ReplacePrefixMatch", "")),)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ("", (100, 100)),
        (", percent: 0", (0, 100)),
        (", fraction: {numerator: 1}", (1, 100)),
        (", fraction: {numerator: 1, denominator: 3}", (1, 3)),
    ],
)
def test_mirrors(share: str, expected: tuple[int, int]) -> None:
    (mirror,) = _filters(f"{{type: RequestMirror, requestMirror: {{backendRef: {_TARGET}{share}}}}}")
    assert isinstance(mirror, Mirror)
    assert (mirror.numerator, mirror.denominator) == expected
    assert (mirror.backend.target.kind, mirror.backend.target.namespace, mirror.backend.port) == ("Service", "shop", 80)


def test_cors() -> None:
    assert _filters("{type: CORS, cors: {}}") == (Cors(),)
    assert _filters(
        "{type: CORS, cors: {allowOrigins: ['https://*.a.example:8443', 'http://b'], allowMethods: [GET],"
        " allowHeaders: ['*'], exposeHeaders: [x-id], allowCredentials: true, maxAge: 60}}"
    ) == (Cors(("https://*.a.example:8443", "http://b"), ("GET",), ("*",), ("x-id",), credentials=True, max_age=60),)


def test_filters_of_others() -> None:
    extension, auth = _filters(
        "{type: ExtensionRef, extensionRef: {group: a.example, kind: Limit, name: l}},"
        f"{{type: ExternalAuth, externalAuth: {{protocol: HTTP, backendRef: {_TARGET}}}}}"
    )
    assert isinstance(extension, Extension)
    assert (extension.target.group, extension.target.kind, extension.target.name) == ("a.example", "Limit", "l")
    assert isinstance(auth, ExternalAuth)


_MIRROR = f"{{type: RequestMirror, requestMirror: {{backendRef: {_TARGET}}}}}"
_REDIRECT = "{type: RequestRedirect, requestRedirect: {}}"
_PREFIX = "path: {type: ReplacePrefixMatch, replacePrefixMatch: /x}"
_SET = "{name: A, value: b}"


@pytest.mark.parametrize(
    ("text", "pointer", "words"),
    [
        ("{filters: [{}]}", "/filters/0", "`type` is required"),
        ("{filters: [{type: Cors}]}", "/filters/0/type", "must be one of"),
        (
            "{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a}]}}]}",
            "/filters/0/requestHeaderModifier/set/0",
            "`value` is required",
        ),
        ("{filters: [{type: CORS}]}", "/filters/0", "filter.cors must be specified for CORS filter.type"),
        ("{filters: [{type: CORS, cors: 1}]}", "/filters/0/cors", "must be a mapping"),
        (
            "{filters: [{type: CORS, cors: {}, urlRewrite: {}}]}",
            "/filters/0/urlRewrite",
            "filter.urlRewrite must be nil if the filter.type is not URLRewrite",
        ),
        (f"{{filters: [{_REDIRECT}, {_REDIRECT}]}}", "/filters", "RequestRedirect filter cannot be repeated"),
        (
            f"{{filters: [{_REDIRECT}, {{type: URLRewrite, urlRewrite: {{}}}}]}}",
            "/filters",
            "May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both",
        ),
        (
            f"{{filters: [{_REDIRECT}], backendRefs: [{_TARGET}]}}",
            "/backendRefs",
            "RequestRedirect filter must not be used together with backendRefs",
        ),
        (
            f"{{matches: [{{}}, {{}}], filters: [{{type: URLRewrite, urlRewrite: {{{_PREFIX}}}}}]}}",
            "/filters",
            "exactly one PathPrefix match must be specified",
        ),
        (
            (
                "{matches: [{path: {type: Exact}}], backendRefs: [{name: s, port: 80, filters:"
                f" [{{type: URLRewrite, urlRewrite: {{{_PREFIX}}}}}]}}]}}"
            ),
            "/backendRefs",
            "exactly one PathPrefix match must be specified",
        ),
        (
            "{filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath}}}]}",
            "/filters/0/urlRewrite/path",
            "replaceFullPath must be specified when type is set to 'ReplaceFullPath'",
        ),
        (
            "{filters: [{type: RequestRedirect, requestRedirect: {statusCode: 300}}]}",
            "/filters/0/requestRedirect/statusCode",
            "must be one of 301, 302, 303, 307, 308, not 300",
        ),
        (
            f"{{filters: [{{type: RequestHeaderModifier, requestHeaderModifier: {{set: [{_SET}], remove: [a]}}}}]}}",
            "/filters/0/requestHeaderModifier",
            "the header 'a' is changed twice",
        ),
        (
            "{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a, a]}}]}",
            "/filters/0/requestHeaderModifier/remove",
            "has a header twice",
        ),
        (
            (
                f"{{filters: [{{type: RequestMirror, requestMirror: {{backendRef: {_TARGET},"
                " fraction: {numerator: 3, denominator: 2}}}]}"
            ),
            "/filters/0/requestMirror/fraction",
            "numerator must be less than or equal to denominator",
        ),
        (
            (
                f"{{filters: [{{type: RequestMirror, requestMirror: {{backendRef: {_TARGET}, percent: 1,"
                " fraction: {numerator: 1}}}]}"
            ),
            "/filters/0/requestMirror/percent",
            "Only one of percent or fraction",
        ),
        (
            "{filters: [{type: RequestMirror, requestMirror: {}}]}",
            "/filters/0/requestMirror",
            "`backendRef` is required",
        ),
        (
            "{filters: [{type: ExternalAuth, externalAuth: {backendRef: {port: 1}}}]}",
            "/filters/0/externalAuth/backendRef",
            "`name` is required",
        ),
        ("{filters: [{type: ExtensionRef, extensionRef: {kind: a}}]}", "/filters/0/extensionRef", "`name` is required"),
        (
            "{filters: [{type: CORS, cors: {allowOrigins: ['*', 'http://a']}}]}",
            "/filters/0/cors/allowOrigins",
            "AllowOrigins cannot contain '*' alongside other origins",
        ),
        (
            "{filters: [{type: CORS, cors: {allowOrigins: [a.example]}}]}",
            "/filters/0/cors/allowOrigins/0",
            "must match",
        ),
        ("{backendRefs: [{name: s}]}", "/backendRefs/0", "Must have port for Service reference"),
        ("{backendRefs: [{port: 80}]}", "/backendRefs/0", "`name` is required"),
        ("{backendRefs: [{name: s, port: 80, weight: -1}]}", "/backendRefs/0/weight", "must be at least 0"),
    ],
)
def test_faults(text: str, pointer: str, words: str) -> None:
    ((found, message),) = rule_faults(text)
    assert found == pointer
    assert words in message


def test_a_path_of_the_other_type() -> None:
    text = "{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replacePrefixMatch: /x}}}"
    assert rule_faults(f"{{filters: [{text}]}}") == [
        (
            "/filters/0/urlRewrite/path",
            "replaceFullPath must be specified when type is set to 'ReplaceFullPath'",
        ),
        (
            "/filters/0/urlRewrite/path/replacePrefixMatch",
            "type must be 'ReplacePrefixMatch' when replacePrefixMatch is set",
        ),
    ]


def test_filters_that_a_grpc_route_has() -> None:
    assert len(rule(f"{{filters: [{_MIRROR}, {_MIRROR}]}}", "GRPCRoute").filters) == 2
    assert rule_faults(f"{{filters: [{_REDIRECT}]}}", "GRPCRoute")[0][0] == "/filters/0/type"


def test_backends() -> None:
    plain, other = rule(
        f"{{backendRefs: [{_TARGET}, {{group: a.example, kind: Bucket, namespace: n, name: b, weight: 0,"
        f" filters: [{_REDIRECT}]}}]}}"
    ).backends
    assert plain == BackendRef(plain.target, 80, 1)
    assert (plain.target.group, plain.target.kind, plain.target.namespace, plain.target.name) == (
        "",
        "Service",
        "shop",
        "s",
    )
    assert (other.target.group, other.target.namespace, other.weight) == ("a.example", "n", 0)
    assert other.filters == (Redirect(),)
