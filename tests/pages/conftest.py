"""Chromium, started once for a file of tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def chromium() -> Iterator[Any]:
    """Chromium as it is installed, without a window; ends with the block."""
    from playwright.sync_api import sync_playwright

    binary = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    arguments = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        begun = playwright.chromium.launch(executable_path=binary, args=arguments)
        yield begun
        begun.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as begun:
        yield begun


def violations(page: Any) -> list[str]:
    """What axe finds wrong with a page, by WCAG 2.2 AA and best practice: the rule, and the first place."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found.response["violations"]]
