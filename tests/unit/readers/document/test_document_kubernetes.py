from __future__ import annotations

import pytest

from meshroute.readers._document.kubernetes import Selector, selects

LABELS = {"app": "shop", "tier": "web"}


@pytest.mark.parametrize(
    ("selector", "known", "partly_known"),
    [
        (None, False, False),
        (Selector(), True, True),
        (Selector((("app", "shop"),)), True, True),
        (Selector((("app", "bank"),)), False, False),
        (Selector((("app", "shop"), ("tier", "db"))), False, False),
        (Selector((("other", "x"),)), False, None),
        (Selector((("other", "x"), ("app", "shop"))), False, None),
        (Selector((("other", "x"), ("app", "bank"))), False, False),
        (Selector((), (("app", "In", ("bank", "shop")),)), True, True),
        (Selector((), (("app", "In", ("bank",)),)), False, False),
        (Selector((), (("app", "NotIn", ("bank",)),)), True, True),
        (Selector((), (("app", "NotIn", ("shop",)),)), False, False),
        (Selector((), (("other", "NotIn", ("shop",)),)), True, None),
        (Selector((), (("app", "Exists", ()),)), True, True),
        (Selector((), (("other", "Exists", ()),)), False, None),
        (Selector((), (("app", "DoesNotExist", ()),)), False, False),
        (Selector((), (("other", "DoesNotExist", ()),)), True, None),
        (Selector((("app", "shop"),), (("tier", "In", ("db",)),)), False, False),
    ],
)
def test_selects(selector: Selector | None, *, known: bool, partly_known: bool | None) -> None:
    assert selects(selector, LABELS) is known
    assert selects(selector, LABELS, complete=False) is partly_known
