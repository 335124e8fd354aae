"""Mutations of manifests: of bytes, of the tokens of a text, and of the nodes and fields of its tree."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final, TypeAlias, cast

import yaml
from attrs import frozen

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | float | None"

_TOKEN: Final = re.compile(r"\n[ \t]*(?:- )*|[A-Za-z0-9_./-]+|[ \t]+|.", re.DOTALL)
_ODD_TEXTS: Final = (
    *("", " ", "/", "//", "*", ".", "..", "~", "null", "true", "0x1F", "0o17", "012", "-1", "1e999", ".inf", ".nan"),
    *("/a\r\nb: c", "a\0b", "\u2028", "\ufeff", "\ue000", "\U0001f600", "é", "\ud800", "x" * 300, "/" * 5000),
    *("${X}", "$X", "{{X}}", "<X>", "${X:-y}", "${", "$APP_NAMESPACE", "!Ref P", "AWS::NoValue", "Fn::Sub", "<<", "*a"),
    *("(?=a)", "(a+)+$", "[", "(?P<n>a", "a{1001}", r"\pN", "(?i)É", "(" * 2000, "a|" * 2000, "((a{9}){9}){9}"),
    *("arn:aws:appmesh:r:1:mesh/m/virtualNode/n", "arn:aws:appmesh:r:1:mesh/m", "s.ns", "a" * 5000 + ".b"),
)
_ODD_NUMBERS: Final = (0, -1, 1, 65535, 65536, 101, 2**31, 2**63, -(2**63), 10**400, 0.5, 1e308, -0.0)
_ODD_NODES: Final[tuple[Tree, ...]] = (
    None,
    True,
    False,
    [],
    {},
    [[]],
    [{}],
    ["a", "a"],
    {"": None},
    {"Ref": "Mesh"},
    {"Ref": ["x"]},
    {"Fn::Sub": ["${A}${B.C}", {"A": []}]},
    {"Fn::GetAtt": []},
    {"Fn::Select": [9, []]},
    {"Fn::If": []},
)
_BYTES: Final = (
    *(bytes([byte]) for byte in b"[]{}:,'\"#%&*!|>?@`\\\t\n\r\0\x7f\x85\xff"),
    *(b"- ", b"? ", b"&a ", b"*a", b"<<: ", b"!x ", b"!!int ", b"|\n", b">-\n", b"---\n", b"...\n", b"%YAML 9.9\n"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xc3", b"\xed\xa0\x80", b"\xee\x80\x80", b"9" * 5000, b"0" * 900),
    *(b"${A}", b"$A", b"{{A}}", b"<A>", b"${", b"${A:-", b"{{", b"\xe2\x80\xa8", b"a: " * 50, b"[" * 300, b"- " * 300),
)


class _Loader(yaml.SafeLoader):
    """Reads short tags of CloudFormation as the functions they stand for."""

    def construct_function(self, node: yaml.Node) -> Tree:
        """Make ``{"Fn::Sub": …}`` of ``!Sub …``."""
        value: object
        if isinstance(node, yaml.MappingNode):
            value = cast("object", self.construct_mapping(node, deep=True))
        elif isinstance(node, yaml.SequenceNode):
            value = cast("object", self.construct_sequence(node, deep=True))
        else:
            value = str(node.value)
        name = node.tag.removeprefix("!")
        return {name if name == "Ref" else f"Fn::{name}": cast("Tree", value)}


_Loader.yaml_constructors = {**yaml.SafeLoader.yaml_constructors, None: _Loader.construct_function}


def trees_of(text: str) -> list[Tree]:
    """Parse a manifest to plain trees, one per document.

    Args:
        text: The manifest.

    Returns:
        The trees; none where placeholders or a mistake keep it from being parsed.
    """
    try:
        documents = list(yaml.load_all(re.sub(r"\{\{[^}\n]*\}\}", "x", text), _Loader))
    except yaml.YAMLError:
        return []
    # By way of JSON, dates become text and all keys do.
    return [cast("Tree", json.loads(json.dumps(each, default=str))) for each in documents if each is not None]


# ------------------------------------------------------------------------------------------------------------- texts


def mutate_bytes(rng: Random, data: bytes) -> bytes:
    """Overwrite, cut out, double or cut off some bytes.

    Args:
        rng: The source of chance.
        data: The bytes.

    Returns:
        Other bytes.
    """
    for _ in range(rng.choice((1, 1, 1, 2, 6))):
        start = rng.randint(0, len(data))
        end = start + rng.choice((0, 0, 1, 1, 3, 12, 200))
        piece = data[start:end]
        new = rng.choice((rng.choice(_BYTES), rng.randbytes(rng.randint(1, 3)), piece * 2, b"", piece[::-1]))
        data = data[:start] + new + data[end:]
    return data[: rng.randint(0, len(data))] if rng.randrange(20) == 0 else data


def mutate_tokens(rng: Random, text: str) -> str:
    """Swap, delete, double or replace some tokens: words, marks, line ends with their indentation.

    Args:
        rng: The source of chance.
        text: The text.

    Returns:
        Another text.
    """
    tokens: list[str] = _TOKEN.findall(text) or [""]
    # Most cases change words only: what is no YAML or JSON any more says little about the reader behind it.
    words = [at for at, token in enumerate(tokens) if token[0].isalnum()] if rng.randrange(4) else []
    for _ in range(rng.choice((1, 1, 1, 2, 6))):
        here, there = (rng.choice(words or range(len(tokens))) for _ in range(2))
        match rng.randrange(4 if words else 5):
            case 0:
                tokens[here], tokens[there] = tokens[there], tokens[here]
            case 1:
                tokens[here] = ""
            case 2:
                tokens[here] = tokens[there] + tokens[here] if words else tokens[here] * 2
            case 3:
                tokens[here] = rng.choice(_ODD_TEXTS)
            case _:
                tokens[here:here] = tokens[there : there + rng.randint(1, 30)]
    return "".join(tokens)


def monster(rng: Random) -> str:
    """Write a text that is meant to exhaust a reader.

    Args:
        rng: The source of chance.

    Returns:
        The text.
    """
    depth = rng.choice((50, 99, 100, 101, 1000, 200_000))
    match rng.randrange(6):
        case 0:
            return rng.choice(("[", '{"a":', "- ", "{a: ", "? ", '[{"spec":')) * depth
        case 1:
            levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, rng.randint(2, 60))]
            return "\n".join(["a0: &a0 [x]", *levels])
        case 2:
            return "[" * depth + "]" * depth
        case 3:
            return f'{{"spec": {{"{"k" * rng.choice((100, 5000))}": {"9" * rng.choice((100, 5000))}}}}}'
        case 4:
            return "".join(f"<<: {{k{n}: 1}}\n" for n in range(rng.choice((10, 2000))))
        case _:
            return "${X}" * rng.choice((10, 20_000))


# ------------------------------------------------------------------------------------------------------------- trees


@frozen
class _Place:
    """A place in a tree: an entry of a mapping or an item of a list."""

    holder: dict[str, Tree] | list[Tree]
    key: str | int

    @property
    def value(self) -> Tree:
        return self.holder[str(self.key)] if isinstance(self.holder, dict) else self.holder[int(self.key)]

    def put(self, value: Tree) -> None:
        if isinstance(self.holder, dict):
            self.holder[str(self.key)] = copy.deepcopy(value)
        else:
            self.holder[int(self.key)] = copy.deepcopy(value)

    def remove(self) -> None:
        if isinstance(self.holder, dict):
            del self.holder[str(self.key)]
        else:
            del self.holder[int(self.key)]

    def double(self, times: int) -> None:
        if isinstance(self.holder, list):
            self.holder.extend(copy.deepcopy(self.value) for _ in range(times))
        else:
            self.holder[f"{self.key}{times}"] = copy.deepcopy(self.value)

    def rename(self, name: str) -> None:
        if isinstance(self.holder, dict):
            self.holder[name] = self.holder.pop(str(self.key))


def _places(trees: Sequence[Tree]) -> Iterator[_Place]:
    waiting: list[Tree] = list(reversed(trees))
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield from (_Place(node, key) for key in node)
            waiting.extend(node.values())
        elif isinstance(node, list):
            yield from (_Place(node, index) for index in range(len(node)))
            waiting.extend(node)


def keys_of(trees: Sequence[Tree]) -> list[str]:
    """List all keys of trees, for renaming fields to names that stand elsewhere.

    Args:
        trees: The trees.

    Returns:
        The keys, sorted.
    """
    return sorted({place.key for place in _places(trees) if isinstance(place.key, str)})


def mutate_trees(rng: Random, trees: list[Tree], keys: Sequence[str]) -> None:
    """Change some nodes and fields of trees in place, also from one tree to another.

    Args:
        rng: The source of chance.
        trees: The trees.
        keys: Names that fields may get.
    """
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        places = list(_places(trees))
        if not places:
            return
        place = rng.choice(places)
        alike = [other for other in places if other.key == place.key]
        _mutate_place(rng, place, rng.choice(alike if rng.randrange(6) else places), keys)


def _mutate_place(rng: Random, place: _Place, other: _Place, keys: Sequence[str]) -> None:
    match rng.choice((0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8)):
        case 0:
            mine = copy.deepcopy(place.value)
            place.put(other.value)
            other.put(mine)
        case 1:
            place.put(other.value)
        case 2:
            place.remove()
        case 3:
            place.double(rng.choice((1, 1, 1, 10, 100)))
        case 4:
            place.rename(_renamed(rng, str(place.key), keys))
        case 5:
            place.put(rng.choice(_ODD_TEXTS))
        case 6:
            place.put(rng.choice(_ODD_NUMBERS))
        case 7:
            place.put(rng.choice(_ODD_NODES))
        case _:
            place.put(_wrapped(rng, place.value))


def _renamed(rng: Random, key: str, keys: Sequence[str]) -> str:
    at = rng.randint(0, len(key))
    typo = key[:at] + key[at + 1 : at + 2] + key[at : at + 1] + key[at + 2 :]
    return rng.choice((typo, rng.choice(keys), key.swapcase(), key[:at], rng.choice(_ODD_TEXTS)))


def _wrapped(rng: Random, value: Tree) -> Tree:
    for _ in range(rng.choice((1, 1, 2, 5, 95, 99, 110))):
        value = [value] if rng.randrange(2) else {"a": value}
    return value


def written(rng: Random, trees: Sequence[Tree]) -> tuple[str, str]:
    """Write trees as one file.

    Args:
        rng: The source of chance.
        trees: The trees.

    Returns:
        The file's extension and its text.
    """
    # JSON has room for one tree alone.
    as_json = [json.dumps(tree, ensure_ascii=bool(rng.randrange(2)), indent=rng.choice((None, 2))) for tree in trees]
    match rng.randrange(0 if len(trees) == 1 else 1, 3):
        case 0:
            return ".json", as_json[0]
        case 1:
            return ".yaml", "\n---\n".join(as_json)
        case _:
            dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
            try:
                text: str = yaml.dump_all(trees, Dumper=dumper, sort_keys=False, allow_unicode=True)  # pyright: ignore[reportUnknownMemberType] # its dumper is untyped
            except (UnicodeEncodeError, yaml.YAMLError):  # libyaml writes no surrogates
                text = "\n---\n".join(as_json)
            return ".yaml", text
