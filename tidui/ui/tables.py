"""Lists: columns as data; filter, order and page in the address; every list exports.

A view declares columns and filters over a queryset, or over a sequence of rows that no table of the
database holds; the address says ``?q=…&sort=-name&page=2``; ``export=xlsx`` or ``csv`` gives all
rows that the filters leave, formulas defused.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from tidui.exchange.workbook import Cell, Sheet, write_tables
from tidui.ui.pages import render_page

PAGE_SIZE = 50
EXPORT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Attributes:
        name: slug, also the word in ``?sort=``.
        title: heading, in the reader's language.
        value: row → what is exported, and shown unless ``shown`` says otherwise.
        order: fields that it sorts by (attributes, in a sequence); empty for a column that doesn't.
        kind: ``text``, ``number``, ``badge`` or ``muted``; numbers stand to the right.
        shown: row → what is shown, where that isn't the exported value.
        link: row → address.
        tone: row → ``good``, ``mid``, ``bad`` or empty, for a badge.
        places: decimals of an exported number.
        narrow: kept on a phone.
    """

    name: str
    title: str
    value: Callable[[Any], Cell]
    order: tuple[str, ...] = ()
    kind: str = "text"
    shown: Callable[[Any], Any] | None = None
    link: Callable[[Any], str] | None = None
    tone: Callable[[Any], str] | None = None
    places: int | None = None
    narrow: bool = True


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above a list: value → condition.

    Attributes:
        name: word in the address.
        title: what is chosen.
        options: (value, words) pairs.
        condition: value → condition on the queryset; on a sequence, a truth about a row.
    """

    name: str
    title: str
    options: Sequence[tuple[str, Any]]
    condition: Callable[[str], Q | Callable[[Any], bool]]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A heading with its link: which order a press gives."""

    column: Column
    address: str
    direction: str


@dataclass(frozen=True, slots=True)
class CellShown:
    """One cell on the page."""

    text: Any
    kind: str
    link: str
    tone: str
    title: str
    narrow: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """What the template of a list shows."""

    heads: list[Head]
    rows: list[list[CellShown]]
    page: Page[Any]
    filters: list[Filter]
    search: str
    searchable: bool
    total: int
    filtered: bool
    kept: list[tuple[str, str]]
    exports: list[tuple[str, str]]
    previous: str = ""
    following: str = ""
    clear: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: what it shows, by what it is found, and how it is called when exported."""

    name: str
    title: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search: tuple[str, ...] = ()
    default: str = ""
    page_size: int = PAGE_SIZE
    keep: tuple[str, ...] = field(default=())


def show_list(
    request: HttpRequest, template: str, listing: Listing, rows: QuerySet[Any] | Sequence[Any],
    context: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Answer a list page, its fragment ``rows``, or its export."""
    found, state = _apply(request.GET, listing, rows)
    kind = request.GET.get("export", "")
    if kind in EXPORT_TYPES:
        return export_rows(listing, found, kind)
    page = Paginator(found, listing.page_size).get_page(request.GET.get("page"))
    shown = _page(request.GET, listing, page, state)
    return render_page(
        request, template, {"list": shown, "listing": listing, **(context or {})}, fragment="rows"
    )


@dataclass(frozen=True, slots=True)
class _State:
    search: str
    sort: str
    filters: list[Filter]


def _apply(query: QueryDict, listing: Listing, rows: Any) -> tuple[Any, _State]:
    search = query.get("q", "").strip()[:100]
    if search and listing.search:
        rows = _searched(rows, listing.search, search)
    chosen = []
    for one in listing.filters:
        value = query.get(one.name, "")
        known = value in {option for option, _words in one.options}
        if value and known:
            rows = _kept(rows, one.condition(value))
        chosen.append(replace(one, chosen=value if known else ""))
    sort = query.get("sort", "") or listing.default
    orders = {column.name: column.order for column in listing.columns if column.order}
    fields = orders.get(sort.lstrip("-"))
    if fields:
        rows = _ordered(rows, fields, sort.startswith("-"))
    return rows, _State(search, sort, chosen)


