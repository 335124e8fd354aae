from __future__ import annotations

import pytest

from meshroute.patterns import Alternate, Chars, Concat, Empty, Group, Node, Repeat, parse
from meshroute.patterns._tree import ALL_BYTES, Atomic, byte_range, children, fold_case, fold_tree, mask_ranges

A, B = Chars(1 << 97), Chars(1 << 98)


def test_byte_range() -> None:
    assert byte_range(0, 0) == 1
    assert byte_range(3, 4) == 0b11000
    assert byte_range(0, 255) == ALL_BYTES


def test_mask_ranges() -> None:
    assert mask_ranges(0) == ()
    assert mask_ranges(ALL_BYTES) == ((0, 255),)
    assert mask_ranges(1 << 255 | 0b1011) == ((0, 1), (3, 3), (255, 255))


def test_fold_case() -> None:
    assert fold_case(byte_range(65, 66) | 1 << 122 | 1 << 64 | 1 << 0xE9) == (
        byte_range(65, 66) | byte_range(97, 98) | 1 << 122 | 1 << 90 | 1 << 64 | 1 << 0xE9
    )


@pytest.mark.parametrize(
    ("node", "below"),
    [
        (Empty(), ()),
        (A, ()),
        (Concat((A, B)), (A, B)),
        (Alternate((B, A)), (B, A)),
        (Repeat(A, 0, None), (A,)),
        (Group(B, 1), (B,)),
        (Atomic(A), (A,)),
    ],
)
def test_children(node: Node, below: tuple[Node, ...]) -> None:
    assert children(node) == below


def test_fold_tree_goes_from_the_leaves_up_and_from_left_to_right() -> None:
    def spell(node: Node, below: list[str]) -> str:
        return f"{type(node).__name__}({','.join(below)})" if below else type(node).__name__

    assert fold_tree(parse("a(b|)*"), spell) == "Concat(Chars,Repeat(Group(Alternate(Chars,Empty))))"


def test_fold_tree_does_not_recurse() -> None:
    tree = parse("(?:a" * 3000 + ")*" * 3000)
    assert fold_tree(tree, lambda _, below: 1 + max(below, default=0)) == 6000
