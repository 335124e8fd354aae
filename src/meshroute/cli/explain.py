"""``meshroute explain``: why requests go where they go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from meshroute.cli.asking import Verb, command
from meshroute.cli.objects import JsonObject, explanation_object
from meshroute.cli.requests import RequestId
from meshroute.matching.router import Router
from meshroute.model.request import Request

if TYPE_CHECKING:
    from rich.text import Text

_HELP: Final = """Say why each request goes where it goes: every route on the way, and what each of its criteria says.

The arguments are those of resolve: SOURCE is a file, a folder, or - for standard input; the last argument is the URL;
the one before it is the method if it is in capitals and no such file exists.
"""
_EXAMPLES: Final = """
\b
Examples:
  meshroute explain mesh.yaml http://shop.example.com/paths/red
  meshroute explain manifests/ POST /cart -H 'x-canary: 1' --json
"""


def _as_object(router: Router, request: Request, id_: RequestId) -> JsonObject:
    return explanation_object(router.explain(request), id_)


def _as_lines(router: Router, request: Request) -> Iterable[Text]:
    from meshroute.cli.render import explanation_lines  # noqa: PLC0415 - rich takes long to import

    return explanation_lines(router.explain(request))


COMMAND: Final = command("explain", Verb(_as_object, _as_lines), _HELP, _EXAMPLES)
