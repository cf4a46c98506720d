"""Handing out a stored file, from the view that has asked who may have it."""

from __future__ import annotations

from django.http import FileResponse, Http404

from tidui.apps.files.models import StoredFile
from tidui.apps.files.services import file_path


def send_file(stored: StoredFile) -> FileResponse:
    """Answer a stored file as a download; a browser never shows it as a page."""
    path = file_path(stored.sha256)
    if not path.exists():
        raise Http404
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
