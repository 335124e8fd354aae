"""What ``--set FILE:KEY=VALUE`` says of files that do not name their object."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from meshroute.readers.app_mesh.shapes import NAME_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from meshroute.readers._document import Problems

SETTABLE: Final = (*NAME_KEYS.values(), "kind")
_EXTENSIONS: Final = frozenset({".json", ".yaml", ".yml", ".template", ".tpl", ".tmpl", ".txt"})


class Settings:
    """The settings of all files.

    Args:
        settings: By file: keys and values. A file is meant by the last parts of its path.
        files: The files that have objects of the AWS API.
        others: The other files that were loaded.
        problems: Where faults go.

    >>> from meshroute.readers._document import Problems
    >>> Settings({"a.json": {"routeName": "r"}}, ["mesh/a.json"], [], Problems()).of("mesh/a.json")
    {'routeName': 'r'}
    """

    def __init__(
        self,
        settings: Mapping[str, Mapping[str, str]],
        files: Iterable[str],
        others: Iterable[str],
        problems: Problems,
    ) -> None:
        self._given = sorted(settings.items(), key=lambda entry: len(PurePath(entry[0]).parts))
        known, foreign = tuple(dict.fromkeys(files)), tuple(others)
        for file, values in self._given:
            _check(file, values, known, foreign, problems)

    def of(self, file: str) -> dict[str, str]:
        """The settings of one file; those for a longer path win.

        Args:
            file: The file, as it was given.

        Returns:
            Keys and values.
        """
        found: dict[str, str] = {}
        for name, values in self._given:
            if _is_meant(name, file):
                found.update(values)
        return found


def _check(
    file: str, values: Mapping[str, str], files: tuple[str, ...], others: tuple[str, ...], problems: Problems
) -> None:
    for key, value in values.items():
        shown = f"--set '{file}:{key}={value}'"
        if key not in SETTABLE:
            problems.error(None, f"{shown}: `{key}` cannot be set", f"what can be set: {', '.join(SETTABLE)}")
        elif key == "kind" and kind_named(value) is None:
            problems.error(None, f"{shown}: no such kind", f"the kinds are {', '.join(NAME_KEYS)}")
        elif not value:
            problems.error(None, f"{shown}: the value is empty")
        if any(_is_meant(file, loaded) for loaded in files):
            continue
        if any(_is_meant(file, loaded) for loaded in others):
            problems.error(None, f"{shown}: the file has no object of the AWS API; only their names can be set")
        else:
            problems.error(None, f"{shown}: no such file among the loaded ones")


def kind_named(text: str) -> str | None:
    """The kind of the AWS API with a name, in any case.

    Args:
        text: The name.

    Returns:
        The kind, or None.

    >>> kind_named("virtualRouter")
    'VirtualRouter'
    """
    return next((kind for kind in NAME_KEYS if kind.lower() == text.lower()), None)


def stem_of(file: str) -> str | None:
    """The name of a file without the extensions of documents and templates.

    Args:
        file: The file, as it was given.

    Returns:
        The name, or None where it is a stream or an object and no file.

    >>> stem_of("mesh/colorteller-vr-1.json.template"), stem_of("<stream>")
    ('colorteller-vr-1', None)
    """
    if file.startswith("<"):
        return None
    path = PurePath(file)
    while path.suffix in _EXTENSIONS:
        path = path.with_suffix("")
    return path.name or None


def spelling(file: str, key: str, value: str = "NAME") -> str:
    """How to set a key of a file.

    Args:
        file: The file, as it was given.
        key: The key.
        value: The value.

    Returns:
        The option.

    >>> spelling("mesh/route.json", "virtualRouterName")
    "--set 'route.json:virtualRouterName=NAME'"
    """
    return f"--set '{PurePath(file).name}:{key}={value}'"


def _is_meant(name: str, file: str) -> bool:
    wanted, parts = PurePath(name).parts, PurePath(file).parts
    return bool(wanted) and parts[-len(wanted) :] == wanted
