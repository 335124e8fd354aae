"""The change log keeps its form (keepachangelog.com, 1.1.0)."""

from __future__ import annotations

import re
from pathlib import Path


def test_it_starts_with_what_is_unreleased(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text("utf-8")
    sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert sections[0] == "[Unreleased]"
    assert [name for name in sections[1:] if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", name)] == []


def test_its_groups_are_the_six_of_the_format(root: Path) -> None:
    groups = re.findall(r"^### (.+)$", (root / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert groups
    assert set(groups) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
