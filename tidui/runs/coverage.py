"""Was everything delivered that a run reads? A day that was not is named, and blocks."""

from __future__ import annotations

from tidui.core.appraisal.questions import Batch
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.appraisal.scheme.indicators import Derived, Headcount, Measure, Where
from tidui.core.calendar import Period, Span, day_text, merge_spans
from tidui.core.values import Issue, issue
from tidui.ledger import Snapshot, absent_accounts, balances_after_closing

Spans = dict[str, tuple[Span, ...]]


def tables_read(scheme: Scheme, period: Period, batches: tuple[Batch, ...]) -> Spans:
    """Say which tables a run reads, over which days.

    People are read on every day of the period: an employee whose record ends because no file came
    would look like one who left. Measures and targets are missing by name and not by day.
    """
    spans: dict[str, list[Span]] = {"employees": [period.span]}
    if scheme.subjects != "employee":
        spans["organisation"] = [period.span]
    pay = scheme.pay
    if pay is not None and (pay.deductions or pay.early_settlement):
        spans["loan_events"] = [period.span]
    for batch in batches:
        for request in batch.requests:
            wanted = [*request.slices, *((request.base,) if request.base else ())]
            money = "flows" if request.kind == "flow" else "balances"
            for table in (money, "accounts", "attributions"):
                spans.setdefault(table, []).extend(wanted)
    if _reads_customers(scheme):
        spans["customers"] = spans.get("accounts", [period.span])
    return {table: merge_spans(found) for table, found in spans.items()}


def _reads_customers(scheme: Scheme) -> bool:
    facts = [
        node
        for node in scheme.indicators.values()
        if not isinstance(node, Derived | Measure | Headcount)
    ]
    return any(_asks_customers(node.where) for node in facts)


def _asks_customers(where: Where) -> bool:
    own = where.segment or where.tier or where.industry
    return bool(own) or any(_asks_customers(part) for part in (*where.any, *where.not_))


def check_coverage(snapshot: Snapshot, period: Period, tables: Spans) -> tuple[Issue, ...]:
    """Name the days that were not delivered, absent accounts, and what two feeds both deliver."""
    issues: list[Issue] = []
    for table, spans in tables.items():
        if not snapshot.feeds(table):
            issues.append(issue("coverage.no-delivery", table, period=period.text))
        for span in spans:
            for feed, from_day, to_day in snapshot.missing_days(table, span):
                issues.append(
                    issue("coverage.not-delivered", f"{table} {feed}", feed=feed,
                          first=day_text(from_day), end=day_text(to_day))
                )  # fmt: skip
    for span in merge_spans([period.span, *(span for spans in tables.values() for span in spans)]):
        issues.extend(snapshot.conflicts(span))
    for span in tables.get("balances", (period.span,)):
        issues.extend(absent_accounts(snapshot, span))
        issues.extend(balances_after_closing(snapshot, span))
    return tuple(dict.fromkeys(issues))
