"""What `import meshroute` gives, and what it does not load."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import meshroute
from meshroute import criteria, profiles
from meshroute.model import criteria as model_criteria
from meshroute.readers.gateway_api.profile import GatewayProfile

_PROGRAM = """
import json, sys
before = set(sys.modules)
{0}
print(json.dumps(sorted(set(sys.modules) - before)))
"""
_ROUTING = "from meshroute import Request, Route, Router"


def _loaded(statement: str) -> list[str]:
    # -S: what site loads (.pth files of editable installs) is not what meshroute loads; -I would hide the path
    program = f"import sys; sys.path[:0] = {sys.path!r}\n{_PROGRAM.format(statement)}"
    done = subprocess.run(  # noqa: S603 - this interpreter, our own program
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True
    )
    found: list[str] = json.loads(done.stdout)
    return found


def test_importing_loads_nothing_that_is_not_asked_for() -> None:
    loaded = _loaded("import meshroute")
    assert [name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names] == ["meshroute"]


def test_importing_loads_only_attrs_and_the_standard_library() -> None:
    loaded = _loaded(_ROUTING)
    foreign = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names) - {"meshroute"}
    assert foreign <= {"attr", "attrs"}
    assert "meshroute.matching.router" in loaded


@pytest.mark.parametrize(
    "name", ["readers", "cli", "testing", "analysis", "middleware", "writers", "expectations", "criteria", "profiles"]
)
def test_importing_leaves_the_upper_floors_alone(name: str) -> None:
    assert [module for module in _loaded(_ROUTING) if module.startswith(f"meshroute.{name}")] == []


def test_at_most_forty_names_are_exported() -> None:
    assert len(meshroute.__all__) <= 40
    assert len(set(meshroute.__all__)) == len(meshroute.__all__)
    assert list(meshroute.__all__) == sorted(meshroute.__all__)


@pytest.mark.parametrize("name", meshroute.__all__)
def test_every_exported_name_is_there(name: str) -> None:
    assert getattr(meshroute, name) is not None


def test_the_names_of_the_quickstart_are_exported() -> None:
    assert {"Router", "Route", "Request", "Resolution", "Outcome", "load", "scan"} <= set(meshroute.__all__)


def test_all_names_are_listed() -> None:
    assert set(meshroute.__all__) <= set(dir(meshroute))


def test_load_comes_from_the_readers() -> None:
    assert meshroute.load.__module__.startswith("meshroute.readers")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'meshroute' has no attribute 'laod'$"):
        _ = getattr(meshroute, "laod")  # noqa: B009 - a plain attribute would be refused by the type checkers


def test_profiles_are_public_under_their_own_name() -> None:
    assert profiles.PROFILES["spec"] == profiles.GatewayProfile() == GatewayProfile()
    assert set(profiles.PROFILES) == {"spec", "envoy-gateway", "istio"}


def test_criteria_are_public_under_their_own_name() -> None:
    assert criteria.__all__ == model_criteria.__all__
    for name in criteria.__all__:
        assert getattr(criteria, name) is getattr(model_criteria, name)
