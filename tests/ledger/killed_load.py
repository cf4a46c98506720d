"""A load that kills itself at its n-th step: run by ``test_killed.py`` in a process of its own.

Arguments: ledger folder, file, mapping file, n. A step is a sync, a rename or a statement of the
catalogue; SIGKILL leaves no chance to tidy up.
"""

import os
import signal
import sys
from pathlib import Path

left = int(sys.argv[4])


def step() -> None:
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def counting(function):  # type: ignore[no-untyped-def]
    def counted(*args, **kwargs):  # type: ignore[no-untyped-def]
        step()
        result = function(*args, **kwargs)
        step()
        return result

    return counted


os.fsync = counting(os.fsync)
os.replace = counting(os.replace)
os.rename = counting(os.rename)
Path.replace = counting(Path.replace)  # type: ignore[method-assign]

import tidui.ledger.catalogue as catalogue  # noqa: E402
from tidui.ledger import open_ledger  # noqa: E402

connect = catalogue.sqlite3.connect


def watched(*args, **kwargs):  # type: ignore[no-untyped-def]
    connection = connect(*args, **kwargs)
    connection.set_trace_callback(lambda _: step())
    return connection


catalogue.sqlite3.connect = watched
open_ledger(Path(sys.argv[1])).load(
    Path(sys.argv[2]), table="balances", mapping_text=Path(sys.argv[3]).read_text("utf-8"),
    at="2026-01-01T00:00:00Z", by="test",
)  # fmt: skip
