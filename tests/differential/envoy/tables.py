"""Random route tables, as Envoy writes them: small alphabets, so that things collide.

Nothing here knows meshroute: a fault of the reader cannot hide in its own test.
"""

from __future__ import annotations

import re

from tests.differential.envoy.alphabet import (
    CLUSTERS,
    DOMAINS,
    HASHED,
    Json,
    seen,
)
from tests.differential.envoy.conditions import Conditions


class Tables(Conditions):
    """Makes tables."""

    routes = 0

    # ---------------------------------------------------------------------------------------------------- the table

    def table(self, name: str) -> Json:
        """Make a RouteConfiguration."""
        self.routes = 0
        domains = self.rng.sample(DOMAINS, self.rng.randint(1, 6))
        unique = list({one.lower(): one for one in domains}.values())
        if self.maybe(0.7):
            unique.append("*")
        count = min(self.rng.randint(1, 4), len(unique))
        groups: list[list[str]] = [[] for _ in range(count)]
        for place, domain in enumerate(unique):
            groups[place % count].append(domain)
        config: Json = {"name": name, "virtual_hosts": [self.host(f"v{at}", group) for at, group in enumerate(groups)]}
        for field, chance in (
            ("ignore_port_in_host_matching", 0.2),
            ("ignore_path_parameters_in_path_matching", 0.2),
            ("most_specific_header_mutations_wins", 0.2),
        ):
            if self.maybe(chance):
                seen(field)
                config[field] = True
        if self.maybe(0.06):
            seen("vhost_header")
            config["vhost_header"] = "x-host"
        self.mutations(config, 0.15)
        return config

    def host(self, name: str, domains: list[str]) -> Json:
        """Make a VirtualHost."""
        host: Json = {"name": name, "domains": domains}
        if self.maybe(0.08):
            seen("matcher")
            host["matcher"] = self.matcher(0)
        else:
            host["routes"] = [self.route() for _ in range(self.rng.randint(0, 7))]
        if self.maybe(0.06):
            seen("require_tls")
            host["require_tls"] = self.one("ALL", "EXTERNAL_ONLY", 1)
        if self.maybe(0.1):
            seen("virtual_clusters")
            host["virtual_clusters"] = [
                {"name": f"vc{at}", "headers": [self.header_match()]} for at in range(self.rng.randint(1, 2))
            ]
        if self.maybe(0.05):
            seen("include_request_attempt_count")
            host["include_request_attempt_count"] = True
        self.mutations(host, 0.15)
        return host

    def route(self) -> Json:
        """Make a Route."""
        name = f"r{self.routes}"
        self.routes += 1
        route: Json = {"name": name, "match": self.match()}
        kind = self.rng.random()
        policy = route["match"].get("path_match_policy")
        template = None if policy is None else policy["typed_config"]["path_template"]
        if kind < 0.62:
            route["route"] = self.forward(template=template)
        elif kind < 0.85:
            route["redirect"] = self.redirect(template=template)
        else:
            seen("direct_response")
            route["direct_response"] = {"status": self.one(200, 201, 403, 503), "body": {"inline_string": "x"}}
        self.mutations(route, 0.2)
        return route

    # ------------------------------------------------------------------------------------------------------ actions

    def forward(self, *, template: str | None) -> Json:
        """Make a RouteAction."""
        action: Json = {"timeout": "5s"}
        kind = self.one("cluster", "cluster", "cluster", "header", "weighted")
        seen(f"cluster {kind}")
        if kind == "cluster":
            action["cluster"] = self.one(*CLUSTERS)
        elif kind == "header":
            action["cluster_header"] = self.one("x-to", "X-To", "x-b")
        else:
            action["weighted_clusters"] = self.weighted(action)
        if kind == "header" and self.maybe(0.3):
            action["cluster_not_found_response_code"] = self.one("NOT_FOUND", "SERVICE_UNAVAILABLE", 2)
        self.rewrite_path(action, template=template, redirect=False)
        self.rewrite_host(action)
        return action

    def weighted(self, action: Json) -> Json:
        """Make weighted clusters, with what decides among them."""
        clusters: list[Json] = []
        for _ in range(self.rng.randint(1, 3)):
            entry: Json = {"name": self.one(*CLUSTERS), "weight": self.one(0, 1, 2, 50)}
            if self.maybe(0.15):
                del entry["name"]
                entry["cluster_header"] = "x-to"
            if self.maybe(0.15):
                seen("weighted host_rewrite_literal")
                entry["host_rewrite_literal"] = "w.com"
            self.mutations(entry, 0.2)
            clusters.append(entry)
        clusters[0]["weight"] = max(1, clusters[0]["weight"])
        found: Json = {"clusters": clusters}
        decided = self.rng.random()
        if decided < 0.35:
            seen("weighted header_name")
            found["header_name"] = "x-n"
        elif decided < 0.8:
            seen("weighted use_hash_policy")
            found["use_hash_policy"] = True
            policies: list[Json] = []
            for _ in range(self.rng.randint(1, 3)):
                name = self.one(*HASHED)
                policy: Json = {name: dict(HASHED[name])}
                if name == "header" and self.maybe(0.3):
                    policy[name]["regex_rewrite"] = {"pattern": {"regex": "[0-9]"}, "substitution": "n"}
                if self.maybe(0.3):
                    policy["terminal"] = True
                policies.append(policy)
            action["hash_policy"] = policies
        return found

    def substitution(self) -> Json:
        """Make a RegexMatchAndSubstitute."""
        regex, text = self.one(
            ("/a", "/z"), ("^/(.*)$", r"/x/\1"), ("a|b", r"[\0]"), ("x*", "-"), ("(a)(b)?", r"\2\1"), ("/a.*", ""),
            ("b", r"\q"), ("/", "//"), ("a", r"\9"), ("(a*)*", r"<\1>"), ("[^/]+", "s\\"), ("$", "/end"),
        )  # fmt: skip
        return {"pattern": {"regex": regex}, "substitution": text}

    def rewrite_path(self, action: Json, *, template: str | None, redirect: bool) -> None:
        """Perhaps rewrite the path."""
        kinds = ["", "", "regex_rewrite", "path_rewrite"] + ([] if template else ["prefix_rewrite", "prefix_rewrite"])
        if template and not redirect:
            kinds += ["path_rewrite_policy"] * 3
        kind = self.one(*kinds)
        if not kind:
            return
        seen(f"{'redirect ' if redirect else ''}{kind}")
        match kind:
            case "prefix_rewrite":
                action[kind] = self.one("/", "/z", "/z/", "/Z?k=v", "zz")
            case "regex_rewrite":
                action[kind] = self.substitution()
            case "path_rewrite":
                action[kind] = self.one(
                    "/f%REQ(x-a)%", "/p%PATH(NQ)%", "/lit", "%REQ(x-zz)%", "/%REQ(x-zz?x-b):1%", "/w?z=1"
                )
            case _:
                action[kind] = {
                    "name": "envoy.path.rewrite.uri_template.uri_template_rewriter",
                    "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig",
                        "path_template_rewrite": self.template_rewrite(template or ""),
                    },
                }

    def template_rewrite(self, template: str) -> str:
        """Write a template for the new path, of the variables that the old one has."""
        names: list[str] = re.findall(r"{(\w+)", template)
        if not names:
            return str(self.one("/n", "/n/m"))
        seen("template variables")
        first, last = f"{{{names[0]}}}", f"{{{names[-1]}}}"
        return str(self.one(f"/{first}", f"/n/{last}/m", f"/n-{first}", f"/{last}/{first}", f"/{first}.{last}", "/n"))

    def rewrite_host(self, action: Json) -> None:
        """Perhaps rewrite the host."""
        kind = self.one("", "", "", "literal", "header", "path_regex", "format")
        if kind:
            seen(f"host {kind}")
        match kind:
            case "literal":
                action["host_rewrite_literal"] = self.one("z.com", "a.com:8")
            case "header":
                action["host_rewrite_header"] = self.one("x-host", "x-b", "X-Host")
            case "path_regex":
                action["host_rewrite_path_regex"] = self.one(
                    {"pattern": {"regex": "^/(.+)/.+$"}, "substitution": r"\1.com"},
                    {"pattern": {"regex": "/"}, "substitution": "h"},
                )
            case "format":
                action["host_rewrite"] = self.one("f.com", "%REQ(x-host)%.com", "%REQ(:authority)%x")
            case _:
                pass
        if kind and self.maybe(0.3):
            seen("append_x_forwarded_host")
            action["append_x_forwarded_host"] = True

    def redirect(self, *, template: str | None) -> Json:
        """Make a RedirectAction."""
        action: Json = {}
        if self.maybe(0.4):
            action.update(
                self.one(
                    {"https_redirect": True},
                    {"scheme_redirect": "https"},
                    {"scheme_redirect": "HTTP"},
                    {"https_redirect": False},
                )
            )
        if self.maybe(0.4):
            action["host_redirect"] = self.one("new.com", "new.com:7", "NEW.com")
        if self.maybe(0.3):
            action["port_redirect"] = self.one(9, 80, 443, 8443)
        if self.maybe(0.35):
            seen("path_redirect")
            action["path_redirect"] = self.one("/new", "/new?y=1", "new", "/n?")
        elif self.maybe(0.6):
            self.rewrite_path(action, template=template, redirect=True)
        if self.maybe(0.3):
            seen("strip_query")
            action["strip_query"] = True
        if self.maybe(0.4):
            action["response_code"] = self.one("FOUND", "SEE_OTHER", 3, "PERMANENT_REDIRECT")
        seen("redirect")
        return action

    def mutations(self, message: Json, chance: float) -> None:
        """Perhaps change headers."""
        for side, name in (("request", "x-q"), ("response", "x-r")):
            if self.maybe(chance):
                seen(f"{side}_headers_to_add")
                message[f"{side}_headers_to_add"] = [
                    self.addition(f"{name}{self.one(1, 1, 2)}") for _ in range(self.rng.randint(1, 2))
                ]
            if self.maybe(chance / 2):
                seen(f"{side}_headers_to_remove")
                message[f"{side}_headers_to_remove"] = [
                    self.one(f"{name}1", f"{name}2", "x-a" if side == "request" else "x-u")
                ]

    def addition(self, name: str) -> Json:
        """Make a HeaderValueOption."""
        found: Json = {
            "header": {
                "key": name,
                "value": self.one("1", "2", "", "%REQ(x-a)%", "%REQ(x-zz)%", "p%%c", "%REQ(x-zz?x-b)%"),
            }
        }
        if self.maybe(0.6):
            found["append_action"] = self.one("APPEND_IF_EXISTS_OR_ADD", "ADD_IF_ABSENT", 2, "OVERWRITE_IF_EXISTS")
        if self.maybe(0.3):
            found["keep_empty_value"] = True
        return found

    # -------------------------------------------------------------------------------------------------------- trees

    def input(self) -> Json:
        """Make the input of a generic matcher."""
        return {
            "name": "i",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput",
                "header_name": self.one("x-a", "x-b", ":path", "accept"),
            },
        }

    def matcher(self, depth: int) -> Json:
        """Make a Matcher."""
        found: Json = {}
        kind = self.one("list", "exact", "prefix", "empty") if depth < 3 else "empty"
        if kind == "list":
            found["matcher_list"] = {
                "matchers": [
                    {"predicate": self.predicate(0), "on_match": self.on_match(depth)}
                    for _ in range(self.rng.randint(1, 3))
                ]
            }
        elif kind in {"exact", "prefix"}:
            keys = self.rng.sample(["1", "a", "ab", "a,b", "/a", "/a/b", "4"], self.rng.randint(1, 3))
            found["matcher_tree"] = {
                "input": self.input(),
                f"{kind}_match_map": {"map": {key: self.on_match(depth) for key in keys}},
            }
        if self.maybe(0.6):
            found["on_no_match"] = self.on_match(depth)
        return found

    def on_match(self, depth: int) -> Json:
        """Make an OnMatch."""
        if depth < 3 and self.maybe(0.35):
            return {"matcher": self.matcher(depth + 1)}
        if self.maybe(0.3):
            config: Json = {
                "@type": "type.googleapis.com/envoy.config.route.v3.RouteList",
                "routes": [self.route() for _ in range(self.rng.randint(1, 2))],
            }
        else:
            config = {"@type": "type.googleapis.com/envoy.config.route.v3.Route", **self.route()}
        return {"action": {"name": "route", "typed_config": config}}

    def predicate(self, depth: int) -> Json:
        """Make a Predicate."""
        kind = self.one("single", "single", "single", "or", "and", "not") if depth < 2 else "single"
        match kind:
            case "or" | "and":
                return {f"{kind}_matcher": {"predicate": [self.predicate(depth + 1) for _ in range(2)]}}
            case "not":
                return {"not_matcher": self.predicate(depth + 1)}
            case _:
                text = self.text_match()
                if "safe_regex" in text:
                    text["safe_regex"]["google_re2"] = {}
                return {"single_predicate": {"input": self.input(), "value_match": text}}
