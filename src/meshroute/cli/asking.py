"""Asking a router one question or many: what `resolve` and `explain` have in common."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import click
from attrs import frozen

from meshroute.cli.lines import MAX_LINE, Line, lines_of
from meshroute.cli.loading import check_entry, load_mesh
from meshroute.cli.objects import JsonObject, error_object
from meshroute.cli.options import STANDARD_INPUT, Question, parameters, question
from meshroute.cli.output import complain
from meshroute.cli.requests import RequestId, checked_url, default_method, id_of, object_from_line, request_from_object
from meshroute.errors import RequestError, TableError
from meshroute.matching.router import Router
from meshroute.model.request import Request

if TYPE_CHECKING:
    from rich.text import Text

LONG: Final = 1024 * 1024
"""From how many bytes on a file of requests shows its progress."""


@frozen
class Verb:
    """What a command does with one request.

    Args:
        as_object: Answer with an object.
        as_lines: Answer with lines for people.
    """

    as_object: Callable[[Router, Request, RequestId], JsonObject]
    as_lines: Callable[[Router, Request], Iterable[Text]]


def command(name: str, verb: Verb, help: str, epilog: str) -> click.Command:  # noqa: A002 - click's name for it
    """Make a command that loads documents and answers requests.

    Args:
        name: Its name.
        verb: What it does with a request.
        help: What it is for.
        epilog: Examples.

    Returns:
        The command; it returns the exit code.
    """

    def run(**given: Any) -> int:  # noqa: ANN401 - click hands over one keyword for each parameter
        return ask(question(given), verb)

    return click.Command(name, params=parameters(), callback=run, help=help, epilog=epilog, no_args_is_help=True)


def ask(asked: Question, verb: Verb) -> int:
    """Answer what is asked.

    Args:
        asked: The question.
        verb: What to do with each request.

    Returns:
        The exit code: 2 if a request could not be read, else 0.

    Raises:
        MeshrouteError: The documents cannot be loaded, or the only request cannot be built.
    """
    if asked.requests is not None:
        return _ask_many(asked, asked.requests, verb)
    request = _only_request(asked)
    mesh = load_mesh(asked.loading)
    check_entry(mesh, request.entry)
    _print(verb, Router(mesh), request, None, as_json=asked.as_json)
    return 0


def _only_request(asked: Question) -> Request:
    parts: dict[str, Any] = {key: value for key, value in asked.parts.items() if value is not None}
    method = asked.words.method or default_method(str(parts.get("protocol", "http")))
    return Request(method, checked_url(asked.words.url or ""), asked.headers, **parts)


def _print(verb: Verb, router: Router, request: Request, id_: RequestId, *, as_json: bool) -> None:
    if as_json:
        _print_object(verb.as_object(router, request, id_))
    else:
        from meshroute.cli.render import print_lines  # noqa: PLC0415 - rich takes long to import

        print_lines(verb.as_lines(router, request))


def _print_object(value: JsonObject) -> None:
    sys.stdout.write(f"{json.dumps(value)}\n")
    sys.stdout.flush()


def _ask_many(asked: Question, file: str, verb: Verb) -> int:
    code = 0
    with _opened(file) as stream:
        mesh = load_mesh(asked.loading)
        router = Router(mesh)
        with _progress(file) as advance:
            for line in lines_of(stream):
                if line.data is None or line.data.strip():
                    code |= _answer_line(asked, router, verb, line)
                advance(line.size)
    return code


def _answer_line(asked: Question, router: Router, verb: Verb, line: Line) -> int:
    """Answer one line; what is wrong with it is an answer too, and makes the exit code 2."""
    id_: RequestId = None
    try:
        given = object_from_line(_complete(line))
        id_ = id_of(given)
        request = request_from_object(given, asked.parts)
        check_entry(router.mesh, request.entry)
    except (RequestError, TableError) as error:
        if asked.as_json:
            _print_object(error_object(line.number, str(error), id_))
        else:
            complain(f"{asked.requests}:{line.number}: {error}", "red")
        return 2
    _print(verb, router, request, id_, as_json=asked.as_json)
    return 0


def _complete(line: Line) -> bytes:
    if line.data is None:
        raise RequestError(f"longer than {MAX_LINE // 1024 // 1024} MiB")
    return line.data


@contextmanager
def _opened(file: str) -> Generator[BinaryIO, None, None]:
    if file == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - only opening it may fail here, not what is done with it
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise RequestError(f"{file}: cannot be read: {reason}") from None
    with stream:
        yield stream


@contextmanager
def _progress(file: str) -> Generator[Callable[[int], object], None, None]:
    """Show on standard error how much of a long file is answered, if somebody looks and no answers are in the way."""
    size = 0 if file == STANDARD_INPUT else Path(file).stat().st_size
    if size < LONG or sys.stdout.isatty() or not sys.stderr.isatty():
        yield lambda _size: None
        return
    from rich.console import Console  # noqa: PLC0415 - rich takes long to import
    from rich.markup import escape  # noqa: PLC0415 - see above
    from rich.progress import Progress  # noqa: PLC0415 - see above

    console = Console(file=sys.stderr)
    with Progress(console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task(escape(Path(file).name), total=size)
        yield lambda done: bar.advance(task, done)
