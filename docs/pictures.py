"""Take the pictures of the README, of this repository's own site:  python -m docs.pictures

Needs Chromium. The site is built as `make site` builds it, into a folder that is thrown away.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.pages.conftest import chromium

ROOT = Path(__file__).parents[1]
PAGES = {"brief": "briefs/dprk-shells-russia/index.html", "actor": "actors/north-korea/index.html"}
SCHEMES = ("light", "dark")


def main() -> None:
    """Write docs/pictures/NAME-SCHEME.png for each page, light and dark."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        subprocess.run([sys.executable, "-m", "briefgen", "build", "-q", "-o", f"{folder}/site"], cwd=ROOT, check=True)
        for scheme in SCHEMES:
            page = browser.new_page(viewport={"width": 1120, "height": 1000}, color_scheme=scheme)
            for name, path in PAGES.items():
                page.goto(f"file://{folder}/site/{path}")
                page.screenshot(path=ROOT / f"docs/pictures/{name}-{scheme}.png")


if __name__ == "__main__":
    main()
