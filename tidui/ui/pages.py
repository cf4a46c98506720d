"""Rendering a page, or the fragment of it that htmx asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, or only its fragment when htmx asks."""
    htmx = request.htmx  # type: ignore[attr-defined]
    if fragment and htmx and not htmx.history_restore_request and not htmx.boosted:
        template = f"{template}#{fragment}"
    response: HttpResponse = render(request, template, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def see_other(request: HttpRequest, url: str, **kwargs: Any) -> HttpResponse:
    """Send the browser to a page after a form; htmx is told to load it whole."""
    response: HttpResponse = redirect(url, **kwargs)
    if request.htmx:  # type: ignore[attr-defined]
        response = HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
    return response


def lang() -> str:
    """Return the reader's language as the core names it: ``zh`` or ``en``."""
    return "en" if (get_language() or "").startswith("en") else "zh"
