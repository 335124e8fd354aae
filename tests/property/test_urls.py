"""The way back: the path that `url_for` builds leads to the route, with the values that were given."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from meshroute import Request, Route, Router
from meshroute.criteria import PathTemplate

_LITERAL = st.lists(st.sampled_from(["a", "b", "c", "%C3%A9", "%", ".", "-", "_", "~"]), max_size=3).map("".join)
# Dots alone may make a dot segment, which `url_for` refuses
_VALUE = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8).map(
    lambda text: text if text.strip(".") else "x"
)


@st.composite
def _templates(draw: st.DrawFn) -> tuple[str, tuple[str, ...], bool]:
    """Draw a template, the names of its parameters, and whether the last is a rest."""
    pieces: list[str] = []
    names: list[str] = []
    for place in range(draw(st.integers(1, 5))):
        if draw(st.booleans()):
            names.append(f"p{place}")
            pieces.append(draw(_LITERAL) + f"{{p{place}}}" + draw(_LITERAL))
        else:
            pieces.append(draw(_LITERAL))
    has_rest = draw(st.booleans())
    if has_rest:
        names.append("rest")
        pieces.append("{rest=**}")
    return "/" + "/".join(pieces), tuple(names), has_rest


@given(st.data(), _templates())
def test_there_and_back(data: st.DataObject, drawn: tuple[str, tuple[str, ...], bool]) -> None:
    template, names, has_rest = drawn
    values = {name: data.draw(_VALUE) for name in names}
    if has_rest:
        values["rest"] = data.draw(st.text(st.sampled_from("a/é ?#%"), max_size=8))
    router = Router([Route("it", path=template, to="x")])
    assume(names)
    url = router.url_for("it", **values)
    answer = router.resolve(Request.from_parts("GET", url))
    assert answer.route is not None, url
    assert answer.decoded_params == values


@given(st.data(), _templates())
def test_values_need_no_encoding_by_the_client(data: st.DataObject, drawn: tuple[str, tuple[str, ...], bool]) -> None:
    """What url_for builds survives a browser's encoding, as long as the template itself is ASCII."""
    template, names, _ = drawn
    assume(template.isascii())
    assume(names)
    values = {name: data.draw(_VALUE) for name in names}
    router = Router([Route("it", path=template, to="x")])
    url = router.url_for("it", **values)
    assert Request("GET", url).path == url
    assert router.resolve(Request("GET", f"https://h.example{url}?x#y")).decoded_params == values


@given(_templates())
def test_captures_are_what_the_template_says(drawn: tuple[str, tuple[str, ...], bool]) -> None:
    template, names, _ = drawn
    criterion = PathTemplate(template)
    path = template
    for name in names:
        path = path.replace(f"{{{name}}}", f"<{name}>").replace(f"{{{name}=**}}", f"<{name}>")
    assert criterion.captures(path) == tuple((name, f"<{name}>") for name in names)
