"""Who may do what, and with whom: roles carry capabilities, dated grants carry scope.

Permission is asked in the view. A foreign object answers 404, as if it weren't there; a page that
somebody's role does not know answers 404 too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest

from tidui.apps.people.models import Employee, EmployeeSpell, RoleGrant, User
from tidui.apps.people.models.spells import valid_on
from tidui.apps.people.models.users import Role
from tidui.apps.people.tree import UnitTree, unit_tree

_LEAD: Final = frozenset({
    "people.read", "results.read", "results.decide", "measures.enter", "attributions.read",
    "followups.write", "plans.write", "workforce.read",
})  # fmt: skip

CAPABILITIES: Final[dict[str, frozenset[str]]] = {
    Role.TEAM_LEAD: _LEAD - {"results.decide", "plans.write"},
    Role.LINE_LEAD: _LEAD,
    Role.BRANCH_HEAD: _LEAD,
    Role.HR: frozenset({
        "people.read", "people.write", "people.import", "results.read", "workforce.read",
        "followups.write", "documents.write", "schemes.read", "measures.enter",
    }),
    Role.APPRAISAL_OFFICE: frozenset({
        "people.read", "deliveries.read", "deliveries.write", "attributions.read",
        "attributions.write", "schemes.read", "schemes.write", "cycles.read", "cycles.write",
        "results.read", "plans.write", "plans.read", "measures.enter", "measures.check",
        "objections.answer", "pay.write", "jobs.read", "verify", "workforce.read",
        "documents.write", "followups.write",
    }),
    Role.APPRAISAL_GROUP: frozenset({
        "schemes.read", "cycles.read", "results.read", "results.decide", "group.vote",
        "objections.answer", "schemes.adopt",
    }),
    Role.COMPLIANCE: frozenset({"schemes.read", "schemes.assess", "results.read", "people.read"}),
    Role.AUDITOR: frozenset({
        "people.read", "deliveries.read", "attributions.read", "schemes.read", "cycles.read",
        "results.read", "plans.read", "audit.read", "jobs.read", "verify", "workforce.read",
        "users.read", "measures.read",
    }),
    Role.SYSTEM_ADMIN: frozenset({"users.write", "users.read", "jobs.read"}),
    Role.SECURITY_ADMIN: frozenset({"grants.write", "users.read"}),
    Role.AUDIT_ADMIN: frozenset({"audit.read", "verify"}),
}  # fmt: skip
"""What each role may do, within the unit and line of its grant."""


BANK_WIDE: Final = frozenset({
    "audit.read", "cycles.read", "cycles.write", "deliveries.read", "deliveries.write",
    "grants.write", "group.vote", "jobs.read", "objections.answer", "pay.write", "schemes.adopt",
    "schemes.assess", "schemes.write", "users.read", "users.write", "verify",
})  # fmt: skip
"""Matters of the whole bank: a grant within a unit or line doesn't carry them."""


def carries(grant: RoleGrant, capability: str) -> bool:
    """Tell whether a grant gives a capability anywhere."""
    within = grant.unit_id is not None or bool(grant.business_line)
    known = capability in CAPABILITIES[grant.role]
    return known and not (within and capability in BANK_WIDE)


