"""What a proxy knows about a request beyond its text, and the criteria on that (envoy.md §2.8, §2.9)."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol, TypeAlias, cast

from attrs import field, frozen

from meshroute.errors import RequestError
from meshroute.model.values import TextTest
from meshroute.text import unwire, wire

Plain: TypeAlias = "bool | float | str | Mapping[str, Plain] | Iterable[Plain] | None"
"""What metadata may be, as JSON has it."""

MAX_DEPTH: Final = 100
"""How deep metadata may be nested."""


@frozen
class Struct:
    """A mapping from text to values that cannot be changed; all text in it is wire text.

    Args:
        items: Pairs of key and value.
    """

    items: tuple[tuple[str, Value], ...]

    def get(self, key: str, /) -> Value | Missing:
        """Return the value of a key, or `MISSING`.

        Args:
            key: The key.

        Returns:
            The value.
        """
        return next((value for name, value in self.items if name == key), MISSING)


EMPTY: Final = Struct(())


@frozen
class Missing:
    """That there is no value, which is not the same as null."""


MISSING: Final = Missing()
Value: TypeAlias = "bool | float | str | Struct | tuple[Value, ...] | None"


def freeze(value: object, depth: int = MAX_DEPTH) -> Value:
    """Turn plain Python objects into values that cannot be changed.

    Args:
        value: The objects, as JSON has them; their text is Unicode.
        depth: How deep they may be nested.

    Returns:
        The value; text becomes wire text, as all that it is compared with is.

    Raises:
        RequestError: One of them is none that JSON has, or they are nested too deeply.

    >>> freeze({"a": [1, None]})
    Struct(items=(('a', (1.0, None)),))
    """
    if depth < 0:
        message = f"metadata may be nested {MAX_DEPTH} deep, no deeper"
        raise RequestError(message)
    if value is None or isinstance(value, bool | Struct):
        return value
    if isinstance(value, str):
        return _wired(value)
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            message = "metadata holds a number that no double can hold"
            raise RequestError(message) from None
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return Struct(tuple((_wired(str(key)), freeze(item, depth - 1)) for key, item in pairs))
    if isinstance(value, list | tuple):
        return tuple(freeze(item, depth - 1) for item in cast("Iterable[object]", value))
    message = f"metadata must be what JSON has, not {type(value).__name__}"
    raise RequestError(message)


def _wired(text: str) -> str:
    try:
        return wire(text)
    except UnicodeEncodeError:
        message = f"metadata holds {text!r}, with half of a surrogate pair"
        raise RequestError(message) from None


def thaw(value: Value) -> Plain:
    """Turn such values back into plain Python objects.

    Args:
        value: The value.

    Returns:
        The objects, as JSON has them; their text is Unicode.

    >>> thaw(freeze({"a": [1, None]}))
    {'a': [1.0, None]}
    """
    if isinstance(value, Struct):
        return {unwire(key): thaw(item) for key, item in value.items}
    if isinstance(value, tuple):
        return [thaw(item) for item in value]
    return unwire(value) if isinstance(value, str) else value


EMPTY_STRUCT: Final = Struct(())


def struct_of(value: object) -> Struct:
    """Turn a plain mapping into one that cannot be changed.

    Args:
        value: The mapping, as JSON has it; None is an empty one.

    Returns:
        The mapping.

    Raises:
        RequestError: It is no mapping, or holds what JSON has not.

    >>> struct_of(None)
    Struct(items=())
    """
    if value is None:
        return EMPTY_STRUCT
    found = freeze(value)
    if not isinstance(found, Struct):
        message = f"metadata must be a mapping, not {type(value).__name__}"
        raise RequestError(message)
    return found


def _texts(value: Mapping[str, str] | Struct | None) -> Struct:
    found = struct_of(value)
    for key, item in found.items:
        if not isinstance(item, str):
            message = f"filter_state: the value of {key!r} must be a str, not {type(item).__name__}"
            raise RequestError(message)
    return found


@frozen
class RequestContext:
    """What a proxy knows about a request beyond its text.

    Args:
        certificate_presented: Whether the client showed a certificate.
        certificate_validated: Whether it was checked, and good.
        metadata: The dynamic metadata of filters: namespace to mapping.
        filter_state: The objects of filters, as text, by key.

    Raises:
        RequestError: A value is none that JSON has.

    >>> RequestContext(metadata={"auth": {"user": "ann"}}).metadata.get("auth")
    Struct(items=(('user', 'ann'),))
    """

    certificate_presented: bool = False
    certificate_validated: bool = False
    metadata: Struct = field(default=None, converter=struct_of)
    filter_state: Struct = field(default=None, converter=_texts)


_FLAGS: Final = ("certificate_presented", "certificate_validated")
_KEYS: Final = (*_FLAGS, "metadata", "filter_state")


def context_of(value: object) -> RequestContext:
    """Make a context of plain objects, as files have it.

    Args:
        value: A mapping with the names of the fields as keys.

    Returns:
        The context.

    Raises:
        RequestError: It is no such mapping.

    >>> context_of({"certificate_presented": True}).certificate_presented
    True
    """
    if not isinstance(value, dict):
        message = f"a context must be a mapping, not {type(value).__name__}"
        raise RequestError(message)
    found = cast("dict[str, Any]", value)
    unknown = next((key for key in found if key not in _KEYS), None)
    if unknown is not None:
        message = f"unknown key {reprlib.repr(unknown)}; the keys are {', '.join(_KEYS)}"
        raise RequestError(message)
    for key in _FLAGS:
        if not isinstance(found.get(key, False), bool):
            message = f"{key!r} must be a boolean, not {type(found[key]).__name__}"
            raise RequestError(message)
    return RequestContext(**found)


NO_CONTEXT: Final = RequestContext()


class _HasContext(Protocol):
    """A request, seen from here."""

    @property
    def context(self) -> RequestContext | None:
        """What the proxy knows about it."""
        ...


def _context(request: _HasContext) -> RequestContext:
    return request.context or NO_CONTEXT


@frozen
class ClientCertificate:
    """Whether the client showed a certificate, and whether it was good (envoy.md §2.9).

    Args:
        presented: Whether it did; None does not ask.
        validated: Whether it was good; None does not ask.
    """

    presented: bool | None = None
    validated: bool | None = None

    def accepts(self, request: _HasContext, /) -> bool:
        """Pass if both are as asked for."""
        context = _context(request)
        return (self.presented is None or self.presented == context.certificate_presented) and (
            self.validated is None or self.validated == context.certificate_validated
        )

    def seen(self, request: _HasContext, /) -> str:
        """Say what the criterion looked at: the certificate."""
        context = _context(request)
        shown = "was" if context.certificate_presented else "was not"
        good = "was" if context.certificate_validated else "was not"
        return f"a client certificate {shown} presented and {good} validated"


class MetadataTest(Protocol):
    """One test on a value of metadata."""

    def accepts(self, value: Value | Missing, /) -> bool:
        """Tell whether the value passes."""
        ...


@frozen
class ValueIs:
    """The value is null, or a boolean.

    Args:
        value: What it must be.

    >>> ValueIs(None).accepts(None), ValueIs(None).accepts(MISSING)
    (True, False)
    """

    value: bool | None

    def accepts(self, value: Value | Missing, /) -> bool:
        """Pass if it is that, and of that type."""
        return value is self.value


@frozen
class ValueText:
    """The value is text that passes a test.

    Args:
        test: The test.
    """

    test: TextTest

    def accepts(self, value: Value | Missing, /) -> bool:
        """Pass if it is such text."""
        return isinstance(value, str) and self.test.accepts(value)


@frozen
class ValueNumber:
    """The value is a number of a half-open range, or one number.

    Args:
        start: The least.
        end: The first that is too large; None where it must be `start` exactly.

    >>> ValueNumber(1, 2).accepts(2.0), ValueNumber(1).accepts(1.0)
    (False, True)
    """

    start: float
    end: float | None = None

    def accepts(self, value: Value | Missing, /) -> bool:
        """Pass if it is such a number."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        return value == self.start if self.end is None else self.start <= value < self.end


