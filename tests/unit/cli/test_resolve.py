from __future__ import annotations

from attrs import evolve

from meshroute.model.actions import Backend, Delegate, Forward, RetryPolicy
from meshroute.model.hosts import HostExact
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.notices import Source
from meshroute.model.precedence import Precedence
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from tests.unit.cli.bench import ROUTER, TWO_ENTRIES, Bench

BACKEND = {"request": None, "redirect": None, "response_headers": None, "mirrors": None}


ANSWER: dict[str, object] = {
    "schema": 1,
    "id": None,
    "outcome": "forward",
    "status": None,
    "grpc_status": None,
    "route": "red",
    "route_id": "route/shop/red/0",
    "rule": None,
    "source": "mesh.yaml:30",
    "hops": [
        {
            "table": "virtualgateway/shop/ingress",
            "route": "paths",
            "route_id": "gatewayroute/shop/paths/0",
            "source": "mesh.yaml:12",
        },
        {
            "table": "virtualrouter/shop/color",
            "route": "red",
            "route_id": "route/shop/red/0",
            "source": "mesh.yaml:30",
        },
    ],
    "virtual_host": None,
    "virtual_cluster": None,
    "virtual_service": "color.shop.local",
    "backends": [
        {
            "name": "red",
            "namespace": "shop",
            "kind": "VirtualNode",
            "port": 8080,
            "weight": 2,
            "valid": True,
            "reason": None,
            "status": None,
            **BACKEND,
        },
        {
            "name": "redder",
            "namespace": "shop",
            "kind": "VirtualNode",
            "port": 8080,
            "weight": 1,
            "valid": True,
            "reason": None,
            "status": None,
            **BACKEND,
        },
        {
            "name": "gone",
            "namespace": "shop",
            "kind": "VirtualNode",
            "port": None,
            "weight": 0,
            "valid": False,
            "reason": "not there",
            "status": 503,
            **BACKEND,
        },
    ],
    "chosen": None,
    "request": {
        "method": "GET",
        "scheme": "http",
        "host": "color.shop.local",
        "path": "/red?x=1",
        "headers": [["X-Canary", "1"]],
    },
    "redirect": None,
    "response_headers": [],
    "body": None,
    "mirrors": [],
    "params": {},
    "decoded_params": {},
    "allowed_methods": [],
    "timeouts": {"request": 15, "idle": 0.5, "backend_request": None},
    "retry": {"max_retries": 2, "per_try_timeout": 1.5, "on": ["server-error", "gateway-error"]},
    "random_value": None,
    "notices": [{"code": "odd", "message": "this is odd", "source": "mesh.yaml:31", "routes": ["route/shop/red/0"]}],
}
"""The answer about /paths/red, with every key."""


def test_every_key_of_an_answer(bench: Bench) -> None:
    assert (
        bench.object("resolve", "mesh.yaml", "http://a.example/paths/red?x=1", "-H", "X-Canary: 1", "--json") == ANSWER
    )
    assert bench.err.text == ""


def test_a_redirect(bench: Bench) -> None:
    answer = bench.object("resolve", "mesh.yaml", "/old", "--json")
    assert (answer["outcome"], answer["status"], answer["route"], answer["source"]) == ("redirect", 302, "old", None)
    assert answer["redirect"] == {"location": "https://new.example/x", "status": 302}
    assert (answer["request"], answer["chosen"], answer["retry"]) == (None, None, None)


def test_a_direct_response(bench: Bench) -> None:
    answer = bench.object("resolve", "mesh.yaml", "/health", "--json")
    assert (answer["outcome"], answer["status"], answer["body"]) == ("direct_response", 200, "fine")


def test_no_route_is_an_answer(bench: Bench) -> None:
    answer = bench.object("resolve", "mesh.yaml", "/none", "--json")
    assert (answer["outcome"], answer["status"]) == ("no_route", 404)
    assert (answer["route"], answer["route_id"], answer["rule"], answer["source"]) == (None, None, None, None)
    assert answer["hops"] == [{"table": "virtualgateway/shop/ingress", "route": None, "route_id": None, "source": None}]


def test_a_request_that_arrives_nowhere(bench: Bench) -> None:
    bench.mesh = TWO_ENTRIES
    answer = bench.object("resolve", "x", "/", "--entry", "virtualgateway/ingress", "--port", "1", "--json")
    assert (answer["outcome"], answer["status"], answer["hops"]) == ("no_route", None, [])
    assert [(notice["code"], notice["source"], notice["routes"]) for notice in answer["notices"]] == [
        ("no-listener", None, [])
    ]


def test_all_parts_of_the_request_can_be_given(bench: Bench) -> None:
    argv = ["--protocol", "grpc", "--sni", "s", "--client-namespace", "n", "--random-value", "2", "--port", "8088"]
    answer = bench.object("resolve", "x", "/paths/red", "-H", "Host: h.example", "-H", "x-canary: 1", *argv, "--json")
    assert (answer["random_value"], answer["chosen"], answer["request"]["method"]) == (2, "redder", "POST")
    assert answer["request"]["headers"] == [["x-canary", "1"], ["content-type", "application/grpc"]]


