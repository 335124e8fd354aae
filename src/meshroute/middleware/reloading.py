"""Reloading: a router made from documents that change while requests run."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Lock, Thread
from types import FrameType, TracebackType
from typing import Any, Final, Literal, Self

from attrs import frozen

from meshroute.errors import DocumentLoadError, MeshrouteError
from meshroute.matching.router import Router

_LOG: Final = logging.getLogger("meshroute.middleware")

_LOOK_AFTER: Final = 2_000
"""How long to rely on the operating system, in milliseconds."""

Watch = Literal["auto", "poll", "watchfiles"]
Print = tuple[tuple[str, int, int, int], ...]
"""What tells whether files have changed: name, time of change, size and identity of each."""


@frozen
class Loaded:
    """A router, and which one it is.

    Args:
        router: The router.
        generation: 1 for the first, and one more for each that took its place.
    """

    router: Router
    generation: int


class Reloader:
    """Keeps a router up to date with the files that it is made from.

    Everything is loaded and compiled beside the requests that run; then one reference is exchanged. A request is
    answered by one router from beginning to end. Where the new documents are bad, the last good router stays.

    Args:
        sources: Files and folders, as `load` takes them.
        entry: The entry of requests that name none.
        on_reload: Called with each `Loaded` but the first.
        on_error: Called with the error where documents were bad. Either way it is logged.
        interval: How often files are looked at, in seconds. A change counts when two looks saw the same.
        watch: ``poll`` looks at names, times and sizes; ``watchfiles`` is told by the operating system (the extra
            ``watch``); ``auto`` takes ``watchfiles`` where it is installed.
        options: Options of `load`, such as ``variables``.

    Raises:
        DocumentLoadError: The documents are bad already.
        TableError: The mesh has no such entry.
        ValueError: There is no such `watch`, or the interval is not positive.

    >>> import json, pathlib
    >>> mesh = {"name": "shop", "virtual_hosts": [{"name": "a", "domains": ["*"], "routes": []}]}
    >>> _ = pathlib.Path("routes.json").write_text(json.dumps(mesh))
    >>> reloader = Reloader("routes.json")
    >>> reloader.generation, reloader.reload(), reloader.generation
    (1, True, 2)
    """

    def __init__(
        self,
        *sources: str | os.PathLike[str],
        entry: str | None = None,
        on_reload: Callable[[Loaded], object] | None = None,
        on_error: Callable[[Exception], object] | None = None,
        interval: float = 1.0,
        watch: Watch = "auto",
        **options: Any,  # noqa: ANN401 - those of `load`
    ) -> None:
        if watch not in {"auto", "poll", "watchfiles"}:
            message = f"watch must be 'auto', 'poll' or 'watchfiles', not {watch!r}"
            raise ValueError(message)
        if not interval > 0:
            message = f"the interval must be more than 0 seconds, not {interval!r}"
            raise ValueError(message)
        self._sources = sources
        self._entry = entry
        self._on_reload = on_reload
        self._on_error = on_error
        self._interval = interval
        self._by_system = watch == "watchfiles" or (watch == "auto" and find_spec("watchfiles") is not None)
        self._options = options
        self._one_at_a_time = Lock()
        self._stop = Event()
        self._thread: Thread | None = None
        self._error: Exception | None = None
        self._seen = fingerprint(sources)
        self._loaded = Loaded(self._made(), 1)

    @property
    def router(self) -> Router:
        """The router of the moment."""
        return self._loaded.router

    @property
    def generation(self) -> int:
        """Which router it is: 1 for the first."""
        return self._loaded.generation

    @property
    def loaded(self) -> Loaded:
        """Router and generation, which belong together."""
        return self._loaded

    @property
    def error(self) -> Exception | None:
        """Why the last reload changed nothing, or None where it did."""
        return self._error

    def reload(self) -> bool:
        """Load now, and exchange the router if that is possible.

        Returns:
            True if it was; else `error` says why not, and the router stays as it was.
        """
        with self._one_at_a_time:
            self._seen = fingerprint(self._sources)
            try:
                router = self._made()
            except Exception as error:  # noqa: BLE001 - whatever it is, what runs must go on
                self._error = error
                _LOG.error("the routes stay as they are: %s", error_text(error))
                self._tell(self._on_error, error)
                return False
            self._error = None
            self._loaded = Loaded(router, self._loaded.generation + 1)
            _LOG.info("routes reloaded, generation %d", self._loaded.generation)
            self._tell(self._on_reload, self._loaded)
            return True

    def start(self) -> Self:
        """Watch the files in a thread of its own; after a fork, in the process that serves.

        Returns:
            The reloader; as a context manager it stops at the end.
        """
        if self._thread is None or not self._thread.is_alive():
            self._stop.clear()
            target = self._watch_by_system if self._by_system else self._poll
            self._thread = Thread(target=target, name="meshroute-reloader", daemon=True)
            self._thread.start()
        return self

    def stop(self) -> None:
        """Stop watching."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def reload_on_signal(self, number: int = getattr(signal, "SIGHUP", 1)) -> None:
        """Reload where the process gets a signal; call it in the main thread.

        Args:
            number: The signal, SIGHUP by default.
        """
        signal.signal(number, self._signalled)

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        # not here: the code that was interrupted may hold the lock, or be a request
        Thread(target=self.reload, name="meshroute-reload", daemon=True).start()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _made(self) -> Router:
        from meshroute.readers import load  # noqa: PLC0415 - other middleware does without any reader

        return Router(load(*self._sources, **self._options), entry=self._entry)

    def _tell(self, callback: Callable[[Any], object] | None, what: object) -> None:
        if callback is not None:
            try:
                callback(what)
            except Exception:  # noqa: BLE001 - the callback's fault is not the routes'
                _LOG.exception("a callback of the reloader failed")

    def _poll(self) -> None:
        before = self._seen
        while not self._stop.wait(self._interval):
            now = fingerprint(self._sources)
            if now == before != self._seen:  # nobody is writing any more
                self.reload()
            before = now

    def _watch_by_system(self) -> None:
        from watchfiles import watch  # noqa: PLC0415 - an extra

        paths = [path for path in map(Path, self._sources) if path.exists()]
        # editors replace files: the folder sees that, the file does not
        folders = {path if path.is_dir() else path.parent for path in paths}
        changes = watch(
            *folders,
            stop_event=self._stop,
            step=max(1, round(min(self._interval, 1) * 50)),
            rust_timeout=_LOOK_AFTER,
            yield_on_timeout=True,  # and look after it: what changes before it listens is told to nobody
            raise_interrupt=False,
        )
        for _ in changes:
            if fingerprint(self._sources) != self._seen:
                self.reload()


def fingerprint(sources: tuple[str | os.PathLike[str], ...]) -> Print:
    """Look at files without reading them.

    Args:
        sources: Files and folders.

    Returns:
        What differs when one of them has changed, come or gone.
    """
    # other middleware does without any reader
    from meshroute.readers._document import Problems  # noqa: PLC0415 - see above
    from meshroute.readers._document.sources import files_of  # noqa: PLC0415 - see above

    unreadable = Problems()  # is told by `load`
    files = {file for source in sources for file in files_of(os.fspath(source), unreadable)}
    return tuple([_state(file) for file in sorted(files)])


def _state(file: str) -> tuple[str, int, int, int]:
    try:
        status = Path(file).stat()
    except OSError:  # gone since the folder was listed
        return file, 0, 0, 0
    return file, status.st_mtime_ns, status.st_size, status.st_ino


def error_text(error: Exception) -> str:
    """Say in one text what is wrong, all problems of documents among it.

    Args:
        error: The error.

    Returns:
        The text.
    """
    if isinstance(error, DocumentLoadError):
        return "; ".join(map(str, (error, *error.exceptions)))
    return str(error) if isinstance(error, MeshrouteError) else repr(error)
