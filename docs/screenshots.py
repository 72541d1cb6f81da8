"""Makes the pictures of the README from a fresh demo: `make screenshots` (needs Chromium)."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PORT = 8765
SITE = f"http://127.0.0.1:{PORT}"
PASSWORD = "praxis-demo-2026"
PICTURES = {
    "curriculum.png": "/en/curricula/grassroots-mediation-2026/",
    "balance-report.png": "/admin/reports/balance/",
}


@contextmanager
def demo() -> Iterator[None]:
    """A served demo in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"PRAXIS_VAR_DIR": folder, "PRAXIS_LOG_LEVEL": "WARNING"}
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (["migrate", "--verbosity", "0"], ["load_demo", "--verbosity", "0"]):
            subprocess.run([*manage, *command], env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        server = subprocess.Popen([*manage, "runserver", "--noreload", str(PORT)], env=environment)  # noqa: S603
        try:
            _wait()
            yield
        finally:
            server.terminate()
            server.wait()


def _wait() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(SITE)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The demo server did not start.")


def main() -> None:
    """Sign in as the committee and take each picture."""
    IMAGES.mkdir(exist_ok=True)
    with demo(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 960})
        page.goto(f"{SITE}/en/sign-in/")
        page.fill("input[name=username]", "committee@example.org")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        for name, path in PICTURES.items():
            page.goto(SITE + path)
            page.screenshot(path=IMAGES / name)
            print(IMAGES / name)
        browser.close()


if __name__ == "__main__":
    main()
