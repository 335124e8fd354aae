"""Requests aimed at the boundaries of what tables ask for, as the bytes that are sent."""

from __future__ import annotations

import re
from random import Random
from typing import Final, cast

from attrs import frozen

from tests.differential.envoy.alphabet import COOKIES, HOSTS, NAMES, PATHS, VALUES, Json, seen


@frozen
class Asked:
    """One request over HTTP/1.1.

    Args:
        method: The method.
        target: The target, which may be a whole URL.
        host: The Host line.
        headers: The other lines.
    """

    method: str
    target: str
    host: str
    headers: tuple[tuple[str, str], ...] = ()

    def wire(self, *own: tuple[str, str]) -> bytes:
        """Return the bytes that are sent.

        Args:
            own: Lines that belong to the test itself.

        Returns:
            The bytes.
        """
        lines = [f"{self.method} {self.target} HTTP/1.1", f"Host: {self.host}"]
        lines += [f"{name}: {value}" for name, value in (*self.headers, *own)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


_TUNNEL: Final = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\]):[0-9]+")
"""What a tunnel may be opened to; the codec refuses all else before any route is looked at."""


def near(rng: Random, text: str) -> str:
    """Change a text a little: as it is, another case, one character more or less."""
    return rng.choice((text, text, text, text.upper(), text + "x", text[:-1], text + "/", text.lower()))


@frozen
class Aims:
    """What a table asks for.

    Args:
        paths: Paths of its routes.
        hosts: Hosts of its virtual hosts.
        headers: Names and values of its header matchers.
    """

    paths: tuple[str, ...]
    hosts: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]


_SAMPLES = {
    "/a/*": "/a/x",
    "/{x}": "/q",
    "/{x}/{y=**}": "/q/r/s",
    "/a/**": "/a/b/c",
    "/*/{z}": "/m/n",
    "/v{x}/x": "/v1/x",
}


def aims(table: Json) -> Aims:
    """Collect what a table asks for.

    Args:
        table: The RouteConfiguration.

    Returns:
        The texts in it.
    """
    paths: list[str] = []
    headers: list[tuple[str, str]] = []
    hosts = [domain.replace("*", "w") for host in table["virtual_hosts"] for domain in host["domains"]]
    todo: list[object] = [table]
    while todo:
        value = todo.pop()
        if isinstance(value, list):
            todo.extend(cast("list[object]", value))
        elif isinstance(value, dict):
            value = cast("Json", value)
            todo.extend(value.values())
            paths += [
                value[key] for key in ("prefix", "path", "path_separated_prefix") if isinstance(value.get(key), str)
            ]
            template = value.get("path_template")
            paths += [] if template is None else [_SAMPLES.get(template, "/a/b")]
            inner: Json | None = value.get("string_match")
            if inner is not None and "name" in value:
                headers += [(value["name"], text) for text in inner.values() if isinstance(text, str)]
            headers += [
                (value["name"], value[key])
                for key in ("exact_match", "prefix_match", "suffix_match", "contains_match")
                if key in value
            ]
    own = tuple((name, text) for name, text in headers if name.lower() in {"x-a", "x-b", "accept", "user-agent"})
    return Aims(tuple(paths), tuple(hosts), own)


def _lines(rng: Random, wanted: Aims) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = [pair for pair in wanted.headers if rng.random() < 0.3]
    for name, chance in (("x-a", 0.6), ("x-b", 0.4), ("accept", 0.2), ("user-agent", 0.2)):
        if rng.random() < chance:
            lines += [(name, near(rng, rng.choice(VALUES))) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    for name, values, chance in (
        ("x-n", ("0", "1", "+3", "7", "51", "-1", "18446744073709551616", "x", " 5"), 0.4),
        ("x-h", ("u1", "u2", "", "user 3"), 0.4),
        ("x-to", ("c0", "c1", "nope", ""), 0.3),
        ("x-host", ("a.com", "b.com", "x.a.com", "h"), 0.3),
        ("x-u", ("1",), 0.2),
        ("x-q1", ("0", "1"), 0.2),
        ("x-forwarded-proto", ("http", "https", "HTTPS", "x"), 0.15),
        ("x-forwarded-host", ("a.com", "q.com"), 0.1),
        ("content-type", ("application/grpc", "application/grpc+proto", "application/grpc;x", "text/a"), 0.1),
    ):
        if rng.random() < chance:
            lines += [(name, rng.choice(values)) for _ in range(rng.choice((1, 1, 1, 1, 2)))]
    if rng.random() < 0.3:
        pieces = [
            rng.choice(
                (f"{name}={rng.choice(VALUES)}", f'{name}="a"', name, f" {name} =1", f"\t{name}=1", f"{name}=a ")
            )
            for name in rng.choices(COOKIES, k=rng.randint(1, 3))
        ]
        lines.append(("cookie", rng.choice(("; ", ";")).join(pieces)))
    return lines


def ask(rng: Random, wanted: Aims) -> Asked:
    """Make a request, most of them near what a table asks for."""
    path = near(rng, rng.choice(wanted.paths if wanted.paths and rng.random() < 0.7 else PATHS))
    if rng.random() < 0.3:
        path += rng.choice(("/..", "/./b", "//b", "%2Fb", ";p=1", "/%41", "%2e", "/b;q/c", "\\b", "/a%5Cb", "/v1"))
    if not path.startswith("/"):
        path = f"/{path}"
    if rng.random() < 0.45:
        path += "?" + "&".join(
            rng.choice((f"{name}={near(rng, rng.choice(VALUES))}", name))
            for name in rng.choices([*NAMES, "z"], k=rng.randint(1, 3))
        )
    method = rng.choice(("GET", "GET", "GET", "POST", "PUT", "DELETE", "HEAD"))
    host = near(rng, rng.choice(wanted.hosts if rng.random() < 0.7 else HOSTS)).replace("/", "")
    if rng.random() < 0.2:
        host += rng.choice((":80", ":443", ":8080", ".", ".:80"))
    host = host or "a.com"
    lines = _lines(rng, wanted)
    rng.shuffle(lines)
    if rng.random() < 0.03:
        path = f"{rng.choice(('http', 'HTTP', 'https'))}://{rng.choice(HOSTS)}{path}"
    elif rng.random() < 0.01:
        method, path = "OPTIONS", "*"
    elif rng.random() < 0.02:
        seen("CONNECT")
        host = (
            host if _TUNNEL.fullmatch(host) else f"{rng.choice(('a.com', 'x.a.com', 'A.com'))}:{rng.choice((80, 8443))}"
        )
        method, path = "CONNECT", host
    return Asked(method, path, host, tuple(lines))
