"""How long a save takes to be seen: `python -m benchmarks.preview DESK [SAVES]`.

Starts `briefgen serve` on a desk, opens one of its briefs in Chromium, and changes its text SAVES times (20 by
default). Prints the time from each save to the new words on the page, in milliseconds: median, worst, all.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path


def measure(desk: Path, saves: int) -> list[float]:
    """Milliseconds from each save to the new words in the browser."""
    from playwright.sync_api import sync_playwright

    brief = sorted((desk / "content" / "briefs").glob("*.md"))[
        len(list((desk / "content" / "briefs").glob("*.md"))) // 2
    ]
    kept = brief.read_text("utf-8")
    command = [sys.executable, "-m", "briefgen", "-C", str(desk), "serve", "-p", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    assert server.stdout
    url = next(found[1] for line in server.stdout if (found := re.search(r"Serving (http://\S+)", line)))
    took = []
    try:
        with sync_playwright() as playwright:
            binary = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
            page = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"]).new_page()
            page.goto(f"{url}briefs/{brief.stem}/")
            page.wait_for_selector("html[data-preview-build]")
            for number in range(saves):
                word = f"Saved-{number:03}"
                started = time.perf_counter()
                brief.write_text(f"{kept}\n{word}\n", "utf-8")
                page.wait_for_function("word => document.body.innerText.includes(word)", arg=word, timeout=120_000)
                took.append((time.perf_counter() - started) * 1000)
                time.sleep(0.5)
    finally:
        brief.write_text(kept, "utf-8")
        server.send_signal(signal.SIGTERM)
        server.wait()
        server.stdout.close()
    return took


if __name__ == "__main__":
    times = measure(Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 20)
    print(f"median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms: {' '.join(f'{t:.0f}' for t in times)}")
