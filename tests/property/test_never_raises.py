"""Whatever the request: an answer. Whatever the text: a request, or a RequestError."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from meshroute import Mesh, Request, RequestError, Router, RouteTable
from meshroute.testing import meshes, requests, tables
from tests.property.laws import shown

_BYTES = st.text(st.characters(max_codepoint=255), max_size=40)
_ANY_TEXT = st.text(st.characters(), max_size=40)  # lone surrogates too
_URLS = st.one_of(
    _ANY_TEXT,
    st.builds("{}://{}{}".format, st.sampled_from(["http", "HTTPS", "x y", "", "é", "a+b"]), _ANY_TEXT, _ANY_TEXT),
)
_HEADERS = st.lists(st.tuples(_BYTES, _BYTES), max_size=5)


@given(tables(), requests())
def test_tables_answer_any_request(table: RouteTable, request: Request) -> None:
    router = Router(table)
    assert shown(router.resolve(request))
    assert str(router.explain(request))


@given(meshes(), requests(), st.sampled_from([None, "gateway/g0", "", "/", "gateway/É"]))
def test_meshes_answer_any_request(mesh: Mesh, request: Request, entry: str | None) -> None:
    router, named = Router(mesh), request.replace(entry=entry)
    assert shown(router.resolve(named))
    assert str(router.explain(named))
    assert repr(router.resolve(named))


@given(tables(4), _BYTES, _BYTES, st.none() | _BYTES, _HEADERS)
def test_any_wire_text_makes_a_request_that_is_answered(
    table: RouteTable, method: str, target: str, authority: str | None, headers: list[tuple[str, str]]
) -> None:
    request = Request.from_parts(method, target, authority=authority, headers=headers)
    assert shown(Router(table).resolve(request))


@given(_ANY_TEXT, _URLS, st.lists(st.tuples(_ANY_TEXT, _ANY_TEXT), max_size=3))
def test_only_a_request_error_comes_from_text(method: str, url: str, headers: list[tuple[str, str]]) -> None:
    with contextlib.suppress(RequestError):
        request = Request(method, url, headers)
        assert request.target.isascii()
        assert (
            Request.from_parts(
                request.method,
                request.target,
                scheme=request.scheme,
                authority=request.authority,
                headers=request.headers,
            )
            == request
        )


@given(
    st.fixed_dictionaries(
        {"REQUEST_METHOD": _BYTES},
        optional={
            "PATH_INFO": _BYTES,
            "SCRIPT_NAME": _BYTES,
            "QUERY_STRING": _BYTES,
            "RAW_URI": _ANY_TEXT,
            "HTTP_HOST": _BYTES,
            "HTTP_X_A": _ANY_TEXT,
            "CONTENT_TYPE": _BYTES,
            "SERVER_PORT": st.sampled_from(["80", "x", "", "99999", "٣"]),
            "wsgi.url_scheme": _BYTES,
        },
    )
)
def test_only_a_request_error_comes_from_an_environ(environ: Mapping[str, str]) -> None:
    with contextlib.suppress(RequestError):
        assert Request.from_wsgi(environ).method == environ["REQUEST_METHOD"]


@given(
    st.fixed_dictionaries(
        {"path": _BYTES, "headers": st.lists(st.tuples(st.binary(max_size=9), st.binary(max_size=9)), max_size=4)},
        optional={
            "method": _BYTES,
            "raw_path": st.binary(max_size=30),
            "query_string": st.binary(max_size=30),
            "scheme": _BYTES,
            "server": st.sampled_from([None, ("h", 80), ("/socket", None), ("h", 70000)]),
        },
    )
)
def test_only_a_request_error_comes_from_a_scope(scope: Mapping[str, object]) -> None:
    with contextlib.suppress(RequestError):
        request = Request.from_asgi(scope)
        assert request.method == scope.get("method", "GET")