def _searched(rows: Any, paths: Sequence[str], text: str) -> Any:
    if not isinstance(rows, QuerySet):
        word = text.casefold()
        return [r for r in rows if any(word in str(getattr(r, p)).casefold() for p in paths)]
    condition = Q()
    for path in paths:
        condition |= Q(**{f"{path}__icontains": text})
    return rows.filter(condition)


def _kept(rows: Any, condition: Any) -> Any:
    return rows.filter(condition) if isinstance(rows, QuerySet) else list(filter(condition, rows))


def _ordered(rows: Any, names: Sequence[str], down: bool) -> Any:
    """Sort; what is missing in a sequence stands last, whichever way it is sorted."""
    if isinstance(rows, QuerySet):
        return rows.order_by(*(f"-{name}" if down else name for name in names), "pk")
    for name in reversed(names):
        known = [row for row in rows if getattr(row, name) is not None]
        missing = [row for row in rows if getattr(row, name) is None]
        rows = sorted(known, key=attrgetter(name), reverse=down) + missing
    return rows


def _page(query: QueryDict, listing: Listing, page: Page[Any], state: _State) -> ListPage:
    active = {one.name: one.chosen for one in state.filters if one.chosen}
    kept: dict[str, str] = {name: query.get(name, "") for name in listing.keep if query.get(name)}
    kept |= {"q": state.search} if state.search else {}
    kept |= active

    def address(**changes: str) -> str:
        explicit = {"sort": query["sort"]} if query.get("sort") else {}
        return "?" + urlencode({k: v for k, v in {**kept, **explicit, **changes}.items() if v})

    heads = []
    for column in listing.columns:
        direction = ""
        if state.sort.lstrip("-") == column.name:
            direction = "descending" if state.sort.startswith("-") else "ascending"
        turned = f"-{column.name}" if direction == "ascending" else column.name
        heads.append(Head(column, address(sort=turned) if column.order else "", direction))
    number = page.number
    return ListPage(
        heads=heads,
        rows=[[_cell(column, row) for column in listing.columns] for row in page.object_list],
        page=page,
        filters=state.filters,
        search=state.search,
        searchable=bool(listing.search),
        total=page.paginator.count,
        filtered=bool(state.search or active),
        kept=[(n, query.get(n, "")) for n in (*listing.keep, "sort") if query.get(n)],
        exports=[(kind, address(export=kind)) for kind in EXPORT_TYPES],
        previous=address(page=str(number - 1)) if page.has_previous() else "",
        following=address(page=str(number + 1)) if page.has_next() else "",
        clear="?" + urlencode({n: query.get(n, "") for n in listing.keep if query.get(n)}),
    )


def _cell(column: Column, row: Any) -> CellShown:
    text = column.shown(row) if column.shown else column.value(row)
    return CellShown(
        text="" if text is None else text,
        kind=column.kind,
        link=column.link(row) if column.link else "",
        tone=column.tone(row) if column.tone else "",
        title=column.title,
        narrow=column.narrow,
    )


def export_rows(listing: Listing, rows: Any, kind: str) -> HttpResponse:
    """Answer all rows of a list as a file."""
    found = rows.iterator(chunk_size=2_000) if isinstance(rows, QuerySet) else rows
    sheet = Sheet(
        listing.title[:31],
        listing.title,
        tuple(column.title for column in listing.columns),
        tuple(tuple(_exported(column.value(row)) for column in listing.columns) for row in found),
        tuple(column.places for column in listing.columns),
    )
    return export_sheets([sheet], listing.name, kind)


def _exported(value: Any) -> Cell:
    return value if value is None or isinstance(value, int | Fraction | str) else str(value)


def export_sheets(sheets: Sequence[Sheet], name: str, kind: str) -> HttpResponse:
    """Answer sheets as a download."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.{kind}"
        write_tables(path, sheets)
        content = path.read_bytes()
    header = content_disposition_header(as_attachment=True, filename=f"{name}.{kind}")
    return HttpResponse(
        content, content_type=EXPORT_TYPES[kind], headers={"Content-Disposition": header or ""}
    )


def yes_no(value: bool) -> str:
    """Return the word for a truth."""
    return _("yes") if value else _("no")
