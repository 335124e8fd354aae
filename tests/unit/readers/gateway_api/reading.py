"""Reading snippets of Gateway API documents in tests."""

from __future__ import annotations

import io

from meshroute.readers._document import Problems, read_sources
from meshroute.readers.gateway_api.objects import Route, Rule
from meshroute.readers.gateway_api.reading import Objects, read_gateway_api

_HEAD = "apiVersion: gateway.networking.k8s.io/v1\n"


def read(text: str) -> tuple[Objects, list[tuple[str, str]]]:
    """Read documents; the faults are pairs of JSON pointer and message."""
    problems = Problems()
    objects = read_gateway_api(read_sources((io.StringIO(text),), None, problems), problems)
    assert not problems.notices
    return objects, [(error.pointer or "", error.message) for error in problems.errors]


def good(text: str) -> Objects:
    """Read documents without faults."""
    objects, faults = read(text)
    assert faults == []
    return objects


def spec(kind: str, text: str) -> str:
    """Write an object around its spec, in YAML's flow style."""
    return f"{_HEAD}kind: {kind}\nmetadata: {{name: x, namespace: shop}}\nspec: {text}\n"


def route(kind: str, text: str) -> Route:
    """Read a route without faults."""
    (found,) = good(spec(kind, text)).routes
    return found


def rule(text: str, kind: str = "HTTPRoute") -> Rule:
    """Read the only rule of a route without faults."""
    (found,) = route(kind, f"{{rules: [{text}]}}").rules
    return found


def faults(kind: str, text: str) -> list[tuple[str, str]]:
    """Read an object by its spec, and return its faults; pointers without ``/spec``."""
    return [(pointer.removeprefix("/spec"), message) for pointer, message in read(spec(kind, text))[1]]


def rule_faults(text: str, kind: str = "HTTPRoute") -> list[tuple[str, str]]:
    """Read a rule, and return its faults; pointers below the rule."""
    found = faults(kind, f"{{rules: [{text}]}}")
    return [(pointer.removeprefix("/rules/0"), message) for pointer, message in found]
