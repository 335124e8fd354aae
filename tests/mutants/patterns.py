"""Deliberate bugs in the parser, printer and engines of regular expressions."""

from __future__ import annotations

from typing import Final

from tests.mutants.record import Mutant

_AUTOMATON: Final = "tests/unit/patterns/test_automaton.py::"
_KILLERS_PATTERNS: Final = "tests/unit/patterns/test_killers_patterns.py::"
_PARSE: Final = "tests/unit/patterns/test_parse.py::"
_PATTERN: Final = "tests/unit/patterns/test_pattern.py::"
_PRINT: Final = "tests/unit/patterns/test_print.py::"
_TREE: Final = "tests/unit/patterns/test_tree.py::"

MUTANTS: Final = (
    Mutant(
        "vertical-tab-is-space",
        "patterns/_classes.py",
        "_PERL_SPACE: Final = _mask((9, 10), (12, 13), (32, 32))",
        "_PERL_SPACE: Final = _mask((9, 13), (32, 32))",
        f"{_PARSE}test_sets_of_bytes",
        "\\s would match \\v, as in Python and not in RE2",
    ),
    Mutant(
        "dollar-before-newline",
        "patterns/_print.py",
        'AssertKind.TEXT_END: r"\\Z"',
        'AssertKind.TEXT_END: "$"',
        f"{_PRINT}test_printed_text",
        "$ would match before a final newline",
    ),
    Mutant(
        "empty-text-has-no-inside",
        "patterns/_print.py",
        'r"(?!\\b)"',
        'r"\\B"',
        f"{_PRINT}test_printed_text",
        "\\B would not match in the empty text, as in Python",
    ),
    Mutant(
        "always-greedy",
        "patterns/_print.py",
        'return text if node.greedy else f"{text}?"',
        "return text",
        f"{_PRINT}test_printed_text",
        "a lazy loop would capture as much as a greedy one",
    ),
    Mutant(
        "dot-takes-newlines",
        "patterns/_parse.py",
        "everything if self.flags & DOT_ALL else everything & ~NEWLINE",
        "everything",
        f"{_PARSE}test_sets_of_bytes",
        ". would match a newline without (?s)",
    ),
    Mutant(
        "letters-outside-ascii-fold",
        "patterns/_tree.py",
        "(mask & UPPER) << 32 |",
        "(mask & (UPPER | byte_range(0xC0, 0xDE))) << 32 |",
        f"{_PARSE}test_sets_of_bytes",
        "(?i) would take one accented letter for another byte",
    ),
    Mutant(
        "folding-down-only",
        "patterns/_tree.py",
        " | (mask & LOWER) >> 32",
        "",
        f"{_TREE}test_fold_case",
        "(?i)a would not match A",
    ),
    Mutant(
        "fold-after-complement",
        "patterns/_scan.py",
        (
            "        if self.flags & FOLD:\n"
            "            mask = self.alphabet.folded(mask)\n"
            "        return self.alphabet.all & ~mask if negated else mask\n"
        ),
        (
            "        mask = self.alphabet.all & ~mask if negated else mask\n"
            "        return self.alphabet.folded(mask) if self.flags & FOLD else mask\n"
        ),
        f"{_PARSE}test_sets_of_bytes",
        "(?i)[^a] would match A, and even a",
    ),
    Mutant(
        "one-repetition-more",
        "patterns/_parse.py",
        "_MAX_REPEAT: Final = 1000",
        "_MAX_REPEAT: Final = 1001",
        f"{_PARSE}test_refused",
        "{1001}, which RE2 refuses, would be taken",
    ),
    Mutant(
        "nested-repetitions",
        "patterns/_parse.py",
        "nested = part.nested * max(1, low if high is None else high)",
        "nested = max(1, low if high is None else high)",
        f"{_PARSE}test_refused",
        "(a{100}){100} would be taken, which RE2 refuses",
    ),
    Mutant(
        "possessive-accepted",
        "patterns/_parse.py",
        "        if after_repeat >= 0:\n",
        '        if after_repeat >= 0 and operator != "+":\n',
        f"{_PARSE}test_refused",
        "a*+ would be taken, which RE2 refuses",
    ),
    Mutant(
        "flags-outlive-their-group",
        "patterns/_parse.py",
        "        self.flags = frame.flags\n",
        "",
        f"{_KILLERS_PATTERNS}test_flags_hold_to_the_end_of_their_group",
        "the case after ((?i)a) would not matter",
    ),
    Mutant(
        "leading-zero-repeats",
        "patterns/_parse.py",
        ' or (digits[0] == "0" and len(digits) > 1)',
        "",
        f"{_PARSE}test_trees",
        "a{01} would repeat, where RE2 reads text",
    ),
    Mutant(
        "flag-after-minus",
        "patterns/_parse.py",
        "        if needs_flag:\n",
        "        if needs_flag and negated is None:\n",
        f"{_PARSE}test_refused",
        "(?i-) would be taken, which RE2 refuses",
    ),
    Mutant(
        "quote-without-end",
        "patterns/_parse.py",
        "stop = len(self.text) if end < 0 else end",
        "stop = self.at + 2 if end < 0 else end",
        f"{_PARSE}test_trees",
        "\\Q without \\E would quote nothing",
    ),
    Mutant(
        "bracket-closes-at-once",
        "patterns/_scan.py",
        '(character != "]" or self.at == first)',
        'character != "]"',
        f"{_PARSE}test_sets_of_bytes",
        "[]a] would be an empty class and text",
    ),
    Mutant(
        "named-class-not-negated",
        "patterns/_scan.py",
        "return self.signed(POSIX_CLASSES[name[negated:]], negated=negated)",
        "return self.signed(POSIX_CLASSES[name[negated:]], negated=False)",
        f"{_PARSE}test_sets_of_bytes",
        "[[:^digit:]] would match digits",
    ),
    Mutant(
        "octal-above-a-byte",
        "patterns/_scan.py",
        "        if code >= self.alphabet.size:\n",
        "        if code > self.alphabet.size:\n",
        f"{_PARSE}test_refused",
        "\\400 would be a byte",
    ),
    Mutant(
        "hexadecimal-of-any-length",
        "patterns/_scan.py",
        "if not good or int(digits, 16) >= self.alphabet.size:",
        "if not good:",
        f"{_PARSE}test_refused",
        "\\x{100} would be taken for a byte",
    ),
    Mutant(
        "last-group-of-a-name",
        "patterns/pattern.py",
        "            named.setdefault(group.name, group.index)\n",
        "            named[group.name] = group.index\n",
        f"{_PATTERN}test_groups",
        "of two groups of one name the last would count",
    ),
    Mutant(
        "prefix-repeated",
        "patterns/pattern.py",
        "text * (low if only else min(low, 1))",
        "text * low",
        f"{_PATTERN}test_literals",
        "a loop over different texts would be looked up by a prefix that no value has",
    ),
    Mutant(
        "literal-with-assertion",
        "patterns/pattern.py",
        "prefix if exact and fullmatch(prefix) else None",
        "prefix if exact else None",
        f"{_PATTERN}test_literals",
        "a pattern that matches nothing would be looked up as text",
    ),
    Mutant(
        "prefix-of-first-alternative",
        "patterns/pattern.py",
        "            return common, all(only and text == common for text, only in below)\n",
        "            return below[0]\n",
        f"{_PATTERN}test_literals",
        "only the first alternative would be found",
    ),
    Mutant(
        "flush-forgets-the-place",
        "patterns/_automaton.py",
        "                self._cache = cache = self._new_cache()\n",
        "                self._cache = cache = self._new_cache()\n                state = cache.start\n",
        f"{_AUTOMATON}test_verdicts",
        "once its cache is full, an automaton would answer wrong",
    ),
    Mutant(
        "cells-uncounted",
        "patterns/_automaton.py",
        "            cache.cells += len(self._blocks) + len(kernel) + len(moves)\n",
        "",
        f"{_AUTOMATON}test_steps_are_linear_even_when_every_byte_makes_a_new_state",
        "the states of an automaton would fill the memory",
    ),
    Mutant(
        "states-without-surroundings",
        "patterns/_automaton.py",
        "State(kernel, before, len(self._blocks))",
        "State(kernel, EDGE, len(self._blocks))",
        f"{_AUTOMATON}test_verdicts",
        "^ and \\b would hold in the middle of a word",
    ),
    Mutant(
        "boundary-of-two-words",
        "patterns/_program.py",
        "AssertKind.WORD_BOUNDARY: lambda before, after: (before == AT_WORD) != (after == AT_WORD)",
        "AssertKind.WORD_BOUNDARY: lambda before, after: (before == AT_WORD) or (after == AT_WORD)",
        f"{_AUTOMATON}test_assertions",
        "\\b would hold inside of a word",
    ),
    Mutant(
        "loops-forget-themselves",
        "patterns/_safety.py",
        "again = book.of(item).first if high != 1 else 0",
        "again = 0",
        f"{_KILLERS_PATTERNS}test_what_a_turn_of_a_loop_ends_with_may_be_what_the_next_one_starts_with",
        "an exponential pattern would go to a backtracking engine",
    ),
    Mutant(
        "choices-in-loops",
        "patterns/_safety.py",
        "(factor > 1 and in_loop)",
        "(factor > _MAX_WAYS and in_loop)",
        f"{_PATTERN}test_engines",
        "a choice that doubles with every turn of a loop would go to a backtracking engine",
    ),
    Mutant(
        "short-within-long",
        "patterns/_texts.py",
        "for offset in range(len(long) - len(short) + 1)",
        "for offset in range(1)",
        f"{_KILLERS_PATTERNS}test_a_text_may_lie_anywhere_within_a_longer_one",
        "a loop would commit to an end that is not the first",
    ),
    Mutant(
        "pattern-in-latin-1",
        "patterns/_parse.py",
        'text.encode("utf-8", "surrogatepass")',
        'text.encode("latin-1", "replace")',
        f"{_PARSE}test_pattern_bytes",
        "é in a pattern would be another byte than in a request",
    ),
)
