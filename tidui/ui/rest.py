"""What every address of the programming interface shares: pages by cursor, money, problems."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import Query, Schema
from pydantic import Field

from tidui.core.values import Issue, currency_exponent, issue
from tidui.library.messages import issue_text, sentence

DEFAULT_LIMIT = 50
MOST = 200
PROBLEM = "application/problem+json"
Row = TypeVar("Row")


class Money(Schema):
    """An amount of money, exact, in major units."""

    amount: str
    currency: str


class Paging(Schema):
    """Where a page of a list begins, and how long it is."""

    cursor: str = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = DEFAULT_LIMIT


PagingQuery = Query[Paging]


class RefusedError(Exception):
    """A request that can't be answered, with the issue that says why."""

    def __init__(self, status: int, problem: Issue) -> None:
        super().__init__(problem.code)
        self.status, self.problem = status, problem


def money(minor: int | None, currency: str) -> Money | None:
    """Return minor units as money; None stays None."""
    if minor is None or not currency:
        return None
    places = currency_exponent(currency)
    return Money(amount=f"{Decimal(minor).scaleb(-places):.{places}f}", currency=currency)


def cut_page(
    request: HttpRequest, rows: QuerySet[Any], paging: Paging, shown: Callable[[Any], Any]
) -> dict[str, Any]:
    """Return one page of a queryset in the order of its keys, and the address of the next."""
    after = _read(paging.cursor)
    found = rows.order_by("pk") if after is None else rows.filter(pk__gt=after).order_by("pk")
    return _page(request, list(found[: paging.limit + 1]), paging, shown, lambda row: row.pk)


def cut_sequence(
    request: HttpRequest, rows: Iterable[Row], paging: Paging, shown: Callable[[Row], Any],
    key: Callable[[Row], int],
) -> dict[str, Any]:  # fmt: skip
    """Return one page of rows that no table of the database holds, in the order of their keys."""
    after = _read(paging.cursor)
    left = sorted((row for row in rows if after is None or key(row) > after), key=key)
    return _page(request, left[: paging.limit + 1], paging, shown, key)


def _page(
    request: HttpRequest, found: list[Any], paging: Paging, shown: Callable[[Any], Any],
    key: Callable[[Any], int],
) -> dict[str, Any]:  # fmt: skip
    kept, following = found[: paging.limit], None
    if len(found) > paging.limit:
        cursor = base64.urlsafe_b64encode(str(key(kept[-1])).encode()).decode()
        query = urlencode({"cursor": cursor, "limit": paging.limit})
        following = request.build_absolute_uri(f"{request.path}?{query}")
    return {"items": [shown(row) for row in kept], "next": following}


def _read(cursor: str) -> int | None:
    if not cursor:
        return None
    try:
        key = int(base64.urlsafe_b64decode(cursor.encode()).decode())
    except (ValueError, binascii.Error) as error:
        raise RefusedError(422, issue("api.bad-cursor", "")) from error
    if not 0 <= key < 2**63:
        raise RefusedError(422, issue("api.bad-cursor", ""))
    return key


def language_asked(request: HttpRequest) -> str:
    """Return the language that a program asks for, else that of the installation."""
    for wanted, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return str(settings.LANGUAGE_CODE)


def problem_answer(request: HttpRequest, status: int, problem: Issue) -> JsonResponse:
    """Answer a problem document (RFC 9457) in the language that was asked for."""
    lang = "en" if language_asked(request).startswith("en") else "zh"
    body = {
        "type": f"urn:tidui:problem:{problem.code}",
        "title": sentence(problem.code, lang, problem.values), "status": status,
        "code": problem.code, "detail": issue_text(problem, lang), "instance": request.path,
    }  # fmt: skip
    answer = JsonResponse(body, status=status, content_type=PROBLEM)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="tidui"'
    return answer
