"""The side menu: what each standing finds in it, and what the frame of a page needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tidui.apps.people.access import Standing
from tidui.apps.people.models import User
from tidui.ui.pages import lang


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the menu.

    Attributes:
        url: name of the page.
        title: words.
        icon: name of the icon.
        needs: capabilities, one of which must be there; empty for everybody, ``own`` for whoever
            is an employee.
    """

    url: str
    title: Any
    icon: str
    needs: tuple[str, ...] = ()
    address: str = ""
    active: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A group of entries."""

    title: Any
    links: tuple[Link, ...]


MEASURES: Final = ("measures.enter", "measures.check", "measures.read")
PLANS: Final = ("plans.read", "plans.write")
MENU: Final = (
    Section(_("Mine"), (
        Link("web:home", _("Overview"), "home"),
        Link("web:todo", _("To do"), "checkbox"),
        Link("appraisal:my_scorecard", _("My scorecard"), "id-badge-2", ("own",)),
        Link("appraisal:my_plan", _("My targets"), "target", ("own",)),
        Link("customers:my_accounts", _("My accounts"), "wallet", ("own",)),
        Link("appraisal:my_schemes", _("My schemes"), "book", ("own",)),
        Link("appraisal:my_slips", _("My slips"), "receipt-yuan", ("own",)),
    )),
    Section(_("Team"), (
        Link("appraisal:board", _("Team board"), "layout-grid", ("results.read",)),
        Link("appraisal:decisions", _("Decisions"), "gavel", ("results.decide",)),
        Link("measures:list", _("Measures"), "pencil", MEASURES),
    )),
    Section(_("Appraisal"), (
        Link("ledger:deliveries", _("Deliveries"), "table-import", ("deliveries.read",)),
        Link("customers:attributions", _("Attribution"), "arrows-split-2", ("attributions.read",)),
        Link("appraisal:schemes", _("Schemes"), "adjustments-horizontal", ("schemes.read",)),
        Link("appraisal:plans", _("Performance plan"), "target-arrow", PLANS),
        Link("appraisal:cycles", _("Cycles"), "refresh", ("cycles.read",)),
        Link("appraisal:objections", _("Objections"), "message-report", ("objections.answer",)),
        Link("appraisal:pay", _("Pay"), "cash-banknote", ("pay.write",)),
    )),
    Section(_("People"), (
        Link("people:employees", _("Employees"), "users", ("people.read",)),
        Link("people:units", _("Organisation"), "sitemap", ("people.read",)),
    )),
    Section(_("Control"), (
        Link("people:users", _("Users and roles"), "key", ("users.read",)),
        Link("web:audit", _("Audit log"), "history", ("audit.read",)),
        Link("jobs:list", _("Jobs"), "loader", ("jobs.read",)),
    )),
)  # fmt: skip


def sections_for(standing: Standing, path: str) -> list[Section]:
    """Return the menu of somebody, with the entry of the present page marked."""
    found = []
    for section in MENU:
        links = [
            replace(link, address=reverse(link.url))
            for link in section.links
            if _open_to(link, standing)
        ]
        if links:
            found.append(replace(section, links=tuple(links)))
    best = max(
        (link.address for section in found for link in section.links if _on(path, link.address)),
        key=len,
        default="",
    )
    return [
        replace(
            section,
            links=tuple(replace(link, active=link.address == best) for link in section.links),
        )
        for section in found
    ]


def _on(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(address))


def _open_to(link: Link, standing: Standing) -> bool:
    if link.needs == ("own",):
        return standing.user.employee_id is not None
    return not link.needs or standing.may(*link.needs)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every page what its frame shows."""
    html_lang = "en" if (get_language() or "").startswith("en") else "zh-Hans"
    frame: dict[str, Any] = {
        "html_lang": html_lang, "bank": settings.BANK_NAME[lang()], "demo": settings.DEMO,
        "theme": "auto",
    }  # fmt: skip
    found = getattr(request, "standing", None)
    if found is not None:
        user: User = found.user
        own = [grant for grant in found.grants if grant.user_id == user.pk]
        others = {g.user.name for g in found.grants if g.user_id != user.pk}
        frame |= {
            "theme": user.theme,
            "sections": sections_for(found, request.path),
            "search": "people:employees" if found.may("people.read") else "",
            "roles": " · ".join(dict.fromkeys(g.get_role_display() for g in own))
            or str(_("relationship manager")),
            "stands_in_for": "、".join(sorted(others)),
        }
    return {"shell": frame}
