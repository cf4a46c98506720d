"""Taking files in: by content, size and name; under their hash, never under their name."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor
from tidui.apps.files.models import StoredFile

CHUNK = 1 << 20
CONTENT_TYPES = {
    ".csv": "text/csv", ".txt": "text/plain", ".yaml": "application/yaml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xls": "application/vnd.ms-excel", ".parquet": "application/vnd.apache.parquet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".zip": "application/zip",
}  # fmt: skip
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


def file_path(sha256: str) -> Path:
    """Return where content lies."""
    return Path(settings.FILES_FOLDER) / sha256[:2] / sha256


def safe_name(name: str) -> str:
    """Return a name without folders and control characters, at most 120 characters.

    >>> safe_name("../../etc/pass\\x00wd.csv")
    'etc_pass_wd.csv'
    """
    stem = _UNSAFE.sub("_", name).strip(" ._")
    return stem[-120:] or "file"


def store_upload(*, by: Actor, upload: Any, kinds: Iterable[str], limit: int = 0) -> StoredFile:
    """Store an uploaded file whose ending and content are one of ``kinds``.

    Raises
    ------
    ValidationError
        If it is empty, too large, or not what its name says.
    """
    name = safe_name(upload.name or "")
    suffix = Path(name).suffix.lower()
    allowed = tuple(kinds)
    if suffix not in allowed:
        raise ValidationError(
            _("%(name)s is not one of the kinds %(kinds)s.")
            % {"name": name, "kinds": ", ".join(allowed)}
        )
    most = limit or settings.UPLOAD_LIMIT
    if upload.size == 0:
        raise ValidationError(_("%(name)s is empty.") % {"name": name})
    if upload.size > most:
        raise ValidationError(
            _("%(name)s has %(size)s MB; at most %(most)s MB are taken.")
            % {"name": name, "size": upload.size // 2**20, "most": most // 2**20}
        )
    head = upload.read(CHUNK)
    upload.seek(0)
    if not _looks_like(suffix, head, upload):
        raise ValidationError(
            _("The content of %(name)s is not that of a %(kind)s file.")
            % {"name": name, "kind": suffix}
        )
    return _store(by, name, suffix, upload.chunks(CHUNK))


def store_bytes(*, by: Actor, name: str, content: bytes) -> StoredFile:
    """Store something that the product made itself."""
    return _store(by, safe_name(name), Path(name).suffix.lower(), [content])


def _store(by: Actor, name: str, suffix: str, chunks: Iterable[bytes]) -> StoredFile:
    folder = Path(settings.FILES_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, path = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
                size += len(chunk)
            file.flush()
            os.fsync(file.fileno())
        target = file_path(digest.hexdigest())
        target.parent.mkdir(exist_ok=True)
        Path(path).replace(target)
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise
    return StoredFile.objects.create(
        sha256=digest.hexdigest(), size=size, name=name, stored_by=by.name, stored_at=by.at,
        content_type=CONTENT_TYPES.get(suffix, "application/octet-stream"),
    )  # fmt: skip


def _looks_like(suffix: str, head: bytes, whole: IO[bytes]) -> bool:
    """Tell whether the content is what the ending says."""
    if suffix in (".xlsx", ".docx", ".zip"):
        return head.startswith(b"PK\x03\x04") and _sound_archive(whole)
    starts = {
        ".parquet": b"PAR1", ".xls": b"\xd0\xcf\x11\xe0", ".pdf": b"%PDF-",
        ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff",
    }  # fmt: skip
    if suffix in starts:
        return head.startswith(starts[suffix])
    return b"\x00" not in head or head[:2] in (b"\xff\xfe", b"\xfe\xff")


def _sound_archive(whole: IO[bytes]) -> bool:
    """Refuse an archive that isn't one, or that unpacks to a hundred times its size."""
    try:
        with zipfile.ZipFile(whole) as archive:
            packed = sum(item.compress_size for item in archive.infolist())
            unpacked = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile:
        return False
    finally:
        whole.seek(0)
    return unpacked <= max(packed, 1) * 200
