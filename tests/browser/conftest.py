"""A real browser against a real server and a real worker, on a demo bank of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("TIDUI_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
READY_SECONDS = 240
"""The bank is built first, and its files are compressed."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser's tests, and skip them in words where there is no browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not Path(CHROMIUM).exists():
                item.add_marker(pytest.mark.skip(reason="no Chromium here: install chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How the machine's own Chromium is started."""
    return {"executable_path": CHROMIUM, "args": list(FLAGS)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo, served: its address."""
    home = tmp_path_factory.mktemp("browser") / "home"
    environment = {
        **os.environ, "TIDUI_HOME": str(home), "TIDUI_STATIC": str(home.parent / "static"),
    }  # fmt: skip
    for name in ("DJANGO_SETTINGS_MODULE", "TIDUI_SECRET_KEY", "TIDUI_AUDIT_KEY", "DATABASE_URL"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "tidui", "demo", "--home", str(home)]
    port = _free_port()
    log = (home.parent / "log").open("w")
    running = subprocess.Popen(
        [*command, "--port", str(port)], cwd=ROOT, env=environment, stdout=log,
        stderr=log,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address + "/health/", running)
        yield address
    finally:
        running.terminate()
        running.wait(timeout=30)
        log.close()
        shutil.rmtree(home, ignore_errors=True)


def _wait_for(address: str, running: subprocess.Popen[bytes]) -> None:
    """Ask until the server answers; it is not up before its processes are."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        assert running.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer")


class Visitor:
    """One person at the browser; a console error or a foreign host fails the test."""

    def __init__(
        self, browser: Any, server: str, *, phone: bool = False, dark: bool = False
    ) -> None:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        scheme = "dark" if dark else "light"
        self.context = browser.new_context(viewport=size, locale="zh-CN", color_scheme=scheme)
        self.server, self.faults = server, []
        self.page = self.context.new_page()
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._asked)

    def _told(self, message: Any) -> None:
        if message.type == "error" and "404" not in message.text:
            self.faults.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.server, "data:", "blob:")):
            self.faults.append(f"foreign host: {request.url}")

    def log_in(self, name: str) -> None:
        """Log in with the demo's password."""
        self.open("/account/login/")
        self.page.fill("#id_login", name)
        self.page.fill("#id_password", "demo")
        self.page.click("main button.btn-primary")
        self.page.wait_for_url(self.server + "/")

    def open(self, path: str) -> int:
        """Open a page and return its status."""
        answer = self.page.goto(self.server + path)
        self.page.wait_for_load_state("networkidle")
        return int(answer.status)

    def sideways(self) -> int:
        """Return by how many pixels the page is wider than the screen."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def serious(self) -> list[str]:
        """Return what axe finds serious or critical on the page."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [
            f"{one['id']}: {node['html'][:120]}"
            for one in found
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"][:3]
        ]


@pytest.fixture
def visit(browser: Any, server: str) -> Iterator[Any]:
    """Make visitors; at the end none of them may have seen a fault."""
    made: list[Visitor] = []

    def enter(name: str, **how: bool) -> Visitor:
        visitor = Visitor(browser, server, **how)
        made.append(visitor)
        visitor.log_in(name)
        return visitor

    yield enter
    faults = [fault for visitor in made for fault in visitor.faults]
    for visitor in made:
        visitor.context.close()
    assert faults == []
