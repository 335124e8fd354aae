"""Route lists: a realistic REST list, synthetic lists of any size, and the lists of other routers' benchmarks."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Final

Listed = tuple[str, str]
"""A method and a path, with parameters as ``{name}``."""

CORPORA: Final = Path(__file__).parents[2] / "shared" / "corpora"
"""Lists of other benchmarks, where they are there."""

# An API for hosting code, in the manner of the large ones: collections inside collections. ``+`` can be listed and
# added to; an element can be read, changed and deleted; verbs are posted to an element.
_COLLECTIONS: Final = """
accounts: verbs=suspend,unsuspend
accounts/{account}/keys:
accounts/{account}/tokens:
organizations: verbs=transfer
organizations/{organization}/members:
organizations/{organization}/teams:
organizations/{organization}/teams/{team}/members:
organizations/{organization}/hooks: verbs=ping
projects: verbs=archive,fork,star
projects/{project}/branches: verbs=protect
projects/{project}/tags:
projects/{project}/issues: verbs=close,reopen
projects/{project}/issues/{issue}/comments:
projects/{project}/issues/{issue}/labels:
projects/{project}/changes: verbs=merge,approve
projects/{project}/changes/{change}/reviews:
projects/{project}/changes/{change}/comments:
projects/{project}/milestones:
projects/{project}/releases:
projects/{project}/releases/{release}/assets:
projects/{project}/pipelines: verbs=retry,cancel
projects/{project}/pipelines/{pipeline}/jobs/{job}/artifacts:
projects/{project}/members:
projects/{project}/hooks: verbs=ping
snippets: verbs=star
snippets/{snippet}/comments:
notifications: verbs=read
"""
_STATIC: Final = """
GET / GET /health GET /version GET /me PATCH /me GET /me/emails POST /me/emails DELETE /me/emails GET /me/followers
GET /me/following GET /me/starred GET /me/settings PUT /me/settings GET /search/code GET /search/issues
GET /search/projects GET /search/accounts GET /feeds GET /emojis GET /licenses GET /gitignore/templates
GET /rate-limit GET /meta POST /markdown POST /markdown/raw GET /events GET /statistics/usage
GET /statistics/traffic GET /admin/settings PUT /admin/settings GET /admin/audit-log POST /graphql
"""
_MORE: Final = """
GET /projects/{project}/contents/{sha} GET /projects/{project}/compare/{base}/{head} GET /gitignore/templates/{name}
GET /licenses/{license} GET /projects/{project}/commits GET /projects/{project}/commits/{sha}
GET /projects/{project}/commits/{sha}/status GET /accounts/{account}/followers GET /accounts/{account}/events
GET /projects/{project}/pipelines/{pipeline}/jobs/{job}/artifacts/{artifact}/files/{file}
"""


def rest_list() -> list[Listed]:
    """Return some 200 routes of an API for hosting code."""
    routes = _pairs(_STATIC)
    for line in _COLLECTIONS.strip().splitlines():
        path, _, rest = line.partition(":")
        name = {"branches": "branch"}.get(path.rpartition("/")[2], path.rpartition("/")[2].removesuffix("s"))
        element = f"/{path}/{{{name}}}"
        routes += [("GET", f"/{path}"), ("POST", f"/{path}")]
        routes += [(method, element) for method in ("GET", "PATCH", "DELETE")]
        verbs = rest.strip().removeprefix("verbs=")
        routes += [("POST", f"{element}/{verb}") for verb in verbs.split(",") if verb]
    return routes + _pairs(_MORE)


def _pairs(text: str) -> list[Listed]:
    words = text.split()
    return list(zip(words[::2], words[1::2], strict=True))


def corpus(name: str) -> list[Listed] | None:
    """Read a list of another benchmark, or None where it is not there."""
    file = CORPORA / f"{name}.json"
    return [(one["method"], one["path"]) for one in json.loads(file.read_text())] if file.is_file() else None


def synthetic(count: int) -> list[Listed]:
    """Return as many routes as wanted, in the shapes of an API: one in four has no parameter, others one to three.

    A resource has 64 routes, and resources stand side by side, so that the siblings grow with the list.
    """
    shapes = (
        "/api/v1/resource{a}/kind{b}",
        "/api/v1/resource{a}/kind{b}/{{id}}",
        "/api/v1/resource{a}/kind{b}/{{id}}/items/{{item}}",
        "/api/v1/{{tenant}}/resource{a}/kind{b}/{{id}}/items/{{item}}",
    )
    return [("GET", shapes[number % 4].format(a=number // 64, b=number // 4 % 16)) for number in range(count)]


def nested(count: int) -> list[Listed]:
    """Return as many routes as wanted where few stand side by side: services of 100 resources of 4 routes each."""
    shapes = (
        "/api/service{a}/resource{b}",
        "/api/service{a}/resource{b}/{{id}}",
        "/api/service{a}/resource{b}/{{id}}/items/{{item}}",
        "/{{tenant}}/service{a}/resource{b}/{{id}}/items/{{item}}",
    )
    return [("GET", shapes[number % 4].format(a=number // 400, b=number // 4 % 100)) for number in range(count)]


def filled(path: str, rng: random.Random) -> str:
    """Put values into a path."""
    return re.sub(r"\{[^}]+\}", lambda _: f"v{rng.randrange(10**6)}", path)
