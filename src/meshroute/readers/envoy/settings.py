"""How tables are to be evaluated: the version that they are for, and what an operator has overridden."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final, cast

from attrs import evolve, frozen

from meshroute.readers._document import Problems
from meshroute.text import unwire

MAX_PROGRAM_SIZE: Final = 100
"""Envoy refuses a pattern whose RE2 program is larger (envoy.md §7)."""

_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_VERSION: Final = re.compile(r"1\.([0-9]{1,3})(?:\.([0-9]{1,3}))?")
_LIMIT: Final = "re2.max_program_size.error_level"
_LATEST: Final = 40


@frozen
class Compat:
    """The switches of envoy.md §0: what changed from Envoy 1.36 to 1.40.

    Args:
        headers_individually: Header matchers look at each line; before 1.39 at the lines joined with a comma.
        latin1: Patterns match bytes; before 1.38.4 and in 1.39.0 characters in UTF-8.
        parameters_per_segment: Path parameters end where their segment does; before 1.39 the first took the rest.
        query_present_false: ``present_match: false`` of a query parameter means absent; before 1.39 present.
    """

    headers_individually: bool = True
    latin1: bool = True
    parameters_per_segment: bool = True
    query_present_false: bool = True


CURRENT: Final = Compat()
_BEFORE_1_39: Final = Compat(
    headers_individually=False, latin1=False, parameters_per_segment=False, query_present_false=False
)
_LATIN1_SINCE: Final = {38: 4, 39: 1}  # CVE-2026-73552
_GUARDS: Final = {
    "envoy.reloadable_features.match_headers_individually": "headers_individually",
    "envoy.reloadable_features.re2_use_latin1_mode": "latin1",
    "envoy.reloadable_features.strip_path_parameters_per_segment": "parameters_per_segment",
    "envoy.reloadable_features.enable_new_query_param_present_match_behavior": "query_present_false",
}
"""The runtime guards by which Envoy itself is put back to each old behaviour."""


def compat_of(version: str | None, problems: Problems) -> Compat:
    """Read the version that tables are for.

    Args:
        version: Such as ``1.38``; None for the newest.
        problems: Where a version goes that is none.

    Returns:
        The switches.

    >>> compat_of("1.38", Problems()).headers_individually
    False
    """
    if version is None:
        return CURRENT
    found = _VERSION.fullmatch(version)
    if found is None or int(found[1]) > _LATEST:
        problems.error(None, f"there is no Envoy {version!r} that tables can be evaluated for", "write 1.38, or 1.40")
        return CURRENT
    minor, patch = int(found[1]), int(found[2] or 0)
    since = _LATIN1_SINCE.get(minor)
    if since is not None and found[2] is not None:
        return evolve(CURRENT if minor > 38 else _BEFORE_1_39, latin1=patch >= since)
    return _BEFORE_1_39 if minor < 39 else CURRENT


@frozen
class Runtime:
    """Runtime values: what an operator has overridden (envoy.md §2.7).

    Args:
        values: Key, as Unicode text, to value: a number, text, a boolean, or a fraction as a mapping.
    """

    values: Mapping[str, object]

    def fraction(self, key: str, default: tuple[int, int]) -> tuple[int, int]:
        """Return the fraction of a key.

        A fraction is itself; a number is cut to a whole one and read as percent, whatever the default's denominator;
        anything else leaves the default.

        Args:
            key: The key; empty for none.
            default: Numerator and denominator.

        Returns:
            Numerator and denominator.

        >>> Runtime({"a": 99.9, "b": True}).fraction("a", (1, 10_000))
        (99, 100)
        """
        value = self.values.get(unwire(key)) if key else None
        if isinstance(value, Mapping):
            return _struct(cast("Mapping[object, object]", value)) or default
        number = _number(value)
        return default if number is None else (number, 100)

    def integer(self, key: str, default: int) -> int:
        """Return the whole number of a key.

        Args:
            key: The key.
            default: What it is otherwise.

        Returns:
            The number.

        >>> Runtime({"w.a": "7"}).integer("w.a", 1)
        7
        """
        number = _number(self.values.get(unwire(key)))
        return default if number is None else number

    @property
    def max_program_size(self) -> int:
        """How large the program of a pattern may be."""
        return self.integer(_LIMIT, MAX_PROGRAM_SIZE)

    def compat(self, compat: Compat) -> Compat:
        """Put the guards of envoy.md §0 that are set to the values they have.

        Args:
            compat: The switches as they are without.

        Returns:
            The switches.

        >>> guard = "envoy.reloadable_features.strip_path_parameters_per_segment"
        >>> Runtime({guard: False}).compat(CURRENT).parameters_per_segment
        False
        """
        changed = {
            name: value for guard, name in _GUARDS.items() if (value := _boolean(self.values.get(guard))) is not None
        }
        return evolve(compat, **changed)


def _boolean(value: object) -> bool | None:
    return {"true": True, "false": False}.get(str(value).lower())


def _number(value: object) -> int | None:
    """Read a number as Envoy's runtime does: not negative, cut to a whole one."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return None
    return int(value)


_DENOMINATORS: Final = {
    "HUNDRED": 100,
    "TEN_THOUSAND": 10_000,
    "MILLION": 1_000_000,
    0: 100,
    1: 10_000,
    2: 1_000_000,
}


def denominator_of(name: object) -> int:
    """Return the number that a FractionalPercent's denominator stands for.

    Args:
        name: The name of the enum's value, or its number.

    Returns:
        The number.

    >>> denominator_of("TEN_THOUSAND")
    10000
    """
    return _DENOMINATORS.get(name if isinstance(name, str | int) else 0, 100)


def _struct(value: Mapping[object, object]) -> tuple[int, int] | None:
    numerator = _number(value.get("numerator", 0))
    return None if numerator is None else (numerator, denominator_of(value.get("denominator", 0)))
