from __future__ import annotations

import builtins
import io
import json
import os
import runpy
import sys
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from importlib.metadata import version

import pytest
from attrs import evolve

from meshroute.cli import main
from meshroute.cli.options import STANDARD_INPUT
from meshroute.errors import DocumentError, DocumentLoadError
from meshroute.model.notices import Notice, Source
from tests.unit.cli.bench import MESH, Bench


def test_the_version(bench: Bench) -> None:
    assert bench.run("--version") == 0
    assert bench.out.text == f"meshroute {version('meshroute')}\n"


@pytest.mark.parametrize("argv", [["--help"], ["-h"], ["resolve", "--help"], ["explain", "-h"]])
def test_help_has_examples(bench: Bench, argv: list[str]) -> None:
    assert bench.run(*argv) == 0
    assert "Examples:\n    meshroute " in bench.out.text
    assert bench.err.text == ""


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["reslove"], "No such command 'reslove'"),
        (["resolve", "/"], "give at least one SOURCE before /"),
        (["resolve", "a", "/", "--prot", "http"], "No such option"),
        (["resolve", "a", "/", "--protocol", "h3"], "Invalid value for '--protocol'"),
        (["resolve", "a", "/", "--port", "65536"], "Invalid value for '--port'"),
        (["resolve", "a", "/", "--random-value", str(2**64)], "Invalid value for '--random-value'"),
        (["resolve", "a", "/", "-H", "x"], "Invalid value for '-H' / '--header': 'x' is no header"),
        (["resolve", "a", "/", "-H", ": x"], "': x' is no header; write it as 'name: value'"),
        (["resolve", "a", "/", "--var", "x"], "Invalid value for '--var': 'x' must be"),
        (["resolve", "a", "/", "--set", "x"], "Invalid value for '--set': 'x' must be"),
        (["resolve", "a", "--requests", "-", "-H", "a: b"], "-H and --requests exclude each other"),
        (["resolve", "-", "--requests", "-"], "standard input (-) can be read only once"),
        (["resolve", "-", "-", "/"], "standard input (-) can be read only once"),
        (["explain", "a", "shop.example.com/x"], "the URL 'shop.example.com/x' needs a scheme"),
        (["resolve", "a", ""], "the URL '' needs a scheme"),
    ],
)
def test_bad_usage(bench: Bench, argv: list[str], message: str) -> None:
    assert bench.run(*argv) == 2
    assert message in bench.err.text
    assert bench.out.text == ""
    assert bench.loaded == []


@pytest.mark.parametrize("argv", [[], ["resolve"], ["explain"]])
def test_nothing_asked(bench: Bench, argv: list[str]) -> None:
    assert bench.run(*argv) == 2
    assert bench.err.text.startswith("Usage: meshroute")


def test_what_is_loaded(bench: Bench) -> None:
    argv = ["--var", "A=1", "--var", "a:A=2", "--set", "b:k=v", "--override", "--strict", "--profile", "istio"]
    argv += ["--compat", "1.38", "--runtime", "k=5", "--runtime", "t=x y", "--runtime", 'n={"numerator": 1}']
    assert bench.run("resolve", "a", "-", "b", "/old", *argv) == 0
    assert bench.loaded == [
        (
            ("a", sys.stdin.buffer, "b"),
            {
                "variables": {"A": "1", "a": {"A": "2"}},
                "settings": {"b": {"k": "v"}},
                "override": True,
                "strict": True,
                "compat": "1.38",
                "runtime": {"k": 5, "t": "x y", "n": {"numerator": 1}},
                "profile": "istio",
            },
        )
    ]
    assert STANDARD_INPUT == "-"


def test_what_is_loaded_by_default(bench: Bench) -> None:
    assert bench.run("explain", "a", "/old") == 0
    defaults: dict[str, object] = {
        "variables": {},
        "settings": {},
        "override": False,
        "strict": False,
        "compat": None,
        "runtime": {},
        "profile": "spec",
    }
    assert bench.loaded == [(("a",), defaults)]


def test_problems_of_documents_one_a_line(bench: Bench) -> None:
    problems = [DocumentError("bad\nweight", "a.yaml", 3), DocumentError("no name", "b.yaml", 1, fix="give it one")]
    bench.error = DocumentLoadError("2 problems", problems)
    assert bench.run("resolve", "a.yaml", "b.yaml", "/", "--json") == 2
    assert bench.err.text == "a.yaml:3: bad\\nweight\nb.yaml:1: no name; give it one\n"
    assert bench.out.text == ""


NOTICED = evolve(
    MESH,
    notices=(
        Notice("unknown-field", "unknown field 'x'; this is known:\ny", Source("a.yaml", 3)),
        Notice("odd", "it is odd"),
    ),
)


def test_notices_of_readers(bench: Bench) -> None:
    bench.mesh = NOTICED
    bench.run("resolve", "a.yaml", "/old", "--json")
    assert len(bench.objects()) == 1
    assert bench.err.text == (
        "notice: a.yaml:3: unknown field 'x'; this is known: [unknown-field]\n  y\nnotice: it is odd [odd]\n"
    )


def test_notices_of_readers_on_a_terminal(bench: Bench) -> None:
    bench.mesh = NOTICED
    bench.err.terminal = True
    bench.run("resolve", "a.yaml", "/old")
    assert "\x1b[33mnotice: it is odd [odd]\x1b[0m\n" in bench.err.text


