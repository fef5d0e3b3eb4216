"""What the program brings along has no fault that is known, at the lowest version that it takes either.

`make audit` asks the lists of known faults themselves, where they can be reached.
"""

from __future__ import annotations

import re
import subprocess

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.audit import brought, declared, lowest
from tests.conftest import REPOSITORY

# The first version without it, and the name of the fault. Of each package the latest that was known in November 2026.
FAULTS = {
    "certifi": ("2024.7.4", "CVE-2024-39689"),
    "click": ("8.3.3", "PYSEC-2026-2132"),
    "distributed": ("2026.1.1", "CVE-2026-23528"),
    "h11": ("0.16.0", "CVE-2025-43859"),
    "idna": ("3.15", "CVE-2026-45409"),
    "jinja2": ("3.1.6", "CVE-2025-27516"),
    "lxml": ("6.1.3", "CVE-2026-49825"),
    "lxml-html-clean": ("0.4.4", "CVE-2026-28350"),
    "markdown-it-py": ("2.2.0", "CVE-2023-26303"),
    "pydantic": ("2.4.0", "CVE-2024-3772"),
    "pygments": ("2.20.0", "CVE-2026-4539"),
    "pyyaml": ("5.4", "CVE-2020-14343"),
    "requests": ("2.33.0", "CVE-2026-25645"),
    "setuptools": ("78.1.1", "CVE-2025-47273"),
    "tornado": ("6.5.10", "CVE-2026-49855 and others"),
    "tqdm": ("4.66.3", "CVE-2024-34062"),
    "urllib3": ("2.7.0", "CVE-2026-44432"),
}
BOUNDS = {canonicalize_name(each.name): lowest(each) for each in declared()}


@pytest.mark.parametrize("name", FAULTS)
def test_a_lower_bound_is_above_the_known_faults(name: str) -> None:
    sound, fault = FAULTS[name]
    there = brought().get(name)
    assert there is None or Version(there) >= Version(sound), f"{name} {there} has {fault}"
    if name != "certifi":  # a list of authorities: its versions are days, and the newest one is taken
        assert Version(BOUNDS[name]) >= Version(sound), f"{name} may be one with {fault}"


def test_what_is_brought_along_is_found_through_every_package() -> None:
    found = brought()
    assert {"click", "markupsafe", "tornado", "pydantic-core", "spacy", "thinc", "lxml", "dask"} <= found.keys()
    assert BOUNDS.keys() <= found.keys(), "all that is declared is installed where it is tested"


def test_the_audit_says_when_it_could_not_be_made() -> None:
    script = (REPOSITORY / "tests/audit.sh").read_text()
    planted = re.search(r"jinja2==(\S+?)\"", script)
    assert planted and Version(planted[1]) < Version(FAULTS["jinja2"][0]), "looked up first, and to be found"
    done = subprocess.run(["sh", "-n", REPOSITORY / "tests/audit.sh"], capture_output=True)
    assert done.returncode == 0, done.stderr
