"""Finding App Mesh objects by the references that others hold, and naming tables and routes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Generic, Protocol, TypeVar

from meshroute.errors import DocumentError
from meshroute.model.notices import Notice, Source
from meshroute.readers._document import Problems
from meshroute.readers.app_mesh.objects import Meta, Ref

_ENDS: Final = "so that the answer cannot go further"
_MISSING: Final = {
    "VirtualGateway": ("missing-gateway", "virtual gateway", "so that its listeners are not known"),
    "VirtualService": ("missing-service", "virtual service", _ENDS),
    "VirtualRouter": ("missing-router", "virtual router", _ENDS),
    "VirtualNode": ("missing-node", "virtual node", "so that its listeners are not known"),
    "BackendGroup": ("missing-backend-group", "backend group", "so that its services are not known"),
}


class _Named(Protocol):
    @property
    def meta(self) -> Meta: ...


_T = TypeVar("_T", bound=_Named)


class Finder(Generic[_T]):
    """The objects of one kind, by name and namespace and by their name in App Mesh.

    Args:
        objects: The objects; of two with one name the first is found.
    """

    def __init__(self, objects: Iterable[_T]) -> None:
        self._named: dict[tuple[str | None, str], _T] = {}
        self._of_mesh: dict[tuple[str | None, str], _T] = {}
        self._of_any: dict[str, _T] = {}
        for found in objects:
            meta = found.meta
            self._named.setdefault((meta.namespace, meta.name), found)
            self._of_mesh.setdefault((meta.mesh, meta.aws_name), found)
            self._of_any.setdefault(meta.aws_name, found)

    def find(self, ref: Ref, holder: Meta) -> _T | None:
        """Find what a reference means.

        A reference by name that no object has is tried by the App Mesh name that such an object gets by default: the
        other object may come from the AWS API.

        Args:
            ref: The reference.
            holder: The object that holds it; its namespace and mesh are the reference's where that names none.

        Returns:
            The object, or None where it is not among the documents.
        """
        if ref.aws_name is None:
            found = self._named.get((namespace_of(ref, holder), ref.name or ""))
            if found is not None:
                return found
        name = aws_name_of(ref, holder)
        if holder.mesh is None:
            return self._of_any.get(name)
        return self._of_mesh.get((holder.mesh, name)) or self._of_mesh.get((None, name))


def namespace_of(ref: Ref, holder: Meta) -> str | None:
    """Return the namespace of what a reference means.

    Args:
        ref: The reference.
        holder: The object that holds it.

    Returns:
        Its own namespace or the holder's (app-mesh.md §1.6); None for a reference by App Mesh name.
    """
    if ref.aws_name is not None:
        return ref.namespace
    return holder.namespace if ref.namespace is None else ref.namespace


def name_of(ref: Ref) -> str:
    """Return the name that a reference is written with.

    Args:
        ref: The reference.

    Returns:
        The name in App Mesh where it has one, since an ARN wins over a Ref (app-mesh.md §1.6), else the object's name.
    """
    return (ref.name or "") if ref.aws_name is None else ref.aws_name


def aws_name_of(ref: Ref, holder: Meta) -> str:
    """Return the name in App Mesh of what a reference means, as far as the reference says it.

    Args:
        ref: The reference.
        holder: The object that holds it.

    Returns:
        The name; for a reference by object name the one that the controller gives by default (app-mesh.md §1.0).
    """
    if ref.aws_name is not None:
        return ref.aws_name
    namespace = namespace_of(ref, holder)
    if namespace is None:
        return ref.name or ""
    return f"{ref.name}{'.' if ref.kind == 'VirtualService' else '_'}{namespace}"


def called(name: str, namespace: str | None) -> str:
    """Spell a name for people.

    Args:
        name: The name.
        namespace: The namespace, or None.

    Returns:
        ``namespace/name`` or the name.

    >>> called("ingress", "shop")
    'shop/ingress'
    """
    return name if namespace is None else f"{namespace}/{name}"


def missing(ref: Ref, holder: Meta) -> Notice:
    """Say that a referenced object is not among the documents.

    Args:
        ref: The reference.
        holder: The object that holds it.

    Returns:
        The notice.
    """
    code, words, consequence = _MISSING[ref.kind]
    name = called(name_of(ref), namespace_of(ref, holder))
    message = f"{words} {name} is not among the documents, {consequence}"
    if ref.kind == "VirtualService" and ref.aws_name is None:
        message += f"; its awsName is taken to be the default, {aws_name_of(ref, holder)}"
    return Notice(code, message, ref.source)


def refuse(problems: Problems, source: Source, message: str, fix: str | None = None) -> None:
    """Report a problem at a place that is known as a Source.

    Args:
        problems: Where it goes.
        source: The place.
        message: What is wrong.
        fix: What to write instead.
    """
    problems.add(DocumentError(message, source.file, source.line or None, None, source.pointer, fix))


class Ids:
    """Gives out ids, each once."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}
        self._tables: dict[int, str] = {}

    def unique(self, *wanted: str) -> str:
        """Take the first of some ids that is free.

        Args:
            wanted: The ids, the best first.

        Returns:
            One of them, or the last with a number where none is free.

        >>> ids = Ids()
        >>> [ids.unique("a"), ids.unique("a", "b/a"), ids.unique("a", "b/a")]
        ['a', 'b/a', 'b/a#2']
        """
        for text in wanted:
            if text not in self._taken:
                self._taken[text] = 1
                return text
        last = wanted[-1]
        while True:
            self._taken[last] += 1
            numbered = f"{last}#{self._taken[last]}"
            if numbered not in self._taken:
                self._taken[numbered] = 1
                return numbered

    def table(self, meta: Meta) -> str:
        """Return the id of the table of an object: kind, namespace and name; the mesh too where two share these.

        Args:
            meta: The object; it must live as long as the ids do.

        Returns:
            The id, the same at every call.
        """
        key = id(meta)  # by identity: labels may be long, and hashing them for each reference would add up
        if key not in self._tables:
            kind = meta.kind.lower()
            plain = f"{kind}/{called(meta.name, meta.namespace)}"
            self._tables[key] = self.unique(plain, *(() if meta.mesh is None else (f"{kind}/{meta.mesh}/{meta.name}",)))
        return self._tables[key]
