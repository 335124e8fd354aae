"""What a table can see of a request, after its normalisation: a language for each dimension."""

from __future__ import annotations

from attrs import field, frozen

from meshroute.analysis.dimensions import ABSENT, HEADER, METHOD, PORT, PRESENT, Dimension, domain
from meshroute.analysis.texts import LINE, PRINTABLE, any_line, normal_paths, one_line
from meshroute.model.normalization import Normalization
from meshroute.patterns import Language
from meshroute.text import is_token


@frozen
class Visible:
    """What a table can see of a request.

    Args:
        normalization: What is done to a request first.
        ports: At which ports requests arrive; None is any.

    >>> paths = Visible(Normalization(path=True)).get(Dimension("path"))
    >>> paths.accepts("/a/b"), paths.accepts("/a/../b")
    (True, False)
    """

    normalization: Normalization | None = None
    ports: Language | None = None
    _known: dict[Dimension, Language] = field(init=False, eq=False, repr=False, factory=dict[Dimension, Language])

    def get(self, dimension: Dimension, /) -> Language:
        """Return the words of a dimension that the table can see.

        Args:
            dimension: The dimension.

        Returns:
            The language; it may hold words that no request has, and lacks none.
        """
        known = self._known.get(dimension)
        if known is None:
            known = self._known[dimension] = self._found(dimension)
        return known

    def _found(self, dimension: Dimension) -> Language:
        whole, rules = domain(dimension), self.normalization
        if dimension == PORT and self.ports is not None:
            return whole & self.ports
        if rules is None:
            return whole
        match dimension.kind:
            case "path":
                unescaped = rules.escaped_slashes != "keep"
                return whole & normal_paths(
                    path=rules.path, slashes=rules.slashes, unescaped=unescaped, strict=rules.strict
                )
            case "query" if rules.strict or rules.fragment:
                printable = PRINTABLE - Language.of(".*#.*") if rules.fragment else PRINTABLE
                return whole & (one_line(printable) | ABSENT)
            case "host" if rules.strict:
                return whole & (one_line(PRINTABLE) | ABSENT)
            case "cookie" if rules.strict:
                return whole & (one_line(LINE) | ABSENT)
            case "header":
                return self._header(str(dimension.name), rules)
            case _:
                return whole

    def _header(self, name: str, rules: Normalization) -> Language:
        if rules.strict and not is_token(name):
            return ABSENT
        found = HEADER - any_line(Language.of(r"(?s).*[\x00\r\n].*")) if rules.strict else HEADER
        if name in rules.joined:
            found &= one_line(domain(METHOD)) | ABSENT
        return found & PRESENT if rules.forwarded_proto and name == "x-forwarded-proto" else found
