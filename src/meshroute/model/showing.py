"""Showing values as the code that makes them, as short as that may be."""

from __future__ import annotations

from typing import Any, cast

from attrs import NOTHING, Factory, fields


def short_repr(self: object) -> str:
    """Show the call that builds a value; what is at its default is left out.

    Args:
        self: The value, of a class of attrs.

    Returns:
        The call.

    >>> from attrs import frozen
    >>> @frozen
    ... class Point:
    ...     x: int
    ...     y: int = 0
    ...     z: int = 0
    ...     __repr__ = short_repr
    >>> Point(1), Point(1, 2), Point(1, z=2)
    (Point(1), Point(1, 2), Point(1, z=2))
    """
    shown: list[str] = []
    by_place = True
    for one in fields(cast("Any", type(self))):
        value: object = getattr(self, one.name)
        default = one.default
        if default is not NOTHING and value == (default.factory() if isinstance(default, Factory) else default):  # type: ignore[arg-type]  # a class, at run time
            by_place = False
        elif one.init:
            by_place = by_place and not one.kw_only
            shown.append(repr(value) if by_place else f"{one.name}={value!r}")
    return f"{type(self).__name__}({', '.join(shown)})"