def test_notices_of_readers_without_colours(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    bench.mesh = NOTICED
    bench.out.terminal = bench.err.terminal = True
    bench.run("resolve", "a.yaml", "/old")
    assert "notice: it is odd [odd]\n" in bench.err.text
    assert "\x1b[33m" not in bench.err.text
    assert "\x1b[32m" not in bench.out.text


def test_notices_of_readers_can_be_hidden(bench: Bench) -> None:
    bench.mesh = NOTICED
    assert bench.run("resolve", "a.yaml", "/old", "--quiet") == 0
    assert bench.err.text == ""


def test_an_interrupt_is_quiet(bench: Bench) -> None:
    bench.error = KeyboardInterrupt()
    assert bench.run("resolve", "a.yaml", "/") == 130
    assert bench.err.text.strip() == ""


def test_an_internal_error_shows_no_traceback(bench: Bench) -> None:
    bench.error = ZeroDivisionError("oh")
    assert bench.run("resolve", "a.yaml", "/") == 2
    assert bench.err.text == (
        "meshroute: internal error: ZeroDivisionError: oh; "
        "please report it with the traceback that MESHROUTE_DEBUG=1 shows\n"
    )


def test_an_internal_error_shows_its_traceback_if_asked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESHROUTE_DEBUG", "1")
    bench.error = ZeroDivisionError("oh")
    with pytest.raises(ZeroDivisionError):
        bench.run("resolve", "a.yaml", "/")


@pytest.mark.parametrize("argv", [[], ["--json"]])
def test_nobody_reads_the_answer(bench: Bench, monkeypatch: pytest.MonkeyPatch, argv: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        monkeypatch.setattr(bench, "out", pipe)
        assert bench.run("resolve", "a.yaml", "/old", *argv) == 141
        pipe.write("what comes later goes nowhere")


@pytest.mark.parametrize("argv", [["resolve", "/"], ["resolve", "a.yaml", "/", "--entry", "none"]])
def test_nobody_reads_the_problems(bench: Bench, monkeypatch: pytest.MonkeyPatch, argv: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        monkeypatch.setattr(bench, "err", pipe)
        assert bench.run(*argv) == 2
        pipe.write("what comes later goes nowhere")


@pytest.mark.parametrize("name", ["stdin", "stdout", "stderr"])
def test_a_closed_stream_is_no_error(bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(sys, name, None)
    with redirect_stderr(bench.err) if name != "stderr" else nullcontext():
        code = main(["resolve", "a.yaml", "/old"])
    assert code == 0
    getattr(sys, name).close()


def test_nothing_comes_from_a_closed_standard_input(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert bench.run("resolve", "a.yaml", "--requests", "-") == 0
    sys.stdin.close()
    assert (bench.out.text, bench.err.text) == ("", "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")  # noqa: PTH110 - a device
@pytest.mark.parametrize("argv", [["--json"], []])
def test_no_room_for_the_answer(bench: Bench, monkeypatch: pytest.MonkeyPatch, argv: list[str]) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a device
        monkeypatch.setattr(bench, "out", full)
        assert bench.run("resolve", "a.yaml", "/old", *argv) == 2
    assert bench.err.text == "meshroute: cannot write the output: No space left on device\n"


def test_an_error_of_writing_without_a_reason(bench: Bench) -> None:
    bench.error = OSError("torn")
    assert bench.run("resolve", "a.yaml", "/") == 2
    assert bench.err.text == "meshroute: cannot write the output: torn\n"


def test_problems_without_a_place(bench: Bench) -> None:
    bench.error = DocumentLoadError("1 problem", [DocumentError("nothing there", fix="look elsewhere")])
    assert bench.run("resolve", "a.yaml", "/") == 2
    assert bench.err.text == "meshroute: nothing there; look elsewhere\n"


def test_a_stream_of_another_kind(bench: Bench) -> None:
    out = io.StringIO()
    with redirect_stdout(out):
        assert main(["resolve", "a.yaml", "/old", "--json"]) == 0
    assert json.loads(out.getvalue())["outcome"] == "redirect"
    assert bench.loaded


def test_the_words_of_the_process(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["meshroute", "resolve", "a.yaml", "/old", "--json"])
    with redirect_stdout(bench.out):
        assert main() == 0
    assert bench.objects()[0]["outcome"] == "redirect"


def _refuse(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    real = builtins.__import__

    def importing(name: str, *args: object, **options: object) -> object:
        if name == "meshroute.cli.app":
            raise ModuleNotFoundError(f"No module named {missing!r}", name=missing)
        return real(name, *args, **options)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(builtins, "__import__", importing)


@pytest.mark.parametrize("missing", ["click", "rich.text"])
def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: str) -> None:
    _refuse(monkeypatch, missing)
    assert main(["--version"]) == 2
    assert capsys.readouterr().err == (f"meshroute: the command line needs {missing}: pip install 'meshroute[cli]'\n")


def test_another_module_that_is_missing_is_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse(monkeypatch, "meshroute.nothing")
    with pytest.raises(ModuleNotFoundError):
        main(["--version"])


def test_an_import_error_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse(monkeypatch, None)  # type: ignore[arg-type]  # ImportError.name may be None
    with pytest.raises(ModuleNotFoundError):
        main(["--version"])


def test_the_module_is_the_program(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["meshroute", "--version"])
    with redirect_stdout(bench.out), pytest.raises(SystemExit) as caught:
        runpy.run_module("meshroute.__main__", run_name="__main__")
    assert caught.value.code == 0


def test_importing_the_module_runs_nothing() -> None:
    runpy.run_module("meshroute.__main__", run_name="elsewhere")
