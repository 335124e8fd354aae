from __future__ import annotations

from pathlib import Path

import click
import pytest

from meshroute.cli.arguments import Words, parse_header, parse_settings, parse_variables, split_words


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("POST", "a.yaml", "b.yaml", "put"):
        (tmp_path / name).touch()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a.yaml /x", Words(("a.yaml",), None, "/x")),
        ("a.yaml GET /x", Words(("a.yaml",), "GET", "/x")),
        ("a.yaml b.yaml http://h/x", Words(("a.yaml", "b.yaml"), None, "http://h/x")),
        ("a.yaml b.yaml M-SEARCH http://h/x", Words(("a.yaml", "b.yaml"), "M-SEARCH", "http://h/x")),
        ("a.yaml POST /x", Words(("a.yaml", "POST"), None, "/x")),  # such a file exists
        ("POST /x", Words(("POST",), None, "/x")),
        ("a.yaml m-search /x", Words(("a.yaml", "m-search"), None, "/x")),  # a method is in capitals
        ("a.yaml b.yaml put /x", Words(("a.yaml", "b.yaml", "put"), None, "/x")),  # such a file exists
        ("a.yaml put GET /x", Words(("a.yaml", "put"), "GET", "/x")),
        ("a.yaml LOCALHOST", Words(("a.yaml",), None, "LOCALHOST")),  # for others to refuse
        ("a.yaml A/B /x", Words(("a.yaml", "A/B"), None, "/x")),  # and a token
        ("a.yaml 1 /x", Words(("a.yaml", "1"), None, "/x")),
        ("a.yaml PUT GET /x", Words(("a.yaml", "PUT"), "GET", "/x")),  # only the one before the URL
        ("- GET /x", Words(("-",), "GET", "/x")),
        ("a.yaml OPTIONS *", Words(("a.yaml",), "OPTIONS", "*")),
    ],
)
def test_one_request(words: str, expected: Words) -> None:
    assert split_words(words.split(), many=False) == expected


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "give at least one SOURCE and then the URL, or --requests FILE"),
        ("/x", "give at least one SOURCE before /x: a file, a folder, or - for standard input"),
        ("GET /x", "give at least one SOURCE before GET: a file, a folder, or - for standard input"),
        ("a.yaml b.yaml", "the last argument must be the URL, and 'b.yaml' is a file"),
        ("a.yaml GET", "the last argument must be the URL, and 'GET' is a method"),
        ("a.yaml get /x", "there is no file 'get'; write the method in capitals: GET"),
        ("a.yaml Delete /x", "there is no file 'Delete'; write the method in capitals: DELETE"),
    ],
)
def test_one_request_that_lacks_something(words: str, message: str) -> None:
    with pytest.raises(click.UsageError) as caught:
        split_words(words.split(), many=False)
    assert caught.value.message == message


@pytest.mark.parametrize(("words", "many"), [(["", "/x"], False), (["a.yaml", "", "GET", "/x"], False), ([""], True)])
def test_an_empty_source(words: list[str], *, many: bool) -> None:
    with pytest.raises(click.UsageError) as caught:
        split_words(words, many=many)
    assert caught.value.message == "a SOURCE is empty: give a file, a folder, or - for standard input"


def test_a_path_that_is_a_file_too_is_a_path(tmp_path: Path) -> None:
    url = str(tmp_path / "a.yaml")
    assert split_words(["a.yaml", url], many=False).url == url


def test_many_requests() -> None:
    assert split_words(["a.yaml", "GET"], many=True) == Words(("a.yaml", "GET"))
    with pytest.raises(click.UsageError) as caught:
        split_words([], many=True)
    assert caught.value.message == "give at least one SOURCE: a file, a folder, or - for standard input"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:b", ("a", "b")),
        (" X-A : \t b: c \t", ("X-A", "b: c")),
        ("a:", ("a", "")),
        ("a: é", ("a", "\xc3\xa9")),
        ("a: \udce9", ("a", "\xe9")),
        ("a: \xa0", ("a", "\xc2\xa0")),
    ],
)
def test_headers(text: str, expected: tuple[str, str]) -> None:
    assert parse_header(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "'a' is no header; write it as 'name: value'"),
        ("a b: c", "'a b: c' is no header; write it as 'name: value'"),
        (":path: /", "':path: /' is no header; the method and the URL set it"),
    ],
)
def test_what_is_no_header(text: str, message: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        parse_header(text)
    assert caught.value.message == message


def test_variables() -> None:
    assert parse_variables([]) == {}
    assert parse_variables(["A=1", "B=x:y=z", "f/a.yaml:A=2", "f/a.yaml:C=", "C:\\a.yaml:A=3", "A=4"]) == {
        "A": "4",
        "B": "x:y=z",
        "f/a.yaml": {"A": "2", "C": ""},
        "C:\\a.yaml": {"A": "3"},
    }


@pytest.mark.parametrize("text", ["A", "=1", ":A=1", "f:=1", "f:A"])
def test_what_is_no_variable(text: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        parse_variables([text])
    assert caught.value.message == f"{text!r} must be NAME=VALUE or FILE:NAME=VALUE"


def test_a_variable_that_is_called_like_a_file() -> None:
    with pytest.raises(click.BadParameter) as caught:
        parse_variables(["A=1", "A:B=2"])
    assert caught.value.message == "'A' is the name of a variable and of a file"


def test_settings() -> None:
    texts = ["a=b.json:meshName=m:k=v", "C:\\r.json:virtualRouterName=x", "a=b.json:other=\n"]
    assert parse_settings(texts) == {
        "a=b.json": {"meshName": "m:k=v", "other": "\n"},
        "C:\\r.json": {"virtualRouterName": "x"},
    }


@pytest.mark.parametrize("text", ["a.json", "a.json:k", "k=v", ":k=v", "a.json:=v"])
def test_what_is_no_setting(text: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        parse_settings([text])
    assert caught.value.message == (
        f"{text!r} must be FILE:KEY=VALUE, such as route.json:virtualRouterName=color-router"
    )
