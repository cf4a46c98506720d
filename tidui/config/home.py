"""The folder of an installation and the keys in it.

``TIDUI_HOME`` holds the database (unless ``DATABASE_URL`` names another), the ledger folder,
uploaded files, keys and anchors of the audit chain. Keys are made once, readable by the owner only,
and never lie in the database.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def home_folder() -> Path:
    """Return the folder of the installation, made if it isn't there."""
    home = Path(os.environ.get("TIDUI_HOME", "build/home")).absolute()
    home.mkdir(parents=True, exist_ok=True)
    return home


def read_key(home: Path, name: str) -> str:
    """Return a key of the installation; the first call makes it."""
    given = os.environ.get(f"TIDUI_{name.upper()}_KEY")
    if given:
        return given
    path = home / "keys" / f"{name}.key"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    return path.read_text("ascii").strip()


def read_flag(name: str) -> bool:
    """Tell whether an environment variable says yes."""
    return os.environ.get(name, "") in ("1", "true", "yes")
