"""JUnit's XML, as continuous integration reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from meshroute.expectations.cases import Result

# XML 1.0 §2.2: characters that no document may hold
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(results: Sequence[Result], name: str = "meshroute") -> str:
    """Write the results of a run as JUnit's XML.

    Args:
        results: What came of each case.
        name: The name of the suite.

    Returns:
        The document.

    >>> junit_xml([]).splitlines()[1]
    '<testsuite name="meshroute" tests="0" failures="0" errors="0">'
    """
    failures = sum(not result.passed for result in results)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<testsuite name={_attribute(name)} tests="{len(results)}" failures="{failures}" errors="0">',
    ]
    for result in results:
        source = result.case.source
        place = "" if source is None else f' file={_attribute(source.file)} line="{source.line}"'
        head = f"  <testcase classname={_attribute(name)} name={_attribute(result.case.name)}{place}"
        if result.passed:
            lines.append(f"{head}/>")
            continue
        first = "; ".join(f"{one.field}: expected {one.expected!r}, got {one.actual!r}" for one in result.failed)
        lines += [
            f"{head}>",
            f"    <failure message={_attribute(first)}>{_text(result.why)}</failure>",
            "  </testcase>",
        ]
    return "\n".join([*lines, "</testsuite>", ""])


def _attribute(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("\ufffd", text))


def _text(text: str) -> str:
    return escape(_NOT_IN_XML.sub("\ufffd", text))
