"""The interface as a whole: the apps' routers, problems as answers, languages, its description."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tidui import __doc__ as about
from tidui.api.auth import TokenAuth
from tidui.apps.appraisal.api import cycles_router, results_router, schemes_router
from tidui.apps.ledger.api import router as deliveries_router
from tidui.apps.people.api import router as people_router
from tidui.core.values import issue
from tidui.ledger import LedgerError
from tidui.ui.rest import RefusedError, language_asked, problem_answer

View = Callable[..., Any]

interface = NinjaAPI(
    title="Tidui", version="1", description=about or "", urls_namespace="api", docs_url=None,
    openapi_url=None, auth=TokenAuth(),
)  # fmt: skip
interface.add_router("/people", people_router)
interface.add_router("/deliveries", deliveries_router)
interface.add_router("/schemes", schemes_router)
interface.add_router("/cycles", cycles_router)
interface.add_router("/results", results_router)


@interface.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem_answer(request, 401, issue("api.unauthenticated", ""))


@interface.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem_answer(request, 404, issue("api.not-found", ""))


@interface.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    detail = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors)
    return problem_answer(request, 422, issue("api.bad-request", "", detail=detail))


@interface.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    refused = issue("api.refused", "", detail=str(error))
    return problem_answer(request, error.status_code, refused)


@interface.exception_handler(RefusedError)
def _refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
    return problem_answer(request, error.status, error.problem)


@interface.exception_handler(LedgerError)
def _ledger(request: HttpRequest, error: LedgerError) -> HttpResponse:
    return problem_answer(request, 409, next(iter(error.issues)))


def without_session(view: View) -> View:
    """Make a view answer programs: no login page, no form token, in the language asked for."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = language_asked(request)
        with translation.override(language):
            found: HttpResponse = view(request, *args, **kwargs)
            if found.status_code == 405:
                allowed = found.headers.get("Allow", "GET")
                found = problem_answer(request, 405, issue("api.method-not-allowed", ""))
                found.headers["Allow"] = allowed
        found.headers["Content-Language"] = language
        patch_vary_headers(found, ["Accept-Language", "Authorization"])
        return found

    answer.login_required = False  # type: ignore[attr-defined]
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def described(request: HttpRequest) -> HttpResponse:
    """Show the description of the interface to whoever has logged in or has a token."""
    if not _known(request):
        return problem_answer(request, 401, issue("api.unauthenticated", ""))
    return JsonResponse(interface.get_openapi_schema(path_prefix=reverse("api:root")))


def root(request: HttpRequest) -> HttpResponse:
    """Say where the description is."""
    if not _known(request):
        return problem_answer(request, 401, issue("api.unauthenticated", ""))
    return JsonResponse({"openapi": request.build_absolute_uri(reverse("api:openapi"))})


def _known(request: HttpRequest) -> bool:
    return request.user.is_authenticated or bool(TokenAuth()(request))


def interface_patterns() -> list[URLPattern]:
    """Return the addresses of the routers, open to programs."""
    found: list[URLPattern] = []
    for entry in interface.urls[0]:
        if isinstance(entry, URLPattern) and entry.name != "api-root":
            entry.callback = without_session(entry.callback)
            found.append(entry)
    return found
