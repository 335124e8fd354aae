"""Picking one backend: stable for a key, by intervals for a random value.

By key: weighted rendezvous hashing. With u = (BLAKE2b-64(key, 0, kind/namespace/name:port) + 0.5) / 2**64 the largest
weight / -ln u wins, so that changing one weight moves only the share that must move, and users stay where they are
across releases. Weight 0 never wins; an invalid backend takes part, since its share of the traffic is what fails.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from attrs import evolve

from meshroute.model.actions import Backend
from meshroute.model.request import Request


def pick_by_key(backends: Sequence[Backend], key: str | bytes) -> Backend | None:
    """Pick the backend of a key.

    Args:
        backends: The backends.
        key: What should stay where it is, such as a user's id; text counts as its UTF-8 bytes.

    Returns:
        The backend, or None where none has a weight.

    >>> pick_by_key((Backend("a", weight=95), Backend("b", weight=5)), "user-42").name
    'a'
    """
    data = key.encode("utf-8", "surrogatepass") if isinstance(key, str) else key
    first: dict[str, Backend] = {}
    weights: dict[str, int] = {}
    for backend in backends:  # one that is listed twice has the sum of its weights
        name = _name(backend)
        first.setdefault(name, backend)
        weights[name] = weights.get(name, 0) + backend.weight
    usable = [name for name, weight in weights.items() if weight]
    best = max(usable, key=lambda name: _score(data, name, weights[name]), default=None)
    return None if best is None else first[best]


def _name(backend: Backend) -> str:
    port = "" if backend.port is None else backend.port
    return f"{backend.kind}/{backend.namespace or ''}/{backend.name}:{port}"


def _score(key: bytes, name: str, weight: int) -> float:
    from hashlib import blake2b  # noqa: PLC0415 - it loads OpenSSL, which most do without

    digest = blake2b(key + b"\0" + name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    uniform = (int.from_bytes(digest, "big") + 0.5) / 2**64
    # the largest digest rounds to 1.0, whose logarithm is 0: it wins for certain
    return math.inf if uniform >= 1 else weight / -math.log(uniform)


def pick_by_value(backends: Sequence[Backend], value: int) -> Backend | None:
    """Pick the backend of a random value by Envoy's rule: intervals in the order of listing (envoy.md §3).

    Args:
        backends: The backends.
        value: The 64-bit random value of the request.

    Returns:
        The backend into whose interval ``value % total`` falls, or None where none has a weight.

    >>> pick_by_value((Backend("a", weight=95), Backend("b", weight=5)), 195).name
    'b'
    """
    total = sum(backend.weight for backend in backends)
    if not total:
        return None
    ends = accumulate(backend.weight for backend in backends)
    return backends[bisect_right(tuple(ends), value % total)]


def pick_at_random(backends: Sequence[Backend]) -> Backend | None:
    """Pick a backend at random, by weight.

    Args:
        backends: The backends.

    Returns:
        The backend, or None where none has a weight.

    >>> pick_at_random((Backend("a"), Backend("b", weight=0))).name
    'a'
    """
    return pick_by_value(backends, random.getrandbits(64))


def named(backend: Backend, request: Request) -> Backend:
    """Return a backend with the name that a request gives it.

    Args:
        backend: The backend.
        request: The request as the route saw it.

    Returns:
        The backend; not valid where the name is none that a backend can have.
    """
    if backend.named_by is None:
        return backend
    name = backend.named_by.name(request)
    fault = backend.named_by.fault(name)
    if fault is None:
        return evolve(backend, name=name)
    return evolve(backend, name=name, valid=False, reason=fault, status=backend.named_by.status)