@dataclass(frozen=True, slots=True)
class Part:
    """One grant as a piece of the bank: units (None for all of it), and a line (empty for all)."""

    units: frozenset[int] | None
    line: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a capability reaches.

    Attributes:
        parts: pieces of the bank, added up.
        own: id of the employee that the user is, who is always in.
    """

    parts: tuple[Part, ...]
    own: int | None = None

    @property
    def whole_bank(self) -> bool:
        """True where nothing is left out."""
        return any(part.units is None and not part.line for part in self.parts)

    def places(self, prefix: str = "") -> Q:
        """Return the condition on rows that carry belongs_to, sits_at and business_line."""
        found = Q(pk__in=[])
        for part in self.parts:
            inside = Q()
            if part.units is not None:
                inside = Q(**{f"{prefix}belongs_to__in": part.units})
                inside |= Q(**{f"{prefix}sits_at__in": part.units})
            if part.line:
                inside &= Q(**{f"{prefix}business_line": part.line})
            found |= inside if inside else Q(pk__isnull=False)
        return found


class Standing:
    """What a user may do today, read once per request.

    ``only`` narrows it to some capabilities, as the token of a program does; ``own`` among them
    stands for what is his own as an employee.
    """

    def __init__(self, user: User, today: date, only: frozenset[str] | None = None) -> None:
        self.user = user
        self.today = today
        self.only = only

    @property
    def own(self) -> int | None:
        """Id of the employee whose own matters he may see."""
        return self.user.employee_id if self.only is None or "own" in self.only else None

    @cached_property
    def grants(self) -> list[RoleGrant]:
        """His grants that are valid today, and those of whoever he stands in for today."""
        if not self.user.is_active:
            return []
        absent = self.user.deputy_for.filter(valid_on(self.today)).values("absent")
        holders = Q(user=self.user) | Q(user__in=absent, user__is_active=True)
        found = RoleGrant.objects.filter(holders).filter(valid_on(self.today))
        return list(found.select_related("unit", "user"))

    @cached_property
    def tree(self) -> UnitTree:
        """The organisation of today."""
        return unit_tree(self.today)

    @cached_property
    def capabilities(self) -> frozenset[str]:
        """Everything that one of his roles may do somewhere."""
        found: frozenset[str] = frozenset()
        for grant in self.grants:
            known = CAPABILITIES[grant.role]
            found |= {capability for capability in known if carries(grant, capability)}
        return found if self.only is None else found & self.only

    def may(self, *capabilities: str) -> bool:
        """Tell whether he may do one of these at least somewhere."""
        return any(capability in self.capabilities for capability in capabilities)

    def scope(self, capability: str) -> Scope:
        """Return whom a capability reaches."""
        parts = []
        for grant in self.grants if capability in self.capabilities else ():
            if carries(grant, capability):
                units = None if grant.unit_id is None else self.tree.below(grant.unit_id)
                parts.append(Part(units, grant.business_line))
        return Scope(tuple(parts), self.own)

    def acting_for(self, capability: str) -> str:
        """Return whose grant he uses where he has none of his own, empty for his own."""
        holders = [g.user for g in self.grants if carries(g, capability)]
        if not holders or any(holder == self.user for holder in holders):
            return ""
        return holders[0].username


def standing(request: HttpRequest) -> Standing:
    """Return the standing of whoever asks, made by the door."""
    return request.standing  # type: ignore[attr-defined, no-any-return]


def require(request: HttpRequest, *capabilities: str) -> Standing:
    """Let those pass who may do one of these somewhere; for all others the page isn't there."""
    found = standing(request)
    if not found.may(*capabilities):
        raise Http404
    return found


def employees_in(scope: Scope, on: date, *, with_own: bool = True) -> QuerySet[Employee]:
    """Return the employees of a scope by their present place; whoever left by his last one."""
    if scope.whole_bank:
        return Employee.objects.all()
    spells = EmployeeSpell.objects.filter(employee=OuterRef("pk")).filter(valid_on(on))
    inside = Q(Exists(spells.filter(scope.places())))
    if with_own and scope.own is not None:
        inside |= Q(pk=scope.own)
    return Employee.objects.filter(inside)


def employee_read(request: HttpRequest, public_id: UUID) -> Employee:
    """Return an employee whom the user may see, or 404."""
    scope = standing(request).scope("people.read")
    return _one(employees_in(scope, standing(request).today), public_id)


def employee_write(request: HttpRequest, public_id: UUID) -> Employee:
    """Return an employee whose data the user may change, or 404; never his own."""
    scope = standing(request).scope("people.write")
    found = employees_in(scope, standing(request).today, with_own=False)
    return _one(found.exclude(pk=standing(request).user.employee_id or 0), public_id)


def _one(rows: QuerySet[Employee], public_id: UUID) -> Employee:
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def holders_of(capability: str, today: date, places: Iterable[EmployeeSpell]) -> list[User]:
    """Return the users whose scope for a capability holds one of these places."""
    roles = [role for role, known in CAPABILITIES.items() if capability in known]
    tree = unit_tree(today)
    found: dict[int, User] = {}
    granted = RoleGrant.objects.filter(role__in=roles, user__is_active=True)
    for grant in granted.filter(valid_on(today)).select_related("user"):
        units = None if grant.unit_id is None else tree.below(grant.unit_id)
        for place in places:
            inside = units is None or place.belongs_to_id in units or place.sits_at_id in units
            if inside and grant.business_line in ("", place.business_line):
                found[grant.user_id] = grant.user
    return list(found.values())