def test_typed_header_values_are_bytes_of_utf_8(bench: Bench) -> None:
    answer = bench.object("resolve", "x", "/paths/x", "-H", "a: é", "-H", "b: \udcff", "--json")
    assert answer["request"]["headers"] == [["a", "Ã©"], ["b", "\xff"]]


def test_people_read_aligned_lines(bench: Bench) -> None:
    assert bench.run("resolve", "mesh.yaml", "http://a.example/paths/red", "-H", "x-canary: 1") == 0
    assert bench.out.text == (
        """\
GET http://a.example/paths/red
outcome   forward
route     red (mesh.yaml:30)
service   color.shop.local
backends  VirtualNode shop/red:8080     weight 2  66.7%
          VirtualNode shop/redder:8080  weight 1  33.3%
          VirtualNode shop/gone         weight 0     0%  invalid: not there
request   GET http://color.shop.local/red
timeouts  request 15 s, idle 0.5 s
retry     on server-error, gateway-error at most 2 times, 1.5 s each
hops      virtualgateway/shop/ingress: paths, rule 0 (mesh.yaml:12)
          virtualrouter/shop/color: red (mesh.yaml:30)
why       paths: path starts with '/paths/'
          paths: rewrites host 'a.example' to 'color.shop.local', path '/paths/red' to '/red'
          red: path starts with '/red' and header 'x-canary' is '1'
          blue: it accepts the request too, but comes later: it is listed later
          `meshroute explain` with the same arguments shows every candidate
notice    mesh.yaml:31: this is odd [odd]
"""
    )


def test_people_read_of_a_choice(bench: Bench) -> None:
    bench.run("resolve", "x", "/paths/red", "-H", "x-canary: 1", "--random-value", "2")
    assert "\n          VirtualNode shop/redder:8080  weight 1  33.3%  chosen\n" in bench.out.text


def test_people_read_that_there_is_no_route(bench: Bench) -> None:
    bench.run("resolve", "x", "POST", "/none")
    assert bench.out.text == (
        """\
POST /none
outcome   no_route 404
route     none
hops      virtualgateway/shop/ingress: no route
why       virtualgateway/shop/ingress: none of its routes takes the request (routes: 3)
          `meshroute explain` with the same arguments shows every candidate
"""
    )


def test_people_read_what_would_have_taken_it_next(bench: Bench) -> None:
    twin = Route("cart", path_prefix="/", to="b", id="twin")
    bench.mesh = _with(
        Route("cart", path="/cart", to="a", precedence=Precedence((("priority", "1"),), ((1,),))),
        twin,
        Route("other", path="/other", to="b"),
        Route(None, path_prefix="/", to="b", id="x/0", precedence=Precedence((("priority", "2"),), ((2,),))),
        Route("last", path_prefix="/", to="b"),
    )
    bench.run("resolve", "x", "/cart")
    assert (
        """\
why       cart: path is '/cart'
          x/0: it accepts the request too, but comes later: priority 1 goes before priority 2
          `meshroute explain` with the same arguments shows every candidate
"""
        in bench.out.text
    )


def test_routes_without_names_are_not_taken_for_one(bench: Bench) -> None:
    bench.mesh = _with(Route(None, to="a", id="x/0"), Route(None, to="a", id="x/1"))
    bench.run("resolve", "x", "/")
    assert "\n          x/1: it accepts the request too, but comes later: it is listed later\n" in bench.out.text


def test_people_read_that_it_arrives_nowhere(bench: Bench) -> None:
    bench.run("resolve", "x", "/", "--port", "1")
    assert bench.out.text == (
        """\
GET /
outcome   no_route
route     none
notice    nothing listens at port 1 of appmesh:virtualgateway/shop/ingress (its ports: 8088): the connection is refused\
 [no-listener]
"""
    )


def test_people_read_a_redirect_and_a_body(bench: Bench) -> None:
    bench.run("resolve", "x", "/old")
    bench.run("resolve", "x", "/health")
    assert "\nredirect  https://new.example/x\n" in bench.out.text
    assert "\nbody      fine\n" in bench.out.text


def _with(*routes: Route, name: str | None = None) -> Mesh:
    table = RouteTable("t", (VirtualHost(name, routes),), method_not_allowed=True)
    return Mesh((Entry("table", "t", (Listener("t"),)),), (table,))


def test_people_read_parameters_hosts_and_methods(bench: Bench) -> None:
    bench.mesh = _with(Route("cart", path="/cart/{id}", methods="GET", to={"v1": 0, "v2": 0}), name="shop")
    bench.run("resolve", "x", "/cart/a%20b")
    bench.run("resolve", "x", "PUT", "/cart/1")
    text = bench.out.text
    assert "outcome   backend_error 503\n" in text
    assert "\nhost      shop\n" in text
    assert "\nbackends  Backend v1  weight 0     0%\n          Backend v2  weight 0     0%\n" in text
    assert "\nparams    id = a b\n" in text
    assert "outcome   method_not_allowed 405\n" in text
    assert "\nallowed   GET\n" in text


