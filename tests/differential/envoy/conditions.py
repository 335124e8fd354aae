"""Random conditions of routes, as Envoy writes them."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.differential.envoy.alphabet import (
    COOKIES,
    HEADERS,
    NAMES,
    PATHS,
    REGEXES,
    RUNTIME,
    VALUES,
    Json,
    seen,
)


class Conditions:
    """Makes conditions.

    Args:
        seed: What makes them repeatable.
    """

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)

    def one(self, *choices: Any) -> Any:
        """Choose one."""
        return self.rng.choice(choices)

    def maybe(self, chance: float) -> bool:
        """Decide by chance."""
        return self.rng.random() < chance

    def match(self) -> Json:
        """Make a RouteMatch."""
        match = self.path()
        for field, chance, make in (
            ("headers", 0.4, self.header_match),
            ("query_parameters", 0.2, self.query_match),
            ("cookies", 0.1, self.cookie_match),
            ("dynamic_metadata", 0.06, self.metadata_match),
            ("filter_state", 0.04, self.state_match),
        ):
            if self.maybe(chance):
                seen(field)
                match[field] = [make() for _ in range(self.rng.randint(1, 2))]
        if self.maybe(0.04):
            seen("grpc")
            match["grpc"] = {}
        if self.maybe(0.03):
            seen("tls_context")
            match["tls_context"] = self.one({}, {"presented": False}, {"presented": True}, {"validated": False})
        if self.maybe(0.1):
            seen("runtime_fraction")
            match["runtime_fraction"] = {
                "default_value": {
                    "numerator": self.one(0, 100, 10_000, 1_000_000),
                    "denominator": self.one("HUNDRED", "TEN_THOUSAND", 2),
                },
                **self.one({}, {"runtime_key": self.one(*RUNTIME)}),
            }
            value = match["runtime_fraction"]["default_value"]
            if value["numerator"] and value["numerator"] < 1_000_000:
                value["denominator"] = "HUNDRED"
        return match

    def path(self) -> Json:
        """Make a path specifier."""
        kind = self.one(*["prefix"] * 4, "path", "path", "psp", "psp", *["safe_regex"] * 2, "template", "connect")
        seen(f"path {kind}")
        match kind:
            case "prefix":
                found: Json = {"prefix": self.one(*PATHS, "")}
            case "path":
                found = {"path": self.one(*PATHS)}
            case "psp":
                found = {"path_separated_prefix": self.one("/a", "/a/b", "/ab", "/v1", "/A", "/a;x", "/a//b")}
            case "safe_regex":
                found = {"safe_regex": {"regex": self.one(*REGEXES)}}
            case "connect":
                return {"connect_matcher": {}}
            case _:
                template = self.one(
                    "/a/*", "/{x}", "/{x}/{y=**}", "/a/**", "/*/{z}", "/a/{y=b/*}", "/v{x}/x", "/**", "/a*"
                )
                return {
                    "path_match_policy": {
                        "name": "envoy.path.match.uri_template.uri_template_matcher",
                        "typed_config": {
                            "@type": "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig",
                            "path_template": template,
                        },
                    }
                }
        if self.maybe(0.25):
            seen("case_sensitive")
            found["case_sensitive"] = self.one(True, False, False)
        return found

    def text_match(self) -> Json:
        """Make a StringMatcher."""
        kind = self.one("exact", "prefix", "suffix", "contains", "safe_regex")
        seen(f"string {kind}")
        if kind == "safe_regex":
            return {"safe_regex": {"regex": self.one(*REGEXES)}}
        value = self.one(*VALUES) if kind == "exact" else self.one("1", "a", "ab", "A", "4", ",", "/a")
        found: Json = {kind: value}
        if self.maybe(0.3):
            found["ignore_case"] = True
        return found

    def header_match(self) -> Json:
        """Make a HeaderMatcher."""
        kind = self.one("none", "present", *["string"] * 4, "range", "exact", "prefix", "suffix", "contains", "regex")
        seen(f"header {kind}")
        found: Json = {"name": self.one(*HEADERS, "x-a", "x-a", "x-b", "X-A")}
        match kind:
            case "none":
                pass
            case "present":
                found["present_match"] = self.one(True, False)
            case "string":
                found["string_match"] = self.text_match()
            case "range":
                start = self.one(-5, 0, 1, 4)
                found["range_match"] = {"start": start, "end": str(start + self.one(0, 1, 5))}
            case "exact":
                found["exact_match"] = self.one(*VALUES)
            case "regex":
                found["safe_regex_match"] = {"regex": self.one(*REGEXES)}
            case _:
                found[f"{kind}_match"] = self.one("1", "a", "ab", "4", "/a")
        for field in ("invert_match", "treat_missing_header_as_empty"):
            if self.maybe(0.2):
                seen(field)
                found[field] = True
        return found

    def query_match(self) -> Json:
        """Make a QueryParameterMatcher."""
        found: Json = {"name": self.one(*NAMES)}
        if self.maybe(0.3):
            found["present_match"] = self.one(True, False)
        elif self.maybe(0.8):
            found["string_match"] = self.text_match()
        return found

    def cookie_match(self) -> Json:
        """Make a CookieMatcher."""
        found: Json = {"name": self.one(*COOKIES), "string_match": self.text_match()}
        if self.maybe(0.3):
            found["invert_match"] = True
        return found

    def metadata_match(self) -> Json:
        """Make a MetadataMatcher."""
        keys = self.one(("k",), ("k",), ("l",), ("k", "l"))
        found: Json = {"filter": self.one("f", "f", "g"), "path": [{"key": key} for key in keys], "value": self.value()}
        if self.maybe(0.4):
            found["invert"] = True
        return found

    def value(self, depth: int = 0) -> Json:
        """Make a ValueMatcher."""
        kind = self.one("null", "bool", "present", "string", "string", "exact", "range", "list", "list", "or")
        seen(f"metadata {kind}")
        match kind:
            case "list" | "or" if depth > 1:
                return {"present_match": True}
            case "list":
                return {"list_match": {"one_of": self.value(depth + 1)}}
            case "or":
                return {"or_match": {"value_matchers": [self.value(depth + 1) for _ in range(2)]}}
            case "string":
                return {"string_match": self.text_match()}
            case "exact":
                return {"double_match": {"exact": self.one(0, 1, 4.5)}}
            case "range":
                return {"double_match": {"range": {"start": self.one(0, 1), "end": self.one(1, 4.5, 5)}}}
            case "null":
                return {"null_match": {}}
            case _:
                return {f"{kind}_match": self.maybe(0.7)}

    def state_match(self) -> Json:
        """Make a FilterStateMatcher."""
        return {"key": self.one("fs.a", "fs.a", "fs.b"), "string_match": self.text_match()}
