"""The options that `resolve` and `explain` share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import click
from attrs import field, frozen

from meshroute.cli.arguments import (
    Words,
    parse_header,
    parse_runtime,
    parse_settings,
    parse_variables,
    split_words,
)
from meshroute.model.request import PROTOCOLS

Variables = dict[str, "str | dict[str, str]"]
Settings = dict[str, dict[str, str]]
Value = TypeVar("Value")
Pairs = tuple[tuple[str, str], ...]

STANDARD_INPUT: Final = "-"
_LARGEST_RANDOM: Final = 2**64 - 1


@frozen
class Loading:
    """What to load, and how.

    Args:
        sources: Files, folders, or ``-`` for standard input.
        variables: Values of placeholders, by name, or by file and name.
        settings: What a file does not say itself, by file and key.
        override: Of two objects of one name the later wins.
        strict: What would be noticed is an error.
        quiet: Notices are not printed.
        compat: The version of the data plane that the documents are for; None for the newest.
        runtime: What an operator has overridden, by runtime key.
        profile: How the Gateway API is meant where its text leaves a choice.
    """

    sources: tuple[str, ...]
    variables: Variables
    settings: Settings
    override: bool
    strict: bool
    quiet: bool
    compat: str | None = None
    runtime: dict[str, object] = field(factory=dict[str, object])
    profile: str = "spec"


@frozen
class Question:
    """Everything that a command line asks.

    Args:
        loading: What to load.
        words: Sources, method and URL.
        headers: The header lines, in wire text.
        parts: The other parts of the request, by their keys in a request object; with a file of requests, what its
            lines do not say.
        requests: The file of requests; None where there is one request.
        as_json: Print objects.
    """

    loading: Loading
    words: Words
    headers: Pairs
    parts: dict[str, object]
    requests: str | None
    as_json: bool


def parameters() -> list[click.Parameter]:
    """Declare the arguments and options.

    Returns:
        New declarations, for one command.
    """
    return [
        click.Argument(["words"], nargs=-1, type=click.UNPROCESSED, metavar="SOURCE... [METHOD] URL"),
        click.Option(
            ["headers", "-H", "--header"],
            multiple=True,
            metavar="'NAME: VALUE'",
            callback=_read(lambda texts: tuple(map(parse_header, texts))),
            help="A header of the request. 'Host: …' overrides the host of the URL.",
        ),
        click.Option(["--entry"], metavar="KIND/NAME", help="Where the request arrives, if that is not clear."),
        click.Option(
            ["--port"],
            type=click.IntRange(0, 65535),
            help="The listener's port [default: the only one, else the URL's].",
        ),
        click.Option(["--protocol"], type=click.Choice(PROTOCOLS), help="What is spoken [default: http]."),
        click.Option(["--sni"], metavar="NAME", help="The server name of the TLS handshake."),
        click.Option(["--client-namespace"], metavar="NAME", help="The namespace that the client runs in."),
        click.Option(
            ["--random-value"],
            type=click.IntRange(0, _LARGEST_RANDOM),
            metavar="N",
            help="64 random bits that decide about weights and fractions.",
        ),
        click.Option(
            ["--requests"], metavar="FILE", help="Many requests: one JSON object a line; - is standard input."
        ),
        click.Option(["as_json", "--json"], is_flag=True, help="Print one JSON object for each answer."),
        *loading_parameters(),
    ]


def loading_parameters() -> list[click.Parameter]:
    """Declare the options of everything that loads documents.

    Returns:
        New declarations, for one command.
    """
    return [
        click.Option(
            ["variables", "--var"],
            multiple=True,
            metavar="[FILE:]NAME=VALUE",
            callback=_read(parse_variables),
            help="The value of a placeholder such as ${NAME}, everywhere or in one file.",
        ),
        click.Option(
            ["settings", "--set"],
            multiple=True,
            metavar="FILE:KEY=VALUE",
            callback=_read(parse_settings),
            help="What a file does not say itself, such as route.json:virtualRouterName=color-router.",
        ),
        click.Option(
            ["--compat"],
            metavar="VERSION",
            help="The version of Envoy that the documents are for, such as 1.38 [default: the newest known].",
        ),
        click.Option(
            ["--runtime"],
            multiple=True,
            metavar="KEY=VALUE",
            callback=_read(parse_runtime),
            help="A runtime value of Envoy, such as the percentage of a runtime_fraction.",
        ),
        click.Option(
            ["--profile"],
            default="spec",
            metavar="NAME",
            help="How the Gateway API is meant where its text leaves a choice: spec, envoy-gateway or istio.",
        ),
        click.Option(["--override"], is_flag=True, help="Of two objects of one name the later wins."),
        click.Option(["--strict"], is_flag=True, help="Make every notice about the documents an error."),
        click.Option(["--quiet", "-q"], is_flag=True, help="Do not print notices about the documents."),
    ]


def status_parameters() -> list[click.Parameter]:
    """Declare the arguments and options of `status`.

    Returns:
        New declarations.
    """
    kept = {"variables", "override", "strict", "quiet"}
    return [
        click.Argument(["sources"], nargs=-1, required=True, metavar="SOURCE..."),
        click.Option(["as_json", "--json"], is_flag=True, help="Print one JSON object."),
        *(one for one in loading_parameters() if one.name in kept),
    ]


def question(given: dict[str, Any]) -> Question:
    """Put the values of the parameters together, and refuse combinations that mean nothing.

    Args:
        given: The values, by the names of `parameters`.

    Returns:
        What is asked.

    Raises:
        click.UsageError: The words or options contradict each other.
    """
    requests: str | None = given["requests"]
    words = split_words(given["words"], many=requests is not None)
    if requests is not None and given["headers"]:
        raise click.UsageError("-H and --requests exclude each other: each request has its own headers")
    if [*words.sources, requests].count(STANDARD_INPUT) > 1:
        raise click.UsageError("standard input (-) can be read only once")
    keys = ("entry", "port", "protocol", "sni", "client_namespace", "random_value")
    parts = {key: given[key] for key in keys}
    return Question(loading_of(given, words.sources), words, given["headers"], parts, requests, given["as_json"])


def loading_of(given: Mapping[str, Any], sources: tuple[str, ...]) -> Loading:
    """Put together what click has read of how documents are loaded.

    Args:
        given: The values by the names of `loading_parameters`.
        sources: The documents.

    Returns:
        How they are loaded.
    """
    return Loading(
        sources,
        given["variables"],
        given["settings"],
        given["override"],
        given["strict"],
        given["quiet"],
        given["compat"],
        given["runtime"],
        given["profile"],
    )


def _read(parse: Callable[[Iterable[str]], Value]) -> Callable[[click.Context, click.Parameter, Sequence[str]], Value]:
    """Make a parser of texts the callback of an option; click adds the option's name to its messages."""

    def callback(_context: click.Context, _parameter: click.Parameter, texts: Sequence[str]) -> Value:
        return parse(texts)

    return callback
