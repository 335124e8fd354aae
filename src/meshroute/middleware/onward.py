"""Onward: the path of a request as its application gets it, of which a part may be where the application is mounted."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from attrs import frozen

from meshroute.model.request import Request


@frozen
class Target:
    """The target of a request that is handed on, in wire text.

    Args:
        outside: The part of the root that is not in the path: a proxy has taken it away.
        prefix: The start of the path that is the rest of the root.
        path: What the application routes by.
        query: The query, without ``?``.
    """

    outside: str
    prefix: str
    path: str
    query: str

    @property
    def root(self) -> str:
        """Where the application is mounted, decoded; it is no part of what it routes by, but of the URLs it builds."""
        return self.outside + decoded(self.prefix)

    @property
    def whole_path(self) -> str:
        """The path with the part of the root that belongs to it."""
        return self.prefix + self.path


def target_of(leaving: Request, received: Request, root: str, *, mount: bool) -> Target:
    """Take the target of a request apart that is handed on.

    Args:
        leaving: The request as it leaves.
        received: The request as it came.
        root: Where the server says that the application is mounted: decoded, one character per byte.
        mount: Whether what a rewrite took away from the start of the path is where the application is mounted.

    Returns:
        The target; where a rewrite leaves the root, there is none any more. A fragment, which no client should have
        sent, is no part of it (RFC 9110 §4.2.5).

    >>> def taken(path, old, root="", mount=False):
    ...     target = target_of(Request.from_parts("GET", path), Request.from_parts("GET", old), root, mount=mount)
    ...     return target.root, target.path
    >>> taken("/42?x=1", "/cart/42", mount=True), taken("/42", "/cart/42"), taken("/old/43", "/old/42", "/old")
    (('/cart', '/42'), ('', '/42'), ('/old', '/43'))
    """
    path, query = leaving.path, leaving.query or ""
    outside = root if root and not _end_of_root(received.path, root) else ""
    if mount and path != received.path:
        if path == "/" and not received.path.endswith("/"):
            return Target(outside, received.path, path, query)
        cut = received.path.removesuffix(path)
        if cut != received.path and path.startswith("/"):
            return Target(outside, cut, path, query)
    at = 0 if outside else _end_of_root(path, root)
    return Target(outside, path[:at], path[at:], query)


def _end_of_root(path: str, root: str) -> int:
    """Find where the root ends in a path that is still encoded; 0 where it does not start with it."""
    root = root.rstrip("/")
    if not root or not decoded(path).startswith(root):
        return 0
    ends = range(len(root), min(len(path), 3 * len(root)) + 1)
    return next((at for at in ends if path[at : at + 1] in {"/", ""} and decoded(path[:at]) == root), 0)


def decoded(path: str) -> str:
    """Percent-decode wire text to wire text.

    Args:
        path: The path.

    Returns:
        One character per byte, as WSGI has it (PEP 3333, "Unicode Issues").

    >>> decoded("/a%2Fb%C3%A9")
    '/a/bÃ©'
    """
    return unquote_to_bytes(path.encode("latin-1")).decode("latin-1") if "%" in path else path
