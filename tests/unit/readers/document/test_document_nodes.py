"""Nodes: equality by content, places, walking and rewriting."""

from __future__ import annotations

import pickle

from meshroute.readers._document import Mapping, Mark, Node, Scalar, Sequence, parse_yaml, rewrite, walk, with_text
from meshroute.readers._document.origin import Origin, Shift, pointer_of


def test_nodes_compare_by_content_not_place() -> None:
    first = parse_yaml("a: [1, x]")[0]
    second = parse_yaml("\n\na:\n- 1\n- x")[0]
    assert first == second
    assert hash(first) == hash(second)
    assert first != parse_yaml("a: [1, y]")[0]
    assert first.mark == Mark("<text>", 1, 1)
    assert second.mark == Mark("<text>", 3, 1)


def test_nodes_pickle_with_their_place() -> None:
    node = parse_yaml("a:\n  b: x", "f.yaml")[0]
    copy = pickle.loads(pickle.dumps(node))  # noqa: S301 - our own bytes
    assert copy == node
    inner = copy.get("a").get("b")
    assert inner.mark == Mark("f.yaml", 2, 6)
    assert inner.pointer == "/a/b"


def test_a_tag_is_part_of_a_node() -> None:
    assert parse_yaml("!Ref x")[0] == Scalar("x", "x", quoted=True, tag="!Ref")
    assert parse_yaml("!Ref x")[0] != parse_yaml("x")[0]


def test_mapping_looks_up_by_text() -> None:
    node = parse_yaml("1: a\ntrue: b\nc: d")[0]
    assert isinstance(node, Mapping)
    assert node.get("1") == Scalar("a", "a")
    assert node.get("true") == Scalar("b", "b")
    assert node.get("x") is None
    assert "c" in node
    assert "x" not in node


def test_pointer_escapes_tilde_before_slash() -> None:
    node = parse_yaml("a/b~c:\n- {d: 1}")[0]
    assert [n.pointer for n in walk(node)] == ["", "/a~1b~0c", "/a~1b~0c", "/a~1b~0c/0", "/a~1b~0c/0/d", "/a~1b~0c/0/d"]
    assert pointer_of(None) == ""


def test_walk_goes_in_order_of_the_document() -> None:
    node = parse_yaml("a: [1, {b: 2}]\nc: 3")[0]
    assert [n.text for n in walk(node) if isinstance(n, Scalar)] == ["a", "1", "b", "2", "c", "3"]


def test_rewrite_works_from_the_leaves_up_and_keeps_places() -> None:
    node = parse_yaml("a: [1, {b: 2}]\nc: 3")[0]
    seen: list[str] = []

    def change(current: Node) -> Node:
        if isinstance(current, Scalar):
            seen.append(current.text)
            return with_text(current, f"<{current.text}>")
        seen.append(type(current).__name__)
        if isinstance(current, Mapping) and "b" in current:
            return with_text(current, "inner")
        return current

    new = rewrite(node, change)
    assert seen == ["1", "2", "Mapping", "Sequence", "3", "Mapping"]
    assert isinstance(new, Mapping)
    items = new.get("a")
    assert isinstance(items, Sequence)
    assert [item.text for item in items.items if isinstance(item, Scalar)] == ["<1>", "inner"]
    assert items.items[1].mark == Mark("<text>", 1, 8)
    assert items.items[1].pointer == "/a/1"
    assert new.mark == node.mark


def test_with_text_drops_tag_and_placeholders() -> None:
    scalar = Scalar("${A}", "${A}", tag="!Sub", placeholders=("A",))
    assert with_text(scalar, "a") == Scalar("a", "a", quoted=True)


def test_marks_count_every_kind_of_line_end() -> None:
    origin = Origin("f", "a\r\nb\rc\nd")
    assert [origin.mark(offset) for offset in (0, 3, 5, 7)] == [Mark("f", line, 1) for line in (1, 2, 3, 4)]
    assert origin.mark(1) == Mark("f", 1, 2)
    assert origin.mark(1) == Mark("f", 1, 2)


def test_marks_of_objects_have_no_line() -> None:
    assert Origin("<object>").mark(7) == Mark("<object>")
    assert str(Mark("<object>")) == "<object>"
    assert str(Mark("a", 2, 3)) == "a:2"


def test_offsets_go_back_through_replaced_pieces() -> None:
    # "${AB} and ${C}!" became "x and yyyyyy!".
    origin = Origin("f", "${AB} and ${C}!", (Shift(0, 1, 0, 5), Shift(6, 12, 10, 14)))
    assert [origin.original(offset) for offset in (0, 1, 5, 6, 11, 12)] == [0, 5, 9, 10, 10, 14]
    assert Origin("f", "a${C}", (Shift(1, 2, 1, 5),)).original(0) == 0
