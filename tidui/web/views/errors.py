"""Pages for what isn't there, isn't allowed or broke."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tidui.ui.pages import render_page


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that nothing is here, whether it doesn't exist or isn't the reader's."""
    return render_page(request, "web/not_found.html", {}, status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that a request was refused."""
    return render_page(request, "web/forbidden.html", {}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something broke, without a template that could break again."""
    return HttpResponse(
        "<!doctype html><meta charset=utf-8><title>500</title><p>系统出错，请稍后重试或联系管理员。"
        "<p>Something broke. Try again later, or ask your administrator.",
        status=500,
    )
