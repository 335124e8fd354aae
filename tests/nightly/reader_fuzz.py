"""Mutated manifests for the reader: ``python -m tests.nightly.reader_fuzz [--count N] [--seed N] [--only N]``.

Each case mutates a few real or small manifests (bytes, tokens, nodes, fields), loads them, and asks the mesh some
requests. Nothing but `MeshrouteError` may come out of loading, nothing at all out of asking, and no load may take more
than a second. Prints figures, and exits with 1 where a case fails. A case is found again by its number:
``--seed S --only N`` prints what it loads.
"""

from __future__ import annotations

import argparse
import io
import pickle
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Final, cast

from attrs import define, field, frozen

from meshroute import Mesh, MeshrouteError, Router
from meshroute.errors import DocumentLoadError
from meshroute.readers import load
from meshroute.readers._document import Loadable
from meshroute.testing._aim import aimed_request, odd_request, targets_of
from tests.nightly.manifests import EMBEDDED, Seed, real_seeds
from tests.nightly.mutations import (
    Tree,
    keys_of,
    monster,
    mutate_bytes,
    mutate_tokens,
    mutate_trees,
    trees_of,
    written,
)

MOST_SECONDS: Final = 1.0
"""Seconds of this process, as a busy machine is no fault of the reader's."""

REQUESTS: Final = 5
MOST_SHOWN: Final = 5
MOST_CHARACTERS: Final = 2000

_VALUES: Final = ("shop", "", "a: b", '"', "\n---\n", "/x", "7", "[", "é", "${X}", "\ue000")
_NAMES: Final = (
    "APP_NAMESPACE",
    "NODE",
    "NODE_ARN",
    "ROUTE",
    "VALUE",
    ".Service",
    "Environment",
    "ProjectName",
    "Node",
    "X",
    "AWS::StackName",
)
_SETTABLE: Final = ("virtualRouterName", "routeName", "meshName", "kind", "virtualGatewayName", "nonsense")


@frozen
class Case:
    """What one call of ``load`` gets.

    Args:
        files: Names and contents of streams.
        objects: Already parsed objects.
        variables: Values for placeholders.
        settings: What files do not say themselves.
        strict: Whether notices are errors.
        override: Whether later definitions win.
    """

    files: tuple[tuple[str, bytes | str], ...]
    objects: tuple[Loadable, ...]
    variables: dict[str, str]
    settings: dict[str, dict[str, str]]
    strict: bool
    override: bool

    def sources(self) -> list[Loadable]:
        """Open the streams."""
        return [*self.objects, *(_stream(name, content) for name, content in self.files)]


class _Text(io.StringIO):
    """A stream of text with a name."""

    name: str = ""


class _Bytes(io.BytesIO):
    """A stream of bytes with a name."""

    name: str = ""


def _stream(name: str, content: bytes | str) -> _Text | _Bytes:
    stream = _Bytes(content) if isinstance(content, bytes) else _Text(content)
    stream.name = name
    return stream


@frozen
class Corpus:
    """What cases are made of.

    Args:
        seeds: The manifests.
        trees: The documents of each, as far as they parse.
        keys: All names of fields.
        names: All names of placeholders, and some more.
    """

    seeds: tuple[Seed, ...]
    trees: tuple[bytes, ...]
    keys: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, seeds: Sequence[Seed]) -> Corpus:
        """Parse the manifests, once."""
        trees = [trees_of(seed.text) for seed in seeds]
        keys = keys_of([tree for several in trees for tree in several])
        names = {name for seed in seeds for name in re.findall(r"[$<{]+ *([A-Z][A-Z0-9_]+)", seed.text)}
        packed = tuple(pickle.dumps(several) for several in trees)
        return cls(tuple(seeds), packed, tuple(keys), tuple(sorted(names.union(_NAMES))))

    def copy(self, index: int) -> list[Tree]:
        """Return the documents of one manifest, to be changed."""
        trees: list[Tree] = pickle.loads(self.trees[index])  # noqa: S301 - pickled here, above
        return trees


def draw_case(seed: int, number: int, corpus: Corpus) -> Case:
    """Make a case by its number.

    Args:
        seed: The seed of the run.
        number: The number of the case in it.
        corpus: What it is made of.

    Returns:
        The case.
    """
    rng = Random(f"{seed}/{number}")  # noqa: S311 - repeatable, not secret
    chosen = [rng.randrange(len(corpus.seeds)) for _ in range(rng.choice((1, 1, 2, 4)))]
    files: list[tuple[str, bytes | str]] = []
    objects: list[Loadable] = []
    if rng.randrange(5) < 2:
        for part, index in enumerate(chosen):
            name, text = corpus.seeds[index].name, corpus.seeds[index].text
            content = text if part and rng.randrange(2) else _mutated_text(rng, text)
            files.append((f"{part}/{name}" if rng.randrange(8) else "<stream>", content))
    else:
        trees = [tree for index in chosen for tree in corpus.copy(index)]
        rng.shuffle(trees)
        mutate_trees(rng, trees, corpus.keys)
        if rng.randrange(4) == 0:
            objects += [cast("Loadable", tree) for tree in trees if isinstance(tree, dict | list)]
        else:
            for part, group in enumerate([[tree] for tree in trees] if rng.randrange(2) else [trees]):
                suffix, text = written(rng, group)
                files.append((f"{part}{suffix}", text))
    names = [name for name, _ in files]
    return Case(
        tuple(files),
        tuple(objects),
        _variables(rng, corpus.names),
        {name: _settings(rng) for name in names if rng.randrange(20) == 0},
        strict=rng.randrange(10) == 0,
        override=rng.randrange(3) > 0,
    )


