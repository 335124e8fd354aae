"""Patterns against google-re2 and ``regex``: ``python -m tests.nightly.patterns [--pairs N] [--seed N]``.

Generated patterns and values: whole matches by the engine that was chosen and by the automaton, replacement
(GlobalReplace), the size of the program, and whole matches by the ``regex`` module where the pattern is bounded. The
figures are printed; the program exits with 1 where anything differs.
"""

from __future__ import annotations

import argparse
import random
import re as standard
import sys
import time
from collections import Counter
from typing import Any

import regex

from meshroute.patterns import Pattern, pattern_bytes, program_size
from meshroute.patterns._automaton import Automaton
from meshroute.patterns._print import print_tree
from meshroute.patterns._program import build_program
from meshroute.patterns._safety import plan
from tests.differential.patterns.oracle import judge

ATOMS = [
    "a", "b", "ab", "abc", ".", "[a-c]", "[^a]", "\\d", "x", "/", "(?i:ab)", "(?i:a)", "\\b", "^", "$", "[aA]", "\\w",
    "(?s:.)", "é", "-", "()", "(?:)", "[[:alpha:]]", "(?i)k",
]  # fmt: skip
COUNTS = ["*", "+", "?", "{2}", "{0,3}", "{2,}", "{1,4}", "{0}", "{1}", "{0,1}", "{1,}", "{0,}"]
SUBSTITUTIONS = ["-", r"\0\0", r"<\1>", r"\\", r"a\2b", r"x\qy", "\\", r"[\1\2\3]", "", r"\9"]
VALUES = [
    "",
    "/axb",
    "abcabc",
    "xxaab",
    "é",
    "/a/b",
    "aaa",
    "ABab\nab",
    "x-/k",
    "aab-x",
    "\xff\x00a",
    "a" * 12,
    "abab/abab",
]
EACH = 12
"""How many values each pattern is put to."""


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def draw(rng: random.Random, depth: int) -> str:
    """Draw a pattern."""
    kind = rng.random()
    if depth <= 0 or kind < 0.3:
        return rng.choice(ATOMS)
    if kind < 0.55:
        return "".join(draw(rng, depth - 1) for _ in range(rng.randint(1, 4)))
    if kind < 0.75:
        inner = "|".join(draw(rng, depth - 1) for _ in range(rng.randint(1, 5)))
        return f"{rng.choice(('(?:', '('))}{inner})"
    if kind < 0.8:
        return "|".join(draw(rng, depth - 1) for _ in range(rng.randint(2, 4)))
    inner = f"({draw(rng, depth - 1)})" if rng.random() < 0.6 else rng.choice(["a", "b", ".", "[ab]", "\\d"])
    return inner + rng.choice(COUNTS) + rng.choice(("", "", "?"))


def replaced(judged: Any, value: str, substitution: str) -> str:  # noqa: ANN401 - google-re2 is untyped
    """Replace all matches by google-re2's own search, after re2/re2.cc."""
    search, groups, data = judged.search, judged.groups, value.encode("latin-1")
    named = [int(digit) for digit in standard.findall(r"\\(?:\\|(\d))", substitution) if digit]
    if max(named, default=0) > groups:
        return value
    parts: list[bytes] = []
    at, last = 0, -1
    while at <= len(data) and (found := search(data, at)):
        start, end = found.span()
        parts.append(data[at:start])
        if start == end == last:
            parts.append(data[at : at + 1])
            at += 1
            continue
        for piece in standard.finditer(r"\\(\d|\\)|(\\)|([^\\]+)", substitution):
            if piece[2]:
                break
            text = piece[3] or ("\\" if piece[1] == "\\" else None)
            parts.append(text.encode("latin-1") if text is not None else found.group(int(piece[1])) or b"")
        at = last = end
    return b"".join([*parts, data[at:]]).decode("latin-1")


def check(rng: random.Random, figures: Counter[str]) -> None:
    """Check one pattern on some values."""
    source = pattern_bytes(draw(rng, 4))
    judged: Any = judge(source)
    if judged is None:
        return
    pattern = Pattern(source)
    figures["patterns"] += 1
    differs("size", figures, source, program_size(source), judged.programsize)
    automaton = Automaton(build_program(pattern.tree))
    planned = plan(pattern.tree)
    other = None if planned is None else regex.compile(print_tree(planned, dialect="regex"), regex.ASCII)
    for value in [*rng.sample([pattern_bytes(one) for one in VALUES], EACH - 2), *(drawn(rng) for _ in range(2))]:
        figures["pairs"] += 1
        wanted = judged.fullmatch(value.encode("latin-1")) is not None
        differs("match", figures, source, value, bool(pattern.fullmatch(value)), wanted)
        differs("automaton", figures, source, value, automaton.fullmatch(value), wanted)
        if other is not None:
            figures["pairs with regex"] += 1
            differs("regex", figures, source, value, other.fullmatch(value) is not None, wanted)
        substitution = rng.choice(SUBSTITUTIONS)
        mine = pattern.replace(value, substitution)
        differs("replace", figures, source, value, substitution, mine, replaced(judged, value, substitution))


def drawn(rng: random.Random) -> str:
    """Draw a value."""
    return "".join(rng.choice("aabbcxAk/-1\n\xe9") for _ in range(rng.randrange(10)))


def differs(what: str, figures: Counter[str], *told: object) -> None:
    """Count a difference of the last two, and show it."""
    if told[-1] != told[-2]:
        figures[f"{what} differs"] += 1
        say(f"{what} differs: {told!r}")


def main() -> int:
    """Check, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000, help="how many pairs of pattern and value")
    parser.add_argument("--seed", type=int, default=1, help="where to begin")
    given = parser.parse_args()
    rng = random.Random(given.seed)  # noqa: S311 - repeatable, not secret
    figures: Counter[str] = Counter()
    start, shown = time.monotonic(), 0
    while figures["pairs"] < given.pairs:
        check(rng, figures)
        if figures["pairs"] - shown >= 100_000:
            shown = figures["pairs"]
            say(f"{time.monotonic() - start:6.0f} s  {dict(figures)}")
    say(f"{dict(figures)}")
    return 1 if any(key.endswith("differs") for key in figures) else 0


if __name__ == "__main__":
    raise SystemExit(main())
