"""Which engine should run a bounded pattern, and what does the automaton cost?

Prints, per pattern, nanoseconds for one full match of the standard ``re``, of ``regex`` and of the automaton. On
CPython 3.11 ``re`` takes 0.4 to 0.6 of the time of ``regex`` on every row that matches. ``regex`` is ahead on one row,
a search that fails (279 against 151 ns). So ``Pattern`` uses ``re``.

Run it with ``python -m benchmarks.bench_patterns``; what the worst patterns cost is part of ``python -m benchmarks``.
"""

from __future__ import annotations

import random
import re
import time
import timeit
from collections.abc import Callable

import regex

from benchmarks.timing import say
from meshroute.patterns import parse
from meshroute.patterns._automaton import Automaton
from meshroute.patterns._captures import Search
from meshroute.patterns._print import print_tree
from meshroute.patterns._program import build_program
from meshroute.patterns._safety import plan

ROWS = [
    ("/api/v[0-9]+/.*", "/api/v12/users/42/orders"),
    ("/api/v[0-9]+/.*", "/other"),
    ("[a-z]+/[0-9]+", "abcdef/12345"),
    ("/a/[^/]+/b/[^/]+", "/a/hello/b/world"),
    (".*green.*", "the colour is green today and so on"),
    (".*green.*", "the colour is blue today and so on"),
    (".*/[0-9]+", "/shop/cart/42"),
    ("/cart|/orders|/users/[0-9]+", "/users/17"),
    ("(?i)/Search", "/search"),
    ("(a|aa)+c", "aaaaaaaaaaaaac"),
    ("([^/]+/)*[^/]+", "shop/cart/items/42"),
]
REPEATS = 5

# Patterns of a program size up to 100 that keep an automaton busy: its states are so many that none comes twice, or
# each byte leads through many of them
WORST = ["[ab]*a[ab]{93}c", "[ab]*a(?:[ab]?){45}c", "[ab]*a(?:[ab]?[ab]){30}c", "(?:a?){30}a{30}.*"]
LENGTH = 64 * 1024


def nanoseconds(match: Callable[[str], object], value: str) -> float:
    """The least time of one call."""
    timer = timeit.Timer(lambda: match(value))
    loops, _ = timer.autorange()
    empty = min(timeit.repeat(lambda: None, number=loops, repeat=REPEATS))
    return (min(timer.repeat(REPEATS, loops)) - empty) / loops * 1e9


def main() -> None:
    """Print the table."""
    print(f"{'pattern':32} {'value':36} {'re':>7} {'regex':>7} {'automaton':>10}")
    for pattern, value in ROWS:
        tree = parse(pattern)
        planned = plan(tree)
        times = ["-", "-"]
        if planned is not None:
            compiled_re = re.compile(print_tree(planned), re.ASCII).fullmatch
            compiled_regex = regex.compile(print_tree(planned, dialect="regex"), regex.ASCII).fullmatch
            times = [f"{nanoseconds(match, value):.0f}" for match in (compiled_re, compiled_regex)]
        own = nanoseconds(Automaton(build_program(tree)).fullmatch, value)
        print(f"{pattern:32} {value:36} {times[0]:>7} {times[1]:>7} {own:>10.0f}")


def measure_patterns() -> dict[str, dict[str, float]]:
    """Measure what the worst patterns cost for each byte of 64 KiB, in a match and in the search of a rewrite."""
    say("the worst patterns")
    rng = random.Random(1)  # noqa: S311 - repeatable, not secret
    text = "".join(rng.choice("ab") for _ in range(LENGTH))
    found: dict[str, dict[str, float]] = {}
    for pattern in ["(?s:.)*", *WORST]:
        program = build_program(parse(pattern))
        start = time.perf_counter()
        automaton = Automaton(program)
        automaton.fullmatch(text)
        whole = (time.perf_counter() - start) / LENGTH * 1e9
        short = text[: LENGTH // 16]
        start = time.perf_counter()
        Search(program, short).first(0)
        search = (time.perf_counter() - start) / len(short) * 1e9
        found[pattern] = {"match": round(whole), "search": round(search), "steps": round(automaton.steps / LENGTH, 1)}
    return found


if __name__ == "__main__":
    main()
