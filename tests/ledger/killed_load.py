"""A load that kills itself at its n-th step: run by ``test_killed.py`` in a process of its own.

Arguments: ledger folder, file, mapping file, n. A step is a sync, a rename or a statement of the
catalogue; SIGKILL leaves no chance to tidy up.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tidui.ledger import catalogue, open_ledger


class Countdown:
    """Kills the process when the steps run out."""

    def __init__(self, left: int) -> None:
        self.left = left

    def step(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Count a step before and one after a call."""

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.step()
            result = function(*args, **kwargs)
            self.step()
            return result

        return counted


def main(folder: str, delivery: str, mapping: str, steps: str) -> None:
    countdown = Countdown(int(steps))
    os.fsync = countdown.around(os.fsync)
    os.replace = countdown.around(os.replace)
    connect = catalogue.sqlite3.connect

    def watched(*args: Any, **kwargs: Any) -> Any:
        connection = connect(*args, **kwargs)
        connection.set_trace_callback(countdown.step)
        return connection

    catalogue.sqlite3.connect = watched
    open_ledger(Path(folder)).load(
        Path(delivery), table="balances", mapping_text=Path(mapping).read_text("utf-8"),
        at="2026-01-01T00:00:00Z", by="test",
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
