"""The demo in the browser: the example bank with its people, schemes, and a cycle in each state."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tidui.cli.demo_designs import design_ahead
from tidui.core.calendar import parse_period
from tidui.core.documents import parse_document

PASSWORD = "demo"
CODES = {
    "分行": "branch", "支行": "sub_branch", "网点": "outlet", "团队": "team", "对公": "corporate",
    "客户经理": "relationship_manager", "在岗": "active", "产假": "maternity_leave", "离职": "left",
}  # fmt: skip
CAST = (
    ("alice", "E001", None, "", "客户经理 · RM"),
    ("charlie", "E002", None, "", "另一支行的客户经理 · RM of another branch"),
    ("bob", "L01", "branch_head", "B01", "支行行长 · branch head"),
    ("dana", "丁岚", "hr", "", "人力资源 · HR"),
    ("eve", "易文", "auditor", "", "审计 · auditor"),
    ("frank", "方明", "appraisal_office", "", "考核办 · appraisal office"),
    ("fay", "范瑶", "appraisal_office", "", "考核办复核 · appraisal office, second person"),
    ("grace", "葛蕾", "appraisal_group", "", "考核小组 · appraisal group"),
    ("carol", "康乐", "compliance", "", "合规 · compliance"),
    ("sam", "孙毅", "system_admin", "", "系统管理员 · system administrator"),
    ("sue", "苏颖", "security_admin", "", "安全管理员 · security administrator"),
    ("ada", "安达", "audit_admin", "", "审计管理员 · audit administrator"),
)
"""User name, employee number or name, role, unit of the role, words."""


def build_demo(examples: Path, told: Callable[[str], None]) -> None:
    """Fill an empty installation: Django is set up, the database is migrated."""
    from tidui.apps.people.services.first import make_ledger

    make_ledger()
    told("organisation")
    enter_people(examples)
    told("ledger")
    load_deliveries(examples)
    told("schemes")
    enter_decided_tables(examples)
    annual, quarterly = adopt_schemes(examples)
    _run_cycles(annual, quarterly, told)
    told("plans")
    design_ahead(annual)


def enter_people(examples: Path) -> None:
    """Enter units, employees and the users of the demo."""
    names = {row[0]: row[1] for row in _rows(examples / "names.csv", ("编号", "名称"))}
    _units(examples, names)
    _employees(examples, names)
    _users()


def _actor(name: str = "demo", at: datetime | None = None) -> Any:
    from tidui.apps.audit.services import Actor

    return Actor(name, at or datetime.now(UTC))


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield tuple(row[name].strip() for name in columns)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _units(examples: Path, names: dict[str, str]) -> None:
    from tidui.apps.people.models import Unit
    from tidui.apps.people.services.units import found_unit

    columns = ("机构号", "上级机构", "类型", "起始日")
    for code, parent, kind, since in _rows(examples / "organisation.csv", columns):
        above = Unit.objects.filter(org_code=parent).first() if parent else None
        found_unit(
            by=_actor(), org_code=code, name=names.get(code, code), kind=CODES[kind], parent=above,
            valid_from=date.fromisoformat(since),
        )  # fmt: skip


def _employees(examples: Path, names: dict[str, str]) -> None:
    from tidui.apps.people.models import Unit
    from tidui.apps.people.services.employees import change_place, hire

    units = {unit.org_code: unit for unit in Unit.objects.all()}
    for branch in range(1, 7):
        place = {"belongs_to": units[f"B{branch:02}"], "sits_at": units[f"B{branch:02}-O1"],
                 "post": "branch_head", "business_line": "corporate"}  # fmt: skip
        hire(by=_actor(), employee_no=f"L{branch:02}", name=names[f"L{branch:02}"],
             valid_from=date(2023, 12, 1), place=place)  # fmt: skip
    made: dict[str, Any] = {}
    columns = (
        "工号", "所属", "网点", "条线", "岗位", "序列", "等级", "上级", "任职日", "状态", "证书",
        "起始日",
    )  # fmt: skip
    for row in _rows(examples / "employees.csv", columns):
        number, belongs, sits, line, post, ladder, grade, above, since, status, held, start = row
        place = {
            "belongs_to": units[belongs], "sits_at": units[sits], "business_line": CODES[line],
            "post": CODES[post], "ladder": ladder, "grade": grade, "superior_no": above,
            "rm_since_on": _day(since), "status": CODES[status], "certificates": held,
        }  # fmt: skip
        day = date.fromisoformat(start)
        if number in made:
            change_place(by=_actor(), employee=made[number], valid_from=day, changes=place,
                         reason="")  # fmt: skip
        else:
            made[number] = hire(by=_actor(), employee_no=number, name=names[number],
                                valid_from=day, place=place)  # fmt: skip


def _users() -> None:
    from tidui.apps.people.models import Employee, RoleGrant, Unit, User

    for username, who, role, unit, _words in CAST:
        employee = Employee.objects.filter(employee_no=who).first()
        user = User(username=username, name=employee.name if employee else who, employee=employee,
                    date_joined=datetime.now(UTC))  # fmt: skip
        user.set_password(PASSWORD)
        user.save()
        if role:
            RoleGrant.objects.create(
                user=user, role=role, unit=Unit.objects.filter(org_code=unit).first(),
                valid_from=date(2024, 1, 1), granted_by="demo",
            )  # fmt: skip


def load_deliveries(examples: Path) -> None:
    """Load what the core banking system delivers; people's tables are the database's."""
    from tidui.apps.ledger.folder import the_ledger

    ledger = the_ledger()
    by = _actor("frank")
    listed = parse_document((examples / "loads.yaml").read_text("utf-8"))["loads"]
    for item in listed:
        if ledger.folder.masters.get(item["table"]) == "database":
            continue
        ledger.load(
            [examples / item["file"]], table=item["table"], at=by.moment, by=by.name,
            mapping_text=(examples / item["mapping"]).read_text("utf-8"),
        )  # fmt: skip


def enter_decided_tables(examples: Path) -> None:
    """Enter attributions and measures: proposed by one person, approved by another."""
    from tidui.apps.customers.models import Attribution
    from tidui.apps.measures.models import Measure

    now = datetime.now(UTC)
    columns = ("客户号", "工号", "份额", "起始日", "终止日")
    Attribution.objects.bulk_create(
        Attribution(
            customer_no=customer, who=who, share_ppm=int(Decimal(share.rstrip("%")) * 10_000),
            valid_from=date.fromisoformat(start), valid_to=_day(end), state="approved",
            proposed_by="frank", proposed_at=now, decided_by="fay", decided_at=now,
        )
        for customer, who, share, start, end in _rows(examples / "attributions.csv", columns)
    )  # fmt: skip
    given = ("对象", "指标", "期间", "分值", "单位", "来源")
    Measure.objects.bulk_create(
        Measure(
            subject=subject, measure=measure, period=period, value=int(value), unit=unit,
            source=source, state="confirmed", maker="bob", checker="frank", entered_at=now,
            checked_at=now,
        )
        for subject, measure, period, value, unit, source in _rows(
            examples / "measures.csv", given
        )
    )  # fmt: skip


def adopt_schemes(examples: Path) -> tuple[Any, Any]:
    """Store the annual and the quarterly scheme as adopted, with their plans of targets."""
    versions = [_adopted(examples / name) for name in ("scheme.yaml", "quarterly.yaml")]
    columns = ("对象", "指标", "期间", "目标", "单位", "确认日")
    typed = list(_rows(examples / "targets.csv", columns))
    quarters = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
    for version, periods in zip(versions, (("2025",), quarters), strict=True):
        for period in periods:
            _plan(version, period, typed)
    return versions[0], versions[1]


def _adopted(path: Path) -> Any:
    from tidui.apps.appraisal.models import SchemeVersion
    from tidui.core.appraisal.scheme.document import load_scheme

    text, now = path.read_text("utf-8"), datetime.now(UTC)
    loaded, issues = load_scheme(text, path.name)
    if loaded is None:
        raise RuntimeError(f"{path.name}: {issues}")
    body = loaded.scheme
    return SchemeVersion.objects.create(
        scheme_id=body.id, version=body.version, title_zh=body.title.zh, title_en=body.title.en,
        text=text, sha256=loaded.sha256, state="adopted", edited_by="frank", edited_at=now,
        submitted_by="frank", submitted_at=now, consulted_on=date(2024, 12, 10),
        consultation="职工代表大会讨论通过", published_on=date(2024, 12, 20),
        effective_from=date(2025, 1, 1), effective_to=date(2027, 1, 1),
        assessment="自动化决策影响评估：可解释、可申诉、人工决定",
        assessed_by="carol", assessed_at=now, adopted_by="grace", adopted_at=now,
    )  # fmt: skip


def _plan(version: Any, period: str, typed: list[tuple[str, ...]]) -> None:
    """Store a locked plan; a quarter has a fourth of the year's fees and the whole average."""
    from tidui.apps.appraisal.models import Plan, Target
    from tidui.apps.people.models import Employee

    people = dict(Employee.objects.values_list("employee_no", "pk"))
    now = datetime.now(UTC)
    plan = Plan.objects.create(
        scheme=version, period=period, state="locked", made_by="frank", made_at=now,
        locked_by="frank", locked_at=now,
    )  # fmt: skip
    parts = {"fee_income": 4} if "Q" in period else {}
    Target.objects.bulk_create(
        Target(
            plan=plan, subject=subject, employee_id=people[subject], indicator=indicator,
            value=int(value) * 100 // parts.get(indicator, 1), scale=2, unit=unit,
            state="confirmed", maker="frank", typed_at=now, checker="fay", confirmed_by=subject,
            confirmed_on=_day(confirmed),
        )
        for subject, indicator, _period, value, unit, confirmed in typed
    )  # fmt: skip


