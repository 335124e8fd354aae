"""The index on hosts: candidates of ordered tables by host, and the best virtual host of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, Self

from attrs import frozen

from meshroute.matching.candidate import Candidate
from meshroute.matching.paths import Finder, PathIndex
from meshroute.matching.prefixes import Prefixes
from meshroute.model.criteria import AnyOf, Criterion
from meshroute.model.hosts import HostAny, HostCriterion, HostExact, HostPrefix, HostSuffix
from meshroute.model.request import Request
from meshroute.model.table import VirtualHost

MAX_DOMAINS: Final = 64
"""A criterion with more hosts than this is not indexed: its candidate would be held once for each."""


@frozen
class HostView:
    """One way to look at a host, in which domains of one kind are whole texts or prefixes.

    Args:
        kind: ``exact``, ``suffix`` or ``prefix``.
        ignore_port: Whether the port is cut off first.
        proper: Whether at least one character must be left over.
    """

    kind: Literal["exact", "suffix", "prefix"]
    ignore_port: bool
    proper: bool

    def of(self, request: Request) -> str | None:
        """Look at the host of a request.

        Args:
            request: The request.

        Returns:
            The text to search for, or None where no domain of this kind can accept it.
        """
        host = request.host(ignore_port=self.ignore_port)
        if host is None or (self.proper and not host):
            return None
        text = host[::-1] if self.kind == "suffix" else host
        return text[:-1] if self.proper else text


def host_keys(criterion: Criterion) -> tuple[tuple[HostView, str], ...]:
    """Say under which keys a criterion on the host stands.

    Args:
        criterion: A criterion.

    Returns:
        The views and keys; none where it is no criterion on hosts alone.

    >>> host_keys(HostSuffix(".example"))
    ((HostView(kind='suffix', ignore_port=True, proper=True), 'elpmaxe.'),)
    """
    match criterion:
        case HostExact(value=value, ignore_port=ignore_port):
            return ((HostView("exact", ignore_port, proper=False), value),)
        case HostSuffix(value=value, ignore_port=ignore_port, proper=proper):
            return ((HostView("suffix", ignore_port, proper), value[::-1]),)
        case HostPrefix(value=value, ignore_port=ignore_port):
            return ((HostView("prefix", ignore_port, proper=True), value),)
        case AnyOf(criteria=criteria) if len(criteria) <= MAX_DOMAINS:
            if all(isinstance(other, HostCriterion) for other in criteria):
                return tuple(dict.fromkeys(key for other in criteria for key in host_keys(other)))
            return ()
        case _:
            return ()


def locate(candidate: Candidate) -> tuple[tuple[tuple[HostView, str], ...], Candidate]:
    """Say where a candidate stands in the index of hosts.

    Args:
        candidate: The candidate.

    Returns:
        The views and keys (none for a candidate of every host), and the candidate without what these test.
    """
    for criterion in candidate.rest:
        keys = host_keys(criterion)
        if keys:
            return keys, candidate.without(criterion)
    return (), candidate


class HostIndex:
    """Candidates by host.

    Args:
        exact: The index of paths of each host, by view.
        prefixes: The index of paths of each prefix or suffix of hosts, by view.
        anywhere: The index of paths of the candidates of every host.
    """

    __slots__ = ("_anywhere", "_exact", "_prefixes")

    def __init__(
        self,
        exact: Mapping[HostView, Mapping[str, PathIndex]],
        prefixes: Mapping[HostView, Prefixes[PathIndex]],
        anywhere: PathIndex | None,
    ) -> None:
        self._exact = {view: found for view, found in exact.items() if found}
        self._prefixes = {view: found for view, found in prefixes.items() if len(found)}
        self._anywhere = anywhere

    @classmethod
    def build(cls, candidates: Iterable[Candidate]) -> Self:
        """Build the index of some candidates.

        Args:
            candidates: The candidates.

        Returns:
            The index.
        """
        groups: dict[HostView, dict[str, list[Candidate]]] = {}
        anywhere: list[Candidate] = []
        for candidate in candidates:
            keys, inside = locate(candidate)
            for view, key in keys:
                groups.setdefault(view, {}).setdefault(key, []).append(inside)
            if not keys:
                anywhere.append(inside)
        indexes = {
            view: {key: PathIndex.build(found) for key, found in by_key.items()} for view, by_key in groups.items()
        }
        return cls(
            {view: found for view, found in indexes.items() if view.kind == "exact"},
            {view: Prefixes(found) for view, found in indexes.items() if view.kind != "exact"},
            PathIndex.build(anywhere) if anywhere else None,
        )

    @property
    def only_paths(self) -> PathIndex | None:
        """The index of paths, where the host of a request does not matter."""
        return None if self._exact or self._prefixes else self._anywhere

    @property
    def finder(self) -> Finder:
        """What finds a candidate: `find`, or that of the only structure."""
        only = self.only_paths
        return self.find if only is None else only.finder

    def edited(self, remove: Candidate, add: Candidate) -> Self:
        """Return the index with one candidate exchanged; all that does not change is shared.

        Args:
            remove: The candidate to remove.
            add: The candidate to add.

        Returns:
            The new index.
        """
        exact, prefixes, anywhere = dict(self._exact), dict(self._prefixes), self._anywhere
        (old_keys, removed), (new_keys, added) = locate(remove), locate(add)
        steps: list[tuple[tuple[tuple[HostView, str], ...], Candidate | None, Candidate | None]]
        steps = [(new_keys, removed, added)]
        if old_keys != new_keys:
            steps = [(old_keys, removed, None), (new_keys, None, added)]
        for keys, old, new in steps:
            for view, key in keys:
                if view.kind == "exact":
                    by_key = dict(exact.get(view, {}))
                    index = _edited(by_key.pop(key, None), old, new)
                    exact[view] = by_key if index is None else {**by_key, key: index}
                else:
                    found = prefixes.get(view) or Prefixes[PathIndex]({})
                    prefixes[view] = found.edited(key, _edited(found.get(key), old, new))
            if not keys:
                anywhere = _edited(anywhere, old, new)
        return type(self)(exact, prefixes, anywhere)

    def find(self, request: Request, bound: int, /) -> Candidate | None:
        """Return the candidate of lowest rank below the bound that accepts the request."""
        best: Candidate | None = None
        for view, exact in self._exact.items():
            text = view.of(request)
            index = None if text is None else exact.get(text)
            if index is not None and index.first < bound:
                found = index.find(request, bound)
                if found is not None:
                    best, bound = found, found.rank
        for view, prefixes in self._prefixes.items():
            if prefixes.first < bound:
                text = view.of(request)
                found = None if text is None else prefixes.find(request, bound, text)
                if found is not None:
                    best, bound = found, found.rank
        if self._anywhere is not None and self._anywhere.first < bound:
            return self._anywhere.find(request, bound) or best
        return best

    def reachable(self, request: Request) -> Iterator[Candidate]:
        """Yield the candidates whose criteria on host and path may accept a request.

        Args:
            request: The request.
        """
        for view, exact in self._exact.items():
            text = view.of(request)
            if text is not None and text in exact:
                yield from exact[text].reachable(request.path)
        for view, prefixes in self._prefixes.items():
            text = view.of(request)
            if text is not None:
                for index in prefixes.nodes(text):
                    yield from index.reachable(request.path)
        if self._anywhere is not None:
            yield from self._anywhere.reachable(request.path)


def _edited(index: PathIndex | None, remove: Candidate | None, add: Candidate | None) -> PathIndex | None:
    """Return an index of paths with one candidate less or more, or None where nothing is left."""
    edited = PathIndex.build([] if add is None else [add]) if index is None else index.edited(remove, add)
    return None if edited.is_empty else edited


@frozen(eq=False)
class HostEntry:
    """One domain of a table: its rank among domains, and the virtual host behind it.

    Args:
        rank: The kind of the domain and its length, and how early its virtual host is listed; the largest wins.
        host: The place of the virtual host.
    """

    rank: tuple[int, int, int]
    host: int
    first: int = 0


_KINDS: Final = {"exact": 3, "suffix": 2, "prefix": 1}


class BestHost:
    """The virtual host with the best domain (envoy.md §1): exact, longest suffix, longest prefix, none.

    Args:
        hosts: The virtual hosts.

    Attributes:
        plain: The places of the virtual hosts by exact domain, for hosts as most are sent: in lower case and without a
            port. Where a host is in it, `choose` would find no better.
    """

    __slots__ = ("_exact", "_fallback", "_prefixes", "plain")

    def __init__(self, hosts: tuple[VirtualHost, ...]) -> None:
        views: dict[HostView, dict[str, HostEntry]] = {}
        self._fallback = next((place for place, host in enumerate(hosts) if _takes_any(host)), None)
        for place, host in enumerate(hosts):
            for domain in host.domains:
                for view, key in host_keys(domain):
                    entry = HostEntry((_KINDS[view.kind], len(key), -place), place)
                    views.setdefault(view, {}).setdefault(key, entry)
        self._exact = tuple((view, found) for view, found in views.items() if view.kind == "exact")
        self._prefixes = tuple((view, Prefixes(found)) for view, found in views.items() if view.kind != "exact")
        exact = self._exact[0][1] if len(self._exact) == 1 else {}
        self.plain: dict[str | None, int] = {host: entry.host for host, entry in exact.items() if ":" not in host}

    def choose(self, request: Request) -> int | None:
        """Choose the virtual host of a request.

        Args:
            request: The request.

        Returns:
            Its place, or None where none answers for the host.
        """
        found: list[HostEntry] = []
        for view, exact in self._exact:
            text = view.of(request)
            if text is not None and text in exact:
                found.append(exact[text])
        for view, prefixes in self._prefixes:
            text = view.of(request)
            longest = None if text is None else prefixes.longest(text)
            if longest is not None:
                found.append(longest)
        return max(found, key=lambda entry: entry.rank).host if found else self._fallback


def _takes_any(host: VirtualHost) -> bool:
    return not host.domains or any(isinstance(domain, HostAny) for domain in host.domains)