def _variables(rng: Random, names: Sequence[str]) -> dict[str, str]:
    """Give nearly all placeholders a value, mostly a harmless one."""
    values = dict.fromkeys(names, "shop") if rng.randrange(10) else {}
    for name in rng.sample(names, rng.choice((0, 0, 0, 1, 3))):
        values[name] = rng.choice(_VALUES)
        if rng.randrange(8) == 0:
            del values[name]
    return values


def _settings(rng: Random) -> dict[str, str]:
    return {key: rng.choice(("color", "ingress", "x", "")) for key in rng.sample(_SETTABLE, rng.choice((1, 1, 3)))}


def _mutated_text(rng: Random, text: str) -> bytes | str:
    if rng.randrange(50) == 0:
        return monster(rng)
    if rng.randrange(3):
        return mutate_tokens(rng, text)
    return mutate_bytes(rng, text.encode(rng.choice(("utf-8", "utf-8", "utf-8", "utf-8", "utf-16"))))


@define
class Run:
    """Figures of a run.

    Args:
        figures: Counts.
        failures: What went wrong, in words, with the number of the case.
        slowest: The seconds of the slowest load, and its case.
        slowest_asking: The seconds of the slowest requests of one case, and its case.
    """

    figures: Counter[str] = field(factory=Counter[str])
    failures: list[tuple[int, str]] = field(factory=list[tuple[int, str]])
    slowest: tuple[float, int] = (0.0, 0)
    slowest_asking: tuple[float, int] = (0.0, 0)

    def take(self, number: int, case: Case, rng: Random) -> None:
        """Load a case and ask it some requests; what escapes is a failure."""
        self.figures["cases"] += 1
        start = time.process_time()
        try:
            mesh = self._loaded(case)
        except Exception:  # noqa: BLE001 - whatever escapes is the failure that is looked for
            self.failures.append((number, traceback.format_exc()))
            mesh = None
        seconds = time.process_time() - start
        self.slowest = max(self.slowest, (seconds, number))
        if seconds > MOST_SECONDS:
            self.failures.append((number, f"loading took {seconds:.2f} seconds"))
        if mesh is None:
            return
        start = time.process_time()
        try:
            self._ask(mesh, rng)
        except Exception:  # noqa: BLE001 - whatever escapes is the failure that is looked for
            self.failures.append((number, traceback.format_exc()))
        self.slowest_asking = max(self.slowest_asking, (time.process_time() - start, number))

    def _loaded(self, case: Case) -> Mesh | None:
        try:
            mesh = load(
                *case.sources(),
                variables=case.variables,
                settings=case.settings,
                strict=case.strict,
                override=case.override,
            )
        except MeshrouteError as error:
            self.figures["refused"] += 1
            problems = error.exceptions if isinstance(error, DocumentLoadError) else (error,)
            assert problems
            assert all(str(problem).strip() for problem in problems)
            return None
        self.figures["loaded"] += 1
        return mesh

    def _ask(self, mesh: Mesh, rng: Random) -> None:
        hash(mesh)
        router, targets = Router(mesh), targets_of(mesh)
        entries = [entry.id for entry in mesh.entries]
        for _ in range(REQUESTS):
            request = odd_request(rng) if rng.randrange(8) == 0 else aimed_request(rng, targets)
            request = request.replace(entry=rng.choice(entries) if entries and rng.randrange(8) else None)
            answer = router.resolve(request)
            assert str(router.explain(request))
            self.figures["requests"] += 1
            self.figures["requests routed"] += answer.route is not None


def fuzz(count: int, seed: int, corpus: Corpus, first: int = 0) -> Run:
    """Run some cases.

    Args:
        count: How many.
        seed: The seed.
        corpus: What they are made of.
        first: The number of the first.

    Returns:
        The figures and failures.
    """
    run = Run()
    for number in range(first, first + count):
        run.take(number, draw_case(seed, number, corpus), Random(number))  # noqa: S311 - repeatable, not secret
        if len(run.failures) >= MOST_SHOWN:
            break
    return run


def say(line: str) -> None:
    """Print a line, whatever is in it."""
    sys.stdout.write(f"{line.encode('utf-8', 'backslashreplace').decode()}\n")


def main() -> int:
    """Run, print figures, and say whether all cases passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="run one case, and print what it loads")
    options = parser.parse_args()
    real = real_seeds()
    corpus = Corpus.of((*EMBEDDED * 4, *real))
    start = time.monotonic()
    if options.only is not None:
        say(repr(draw_case(options.seed, options.only, corpus)))
        run = fuzz(1, options.seed, corpus, options.only)
    else:
        run = fuzz(options.count, options.seed, corpus)
    for number, failure in run.failures:
        say(f"case {number} of seed {options.seed}:")
        say(failure[-MOST_CHARACTERS:])
    say(f"{'manifests':<28} {len(EMBEDDED) + len(real):>10} ({len(real)} real)")
    for name, count in run.figures.items():
        say(f"{name:<28} {count:>10}")
    say(f"{'slowest load, in seconds':<28} {run.slowest[0]:>10.3f} (case {run.slowest[1]})")
    say(f"{'slowest asking, in seconds':<28} {run.slowest_asking[0]:>10.3f} (case {run.slowest_asking[1]})")
    say(f"{'seconds':<28} {time.monotonic() - start:>10.0f}")
    say(f"{'failures':<28} {len(run.failures):>10}")
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())