def _run_cycles(annual: Any, quarterly: Any, told: Callable[[str], None]) -> None:
    """Bring one cycle into each state: closed, published, in review, running, open."""
    from tidui.apps.appraisal import work
    from tidui.apps.appraisal.services.cycles import mark_closed, open_cycle, publish
    from tidui.library.holidays import working_days

    frank = _actor("frank")
    cycles = {}
    for scheme, period in (
        (quarterly, "2025Q1"), (quarterly, "2025Q2"), (quarterly, "2025Q3"), (quarterly, "2025Q4"),
        (annual, "2025"),
    ):  # fmt: skip
        cycles[period] = open_cycle(by=frank, scheme=scheme, period=period)

    def compute(period: str) -> None:
        told(period)
        outcome = work.compute({"cycle": cycles[period].pk}, frank, lambda *_: None)
        if outcome.finish is None:
            raise RuntimeError(f"{period}: {outcome.issues}")
        outcome.finish()

    for period in ("2025Q1", "2025Q2"):
        compute(period)
        _decide_all(cycles[period])
        until = working_days().after(frank.today, 5)[0]
        publish(by=frank, cycle=cycles[period], objections_until=until, note="")
        if period == "2025Q1":
            closed = work.close({"cycle": cycles[period].pk}, frank, lambda *_: None)
            mark_closed(by=frank, cycle=cycles[period], entry=closed.result["entry"])
    compute("2025Q3")
    _decide_all(cycles["2025Q3"], only="B01")
    for day in (date(2025, 11, 30), date(2025, 12, 7), date(2025, 12, 14)):
        told(f"2025Q4 … {day}")
        _provisional(cycles["2025Q4"], day, frank)
    compute("2025")


