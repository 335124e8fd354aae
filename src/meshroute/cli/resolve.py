"""``meshroute resolve``: where requests go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from meshroute.cli.asking import Verb, command
from meshroute.cli.objects import JsonObject, answer_object
from meshroute.cli.requests import RequestId
from meshroute.matching.router import Router
from meshroute.model.request import Request

if TYPE_CHECKING:
    from rich.text import Text

_HELP: Final = """Say which route each request takes, and where it goes.

SOURCE is a file, a folder, or - for standard input. The last argument is the URL, or a path such as /cart?x=1 where no
host is sent; the one before it is the method if it is in capitals and no such file exists.
"""
_EXAMPLES: Final = """
\b
Examples:
  meshroute resolve mesh.yaml http://shop.example.com/paths/red
  meshroute resolve manifests/ POST /cart -H 'x-canary: 1' --entry virtualgateway/ingress-gw
  meshroute resolve mesh.yaml.template /red --var NAMESPACE=shop --json
  meshroute resolve manifests/ --requests requests.jsonl --json
  kubectl get virtualgateways,gatewayroutes -A -o yaml | meshroute resolve - /red
"""


def _as_object(router: Router, request: Request, id_: RequestId) -> JsonObject:
    return answer_object(router.resolve(request), id_)


def _as_lines(router: Router, request: Request) -> Iterable[Text]:
    from meshroute.cli.render import answer_lines  # noqa: PLC0415 - rich takes long to import

    return answer_lines(router.explain(request))


COMMAND: Final = command("resolve", Verb(_as_object, _as_lines), _HELP, _EXAMPLES)
