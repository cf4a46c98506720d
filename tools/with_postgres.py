"""Run a command with a PostgreSQL of its own: in a temporary folder, on a socket, gone afterwards.

    python tools/with_postgres.py COMMAND …

Finds the newest installed server; says how to install one where there is none.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c max_connections=50"
)
"""The data lives as long as the command: nothing has to survive a loss of power."""


def find_server() -> Path:
    """Return the folder of the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        sys.exit("no PostgreSQL server here: install the package postgresql")
    return Path(on_path).parent


def as_postgres(command: list[str]) -> list[str]:
    """Run as another user where we are root, because the server refuses root."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command] if (
        os.geteuid() == 0
    ) else command  # fmt: skip


def main() -> int:
    """Start the server, run the command, stop the server."""
    programs = find_server()
    with tempfile.TemporaryDirectory(prefix="tidui-pg-") as folder:
        root = Path(folder)
        data = root / "data"
        data.mkdir()
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            for path in (root, data):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        control = str(programs / "pg_ctl")
        init = ["-D", str(data), "-A", "trust", "-U", "tidui", "-E", "UTF8", "--locale=C"]
        quiet = {"check": True, "stdout": subprocess.DEVNULL}
        subprocess.run(as_postgres([str(programs / "initdb"), *init]), **quiet)  # type: ignore[call-overload]
        start = [
            "-D",
            str(data),
            "-o",
            f"{OPTIONS} -k {root}",
            "-l",
            str(root / "log"),
            "-w",
            "start",
        ]
        subprocess.run(as_postgres([control, *start]), **quiet)  # type: ignore[call-overload]
        try:
            address = f"postgres://tidui@{quote(str(root), safe='')}/postgres"
            environment = {**os.environ, "DATABASE_URL": address}
            return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
        finally:
            stop = ["-D", str(data), "-m", "immediate", "stop"]
            subprocess.run(as_postgres([control, *stop]), **quiet)  # type: ignore[call-overload]


if __name__ == "__main__":
    sys.exit(main())
