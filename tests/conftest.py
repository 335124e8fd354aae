"""What every test may use: the Hypothesis profiles and the folder of shared manifests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["pytester"]  # runs pytest inside of a test, for the plugin

_ROOT = Path(__file__).resolve().parent.parent

# Chosen by MESHROUTE_PROFILE, else "ci" where CI is set, else "dev". No deadlines: how long things take is measured by
# the benchmarks, and a busy machine is no failure.
settings.register_profile("dev", max_examples=100, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True, print_blob=True)
settings.register_profile("nightly", max_examples=20_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("MESHROUTE_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return _ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of manifests and corpora beside the checkout; a test that needs it is skipped where it is absent."""
    folder = _ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is not beside this checkout")
    return folder