def test_people_read_the_grpc_status(bench: Bench) -> None:
    bench.run("resolve", "x", "/none", "--protocol", "grpc")
    assert "\noutcome   no_route 404, gRPC status 12\n" in bench.out.text


def test_a_retry_policy_that_says_little(bench: Bench) -> None:
    bench.mesh = _with(
        Route("a", action=Forward((Backend("b", valid=False),), retry=RetryPolicy(None, None))),
    )
    bench.run("resolve", "x", "/")
    assert "\nretry     on nothing\n" in bench.out.text
    assert "  100%  invalid: no reason given\n" in bench.out.text


def test_a_route_without_a_name_goes_by_its_id(bench: Bench) -> None:
    bench.mesh = _with(Route(None, to="b", id="route/0"))
    bench.run("resolve", "x", "/")
    assert "\nroute     none\n" in bench.out.text
    assert "\nhops      t: route/0\nwhy       route/0: it takes every request\n" in bench.out.text


def test_what_documents_say_cannot_drive_the_terminal(bench: Bench) -> None:
    bench.mesh = _with(Route("\x1b[31m\nred", to="b"))
    bench.run("resolve", "x", "/")
    assert "\nroute     \\x1b[31m\\nred\n" in bench.out.text


def test_colours_only_on_a_terminal(bench: Bench) -> None:
    bench.out.terminal = True
    bench.run("resolve", "x", "/old")
    assert "\x1b[32mredirect 302\x1b[0m" in bench.out.text


def test_other_colours_where_nothing_answers(bench: Bench) -> None:
    bench.out.terminal = True
    bench.run("resolve", "x", "/none")
    assert "\x1b[33mno_route 404\x1b[0m" in bench.out.text


def test_a_pipe_is_plain(bench: Bench) -> None:
    bench.run("resolve", "x", "/old")
    assert "\x1b" not in bench.out.text


def test_what_a_stream_cannot_show_is_escaped(bench: Bench) -> None:
    bench.mesh = _with(Route("röd", to="b"))
    bench.out.reconfigure(encoding="ascii")
    assert bench.run("resolve", "x", "/") == 0
    assert "\nroute     r\\xf6d\n" in bench.out.text


def test_a_long_line_is_not_wrapped(bench: Bench) -> None:
    bench.run("resolve", "x", f"/{'a' * 500}")
    assert bench.out.text.startswith(f"GET /{'a' * 500}\n")


def test_the_entry_may_be_named(bench: Bench) -> None:
    bench.mesh = TWO_ENTRIES
    answer = bench.object("resolve", "x", "/x", "--entry", "VirtualRouter/color", "--json")
    assert (answer["route"], answer["virtual_service"]) == ("blue", "color.shop.local")


def test_several_entries_are_listed(bench: Bench) -> None:
    bench.mesh = TWO_ENTRIES
    assert bench.run("resolve", "x", "/x", "--json") == 2
    assert bench.out.text == ""
    assert bench.err.text == (
        "meshroute: several entries are possible; candidates: appmesh:virtualgateway/shop/ingress, "
        "appmesh:virtualrouter/shop/color; choose one with --entry\n"
    )


def test_an_unknown_entry(bench: Bench) -> None:
    assert bench.run("resolve", "x", "/x", "--entry", "gateway/x") == 2
    assert bench.err.text == (
        "meshroute: there is no entry 'gateway/x'; candidates: appmesh:virtualgateway/shop/ingress\n"
    )


def test_no_entry_at_all(bench: Bench) -> None:
    bench.mesh = Mesh((), ())
    assert bench.run("resolve", "x", "/x") == 2
    assert bench.err.text == "meshroute: there is no entry; candidates: none: no document has an entry\n"


def test_no_entry_among_other_documents(bench: Bench) -> None:
    bench.mesh = evolve(Mesh((), ()), ignored=(("Deployment", 2), ("Service", 1)))
    assert bench.run("resolve", "x", "/x") == 2
    assert bench.err.text.endswith("has an entry; ignored documents: 2 Deployment, 1 Service\n")


def test_routes_that_only_lead_on_are_not_reasons(bench: Bench) -> None:
    """A service's table has a route that nobody wrote: the hop names where the service is written, no route."""
    node = RouteTable(
        "virtualnode/shop/front",
        (
            VirtualHost(
                "color",
                (Route(None, action=Delegate(ROUTER.id), id="backend", source=Source("mesh.yaml", 50)),),
                (HostExact("color.shop.local"),),
            ),
            VirtualHost(None, (Route(None, action=Delegate(ROUTER.id), id="any", source=Source("mesh.yaml", 51)),)),
        ),
    )
    bench.mesh = Mesh((Entry("virtualnode", "front", (Listener(node.id, None),), namespace="shop"),), (node, ROUTER))
    assert bench.run("resolve", "mesh.yaml", "http://color.shop.local/") == 0
    hops = "hops      virtualnode/shop/front (mesh.yaml:50)\n"
    assert hops in bench.out.text
    assert "why       virtualnode/shop/front: the host is the one of color\n" in bench.out.text
    assert bench.run("resolve", "mesh.yaml", "http://other/") == 0
