"""The types of the public errors, as a user's type checker sees them."""

from __future__ import annotations

from typing import assert_type

from meshroute.errors import DocumentError, DocumentLoadError, MeshrouteError, RouteError


def test_an_error_of_a_document_has_a_typed_place() -> None:
    error = DocumentError("bad", "a.yaml", 3)
    assert_type(error.file, str | None)
    assert_type(error.line, int | None)
    assert_type(error.pointer, str | None)


def test_a_group_holds_errors_of_documents() -> None:
    group = DocumentLoadError("one problem", [DocumentError("bad")])
    for problem in group.exceptions:
        assert_type(problem, DocumentError | ExceptionGroup[DocumentError])


def test_the_base_catches_all() -> None:
    errors: list[MeshrouteError] = [
        RouteError("bad"),
        DocumentError("bad"),
        DocumentLoadError("m", [DocumentError("b")]),
    ]
    assert len(errors) == 3
