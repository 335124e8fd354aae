"""The mesh: everything that was loaded, ready to be asked."""

from __future__ import annotations

from attrs import field, frozen

from meshroute.errors import TableError
from meshroute.model.notices import Notice, Source
from meshroute.model.showing import short_repr
from meshroute.model.status import Status
from meshroute.model.table import RouteTable
from meshroute.text import ascii_lower


@frozen
class Listener:
    """One port of an entry.

    Args:
        table: The id of the table that answers there.
        port: The port; None is any.
        protocol: What is spoken there.
        name: Its name.
    """

    table: str
    port: int | None = None
    protocol: str = "http"
    name: str | None = None

    __repr__ = short_repr


@frozen
class Entry:
    """A place where requests arrive: a gateway, a node's egress, a service, a router.

    Args:
        kind: The kind, in lower case, such as ``virtualgateway``.
        name: The name that the documents' author wrote.
        listeners: Its ports.
        namespace: Its namespace.
        format: The format of its documents, such as ``appmesh``.
        aliases: Other names by which it may be asked for, alone or with another kind (``KIND/NAME``).
        source: Where it was written.
        is_secondary: It is only meant where it is named, as one listener of a gateway is.

    >>> Entry("virtualgateway", "ingress", (), namespace="shop", format="appmesh").id
    'appmesh:virtualgateway/shop/ingress'
    """

    kind: str
    name: str
    listeners: tuple[Listener, ...]
    namespace: str | None = None
    format: str | None = None
    aliases: tuple[str, ...] = ()
    source: Source | None = None
    is_secondary: bool = False

    __repr__ = short_repr

    @property
    def id(self) -> str:
        """The fully qualified name."""
        parts = (self.kind, self.name) if self.namespace is None else (self.kind, self.namespace, self.name)
        return ("" if self.format is None else f"{self.format}:") + "/".join(parts)

    def is_called(self, text: str) -> bool:
        """Tell whether a text names this entry: ``[FORMAT:]KIND/NAME`` or ``[FORMAT:]KIND/NAMESPACE/NAME``.

        Args:
            text: The text; the kind and the format in any case.

        Returns:
            True if it does.

        >>> Entry("virtualgateway", "ingress", (), namespace="shop").is_called("VirtualGateway/ingress")
        True
        """
        if text in self.aliases:
            return True
        prefix, slash, name = text.partition("/")
        stated, colon, kind = prefix.rpartition(":")
        if not slash or ascii_lower(kind) != self.kind:
            return False
        if colon and ascii_lower(stated).replace("-", "") != (self.format or ""):
            return False
        if self.namespace is not None and name == f"{self.namespace}/{self.name}":
            return True
        return name == self.name or name in self.aliases


@frozen
class Mesh:
    """Entries, tables and what their readers want the user to know.

    Args:
        entries: The places where requests arrive.
        tables: The tables, by id.
        notices: What the readers noticed.
        ignored: Kinds of documents that are no routing documents, with how many of each.
        status: What a controller would write into the status of Gateway API objects.

    Raises:
        TableError: Two tables have one id, or a listener names a table that is not there.
    """

    entries: tuple[Entry, ...]
    tables: tuple[RouteTable, ...]
    notices: tuple[Notice, ...] = ()
    ignored: tuple[tuple[str, int], ...] = ()
    status: Status = field(factory=Status)
    _called: dict[str | None, Entry] = field(init=False, eq=False, repr=False, factory=dict[str | None, Entry])
    """Entries by what they were called before: every request names one, or none."""

    __repr__ = short_repr

    def __attrs_post_init__(self) -> None:
        """Check that every name leads somewhere."""
        known: set[str] = set()
        for table in self.tables:
            if table.id in known:
                message = f"two tables have the id {table.id!r}"
                raise TableError(message)
            known.add(table.id)
        for entry in self.entries:
            for listener in entry.listeners:
                if listener.table not in known:
                    message = f"entry {entry.id} leads to the table {listener.table!r}, which is not there"
                    raise TableError(message)

    def entry(self, name: str | None = None) -> Entry:
        """Find an entry by name.

        Args:
            name: ``[FORMAT:]KIND/NAME`` or ``[FORMAT:]KIND/NAMESPACE/NAME``; None for the only one.

        Returns:
            The entry.

        Raises:
            TableError: None or several are meant; the message lists the candidates, fully qualified.
        """
        known = self._called.get(name)
        if known is not None:
            return known
        found = tuple(
            [entry for entry in self.entries if (not entry.is_secondary if name is None else entry.is_called(name))]
        )
        if len(found) == 1:
            if len(self._called) <= 2 * len(self.entries):  # one entry has many names, and requests are untrusted
                self._called[name] = found[0]
            return found[0]
        candidates = ", ".join(entry.id for entry in found or self.entries) or "none: no document has an entry"
        if not found:
            problem = "there is no entry" if name is None else f"there is no entry {name!r}"
        else:
            problem = "several entries are possible" if name is None else f"{name!r} may be several entries"
        message = f"{problem}; candidates: {candidates}"
        raise TableError(message)
