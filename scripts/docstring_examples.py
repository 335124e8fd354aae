"""A griffe extension: show the doctests of a docstring as code in the API reference.

Our docstrings write ``>>>`` lines without a heading. Markdown would take them for quotations.
"""

from __future__ import annotations

import re

from griffe import Extension, Object

# From a line that starts with ">>>" to the next empty line or the end.
_EXAMPLE = re.compile(r"(?:^|(?<=\n))>>> .*?(?=\n[ \t]*\n|\s*\Z)", re.DOTALL)


class DocstringExamples(Extension):
    """Put every unindented doctest into a fence."""

    def on_object(self, *, obj: Object, **_: object) -> None:
        """Rewrite the docstring of one object; mkdocstrings calls this for each.

        Args:
            obj: The module, class, function or attribute.
        """
        if obj.docstring is not None:
            obj.docstring.value = _EXAMPLE.sub(r"```pycon\n\g<0>\n```", obj.docstring.value)
