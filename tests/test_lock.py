"""requirements.lock holds what pyproject.toml asks for, and nothing that ties it to one place."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[1]
LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
# One entry: `name==version`, perhaps a marker, then its hashes on continuation lines.
ENTRY = re.compile(r"^([a-z0-9-]+)==([^ ]+)(?: ; [^\\]+)? \\\n((?:    --hash=sha256:.+\n)+)", re.M)


def asked_for() -> list[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


def test_every_line_is_a_version_with_hashes() -> None:
    assert ENTRY.sub("", LOCK).strip() == ""


@pytest.mark.parametrize("line", asked_for())
def test_lock_satisfies_what_is_asked_for(line: str) -> None:
    requirement = Requirement(line)
    versions = {name: version for name, version, _ in ENTRY.findall(LOCK)}

    assert versions[canonicalize_name(requirement.name)] in requirement.specifier