def _decide_all(cycle: Any, only: str = "") -> None:
    """Decide as proposed, by the head of the branch; of one branch alone if named."""
    from tidui.apps.appraisal.models import CycleRun
    from tidui.apps.appraisal.services.cycles import decide, undecided_results
    from tidui.apps.people.models import Unit

    run = cycle.runs.get(kind=CycleRun.Kind.FULL, current=True)
    rows = undecided_results(run).select_related("run__cycle__scheme", "employee")
    if only:
        rows = rows.filter(sits_at__in=Unit.objects.filter(org_code__startswith=only))
    for result in rows:
        grade = result.proposed_grade or result.grade
        reason = "" if result.proposed_grade else "保持现等级"
        decide(by=_actor("bob"), result=result, grade=grade, reason=reason)


def _provisional(cycle: Any, day: date, by: Any) -> None:
    from tidui.apps.appraisal.queries.documents import loaded_scheme
    from tidui.apps.appraisal.services.cycles import read_findings, store_run
    from tidui.apps.appraisal.services.freezing import freeze_database
    from tidui.apps.ledger.folder import the_ledger
    from tidui.runs.folder import read_run
    from tidui.runs.provisional import run_provisional

    ledger = the_ledger()
    freeze_database(ledger, by=by)
    run = run_provisional(ledger, loaded_scheme(cycle.scheme), parse_period(cycle.period), day)
    if run.path is None:
        raise RuntimeError(f"{cycle}: {run.computed.issues}")
    found = read_findings(read_run(run.path), run.computed.issues)
    store_run(by=by, cycle=cycle, found=found)


def forget(home: Path) -> None:
    """Remove an earlier demo."""
    if (home / "keys").is_dir():
        shutil.rmtree(home)
