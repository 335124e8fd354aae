"""The path parameters of answers that have none."""

from __future__ import annotations

from typing import Any, Final, NoReturn


def _refuse(*_: object, **__: object) -> NoReturn:
    message = "the parameters of an answer cannot be changed"
    raise TypeError(message)


_REFUSE: Final[Any] = _refuse  # stands for methods of many types


class _NoParams(dict[str, str]):
    """A dictionary that stays empty, since all answers without parameters share it."""

    __setitem__ = setdefault = update = __ior__ = _REFUSE


NO_PARAMS: Final[dict[str, str]] = _NoParams()
"""The parameters of an answer that has none."""