@frozen
class ValuePresent:
    """There is a value. That there is none passes no test: a matcher for that never matches (envoy.md §2.8).

    Args:
        wanted: Whether one is asked for.
    """

    wanted: bool = True

    def accepts(self, value: Value | Missing, /) -> bool:
        """Pass if there is one and one is asked for."""
        return self.wanted and not isinstance(value, Missing)


@frozen
class ValueAmong:
    """The value is a list, of which one item passes a test.

    Args:
        test: The test.
    """

    test: MetadataTest

    def accepts(self, value: Value | Missing, /) -> bool:
        """Pass if one item passes."""
        return isinstance(value, tuple) and any(self.test.accepts(item) for item in value)


@frozen
class ValueAny:
    """The value passes one of several tests.

    Args:
        tests: The tests.
    """

    tests: tuple[MetadataTest, ...]

    def accepts(self, value: Value | Missing, /) -> bool:
        """Pass if one of them takes it."""
        return any(test.accepts(value) for test in self.tests)


@frozen
class MetadataMatch:
    """A value of dynamic metadata passes a test (envoy.md §2.8).

    Args:
        namespace: The namespace.
        path: The keys down to the value.
        test: What it must be.
        invert: Take the requests that the test refuses, also those without the value.

    >>> from meshroute.model.request import Request
    >>> context = RequestContext(metadata={"auth": {"admin": True}})
    >>> MetadataMatch("auth", ("admin",), ValueIs(True)).accepts(Request("GET", "/", context=context))
    True
    """

    namespace: str
    path: tuple[str, ...]
    test: MetadataTest
    invert: bool = field(default=False, kw_only=True)

    def _value(self, request: _HasContext) -> Value | Missing:
        value: Value | Missing = _context(request).metadata.get(self.namespace)
        for key in self.path:
            value = value.get(key) if isinstance(value, Struct) else MISSING
        return value

    def accepts(self, request: _HasContext, /) -> bool:
        """Pass if the value passes."""
        return self.test.accepts(self._value(request)) != self.invert

    def seen(self, request: _HasContext, /) -> str:
        """Say what the criterion looked at: the value."""
        value = self._value(request)
        shown = "missing" if isinstance(value, Missing) else repr(value)
        return f"metadata {'.'.join((self.namespace, *self.path))!r} is {shown}"


@frozen
class FilterStateMatch:
    """An object of a filter, as text, passes a test (envoy.md §2.8).

    Args:
        key: The object's key.
        test: What the text must be.
    """

    key: str
    test: TextTest

    def accepts(self, request: _HasContext, /) -> bool:
        """Pass if there is such an object and its text passes."""
        value = _context(request).filter_state.get(self.key)
        return isinstance(value, str) and self.test.accepts(value)

    def seen(self, request: _HasContext, /) -> str:
        """Say what the criterion looked at: the object."""
        value = _context(request).filter_state.get(self.key)
        shown = "missing" if isinstance(value, Missing) else repr(value)
        return f"filter state {self.key!r} is {shown}"
