"""The words of a command line: sources, method and URL; headers; variables and settings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import click
from attrs import frozen

from meshroute.text import is_token, wire

# The file may hold any character, a Windows drive too: its end is the first colon that a key and "=" follow.
_SETTING: Final = re.compile(r"(?P<file>.+?):(?P<key>[A-Za-z_][A-Za-z0-9_.-]*)=(?P<value>.*)", re.DOTALL)


# RFC 9110 §9.3 and RFC 5789.
_METHODS: Final = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})


@frozen
class Words:
    """What the words that are no options mean.

    Args:
        sources: The documents.
        method: The method, if one was given.
        url: The URL; None where the requests come from a file.
    """

    sources: tuple[str, ...]
    method: str | None = None
    url: str | None = None


def split_words(words: Sequence[str], *, many: bool) -> Words:
    """Tell sources, method and URL apart.

    The last word is the URL; the one before it is the method if it is a token in capitals and no such file exists.

    Args:
        words: The words.
        many: The requests come from a file: every word is a source.

    Returns:
        What they mean.

    Raises:
        click.UsageError: There is no source, or no URL.

    >>> split_words(["mesh.yaml", "POST", "/cart"], many=False)
    Words(sources=('mesh.yaml',), method='POST', url='/cart')
    """
    if many:
        if not words:
            raise click.UsageError("give at least one SOURCE: a file, a folder, or - for standard input")
        return Words(_checked(words))
    if not words:
        raise click.UsageError("give at least one SOURCE and then the URL, or --requests FILE")
    *sources, url = words
    if url and not url.startswith("/") and "://" not in url and Path(url).exists():
        raise click.UsageError(f"the last argument must be the URL, and {url!r} is a file")
    if url in _METHODS:
        raise click.UsageError(f"the last argument must be the URL, and {url!r} is a method")
    method = None
    if sources and _is_method(sources[-1]):
        method = sources.pop()
    if not sources:
        raise click.UsageError(
            f"give at least one SOURCE before {method or url}: a file, a folder, or - for standard input"
        )
    word = sources[-1].upper()
    if method is None and word in _METHODS and not Path(sources[-1]).exists():
        raise click.UsageError(f"there is no file {sources[-1]!r}; write the method in capitals: {word}")
    return Words(_checked(sources), method, url)


def _checked(sources: Sequence[str]) -> tuple[str, ...]:
    if "" in sources:  # as an unset variable of a shell leaves it
        raise click.UsageError("a SOURCE is empty: give a file, a folder, or - for standard input")
    return tuple(sources)


def _is_method(word: str) -> bool:
    return is_token(word) and word.isupper() and not Path(word).exists()


def parse_header(text: str) -> tuple[str, str]:
    """Read one ``name: value``.

    Args:
        text: The text as typed; its UTF-8 bytes are sent.

    Returns:
        Name and value, in wire text.

    Raises:
        click.BadParameter: It has no name, or the name is none that a header can have.

    >>> parse_header("X-Canary: 1")
    ('X-Canary', '1')
    """
    name, colon, value = text.partition(":")
    name = name.strip()
    if not colon or not is_token(name):
        fix = (
            "the method and the URL set it" if text[:1] == ":" and text[1:2].isalpha() else "write it as 'name: value'"
        )
        raise click.BadParameter(f"{text!r} is no header; {fix}")
    return name, wire(value.strip(" \t"))


def parse_variables(texts: Iterable[str]) -> dict[str, str | dict[str, str]]:
    """Read values of placeholders, ``NAME=VALUE`` or, for one file, ``FILE:NAME=VALUE``.

    Args:
        texts: The texts; a later one wins.

    Returns:
        Values by name, and by file and name.

    Raises:
        click.BadParameter: One has another form.

    >>> parse_variables(["MESH=shop", "a.yaml:MESH=cart"])
    {'MESH': 'shop', 'a.yaml': {'MESH': 'cart'}}
    """
    everywhere: dict[str, str] = {}
    scoped: dict[str, dict[str, str]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        file, colon, inner = name.rpartition(":")
        if not equals or not inner or (colon and not file):
            raise click.BadParameter(f"{text!r} must be NAME=VALUE or FILE:NAME=VALUE")
        if colon:
            scoped.setdefault(file, {})[inner] = value
        else:
            everywhere[inner] = value
    both = sorted(everywhere.keys() & scoped.keys())
    if both:
        raise click.BadParameter(f"{both[0]!r} is the name of a variable and of a file")
    return {**everywhere, **scoped}


def parse_settings(texts: Iterable[str]) -> dict[str, dict[str, str]]:
    """Read what a file does not say itself, ``FILE:KEY=VALUE``.

    Args:
        texts: The texts; a later one wins.

    Returns:
        Values by file and key.

    Raises:
        click.BadParameter: One has another form.

    >>> parse_settings(["route.json:virtualRouterName=color-router"])
    {'route.json': {'virtualRouterName': 'color-router'}}
    """
    settings: dict[str, dict[str, str]] = {}
    for text in texts:
        found = _SETTING.fullmatch(text)
        if found is None:
            raise click.BadParameter(
                f"{text!r} must be FILE:KEY=VALUE, such as route.json:virtualRouterName=color-router"
            )
        settings.setdefault(found["file"], {})[found["key"]] = found["value"]
    return settings


def parse_runtime(texts: Iterable[str]) -> dict[str, object]:
    """Read runtime values of Envoy, ``KEY=VALUE``.

    Args:
        texts: The texts; a later one wins. A value that is JSON is what it says, any other is text.

    Returns:
        Values by key.

    Raises:
        click.BadParameter: One has another form.

    >>> parse_runtime(["routing.canary=25", 'routing.new={"numerator": 1, "denominator": "MILLION"}'])
    {'routing.canary': 25, 'routing.new': {'numerator': 1, 'denominator': 'MILLION'}}
    """
    values: dict[str, object] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not key or not equals:
            raise click.BadParameter(f"{text!r} must be KEY=VALUE, such as routing.canary=25")
        try:
            values[key] = json.loads(value)
        except (ValueError, RecursionError):
            values[key] = value
    return values


def parse_pairs(texts: Iterable[str]) -> dict[str, str]:
    """Read pairs of an old and a new name.

    Args:
        texts: ``OLD=NEW`` each.

    Returns:
        New names by old ones.

    Raises:
        click.BadParameter: One of them is none, or an old name has two new ones.

    >>> parse_pairs(["cart-node=cart"])
    {'cart-node': 'cart'}
    """
    found: dict[str, str] = {}
    for text in texts:
        old, equals, new = text.partition("=")
        if not equals or not old or not new:
            raise click.BadParameter(f"{text!r} is not OLD=NEW")
        if found.setdefault(old, new) != new:
            raise click.BadParameter(f"{old!r} is said to be {found[old]!r} and {new!r}")
    return found
