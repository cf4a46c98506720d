"""What requests ask for, turned into what a scan needs: batches, elements, classes, files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from tidui.core.appraisal.facts import Combo, FactRequest
from tidui.core.calendar import Span
from tidui.engines.doors import LEDGER_SCHEMAS, Engine, Part, Row, run_steps
from tidui.engines.prepare import Prepared, parts_in
from tidui.engines.sql import scans
from tidui.engines.sql.scans import Element, Source

KINDS: Final = ("balance", "carried_base", "flow", "customer", "loan_quality")

Group = tuple[str | int | None, ...]
Answer = tuple[str, Group]
"""Currency and group under which a request files a sum."""
Class = tuple[Answer | None, ...]
"""Where each of some requests files the sums of the combos in it, None where they don't count."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Requests that one scan answers.

    Attributes:
        kind: ``balance`` (``loan_quality`` as well), ``carried_base``, ``flow`` or ``customer``.
        slices: of all of them.
        base: of all of them.
        by_account: of all of them.
        requests: the requests.
    """

    kind: str
    slices: tuple[Span, ...]
    base: Span | None
    by_account: bool
    requests: tuple[FactRequest, ...]

    @property
    def key(self) -> str | None:
        """Column kept apart beside subject and class."""
        if self.kind == "customer":
            return "customer_no"
        return "account_no" if self.by_account else None


def check_requests(prepared: Prepared, requests: Sequence[FactRequest]) -> None:
    """Raise ``ValueError`` where a request does not fit what was prepared."""
    if len({request.key for request in requests}) < len(requests):
        raise ValueError("requests: two have the same key")
    for request in requests:
        if request.kind not in KINDS:
            raise ValueError(f"requests: {request.key} has the unknown kind {request.kind!r}")
        if request.basis != prepared.basis:
            raise ValueError(f"requests: {request.key} reads basis {request.basis!r}")
        if not request.slices:
            raise ValueError(f"requests: {request.key} has no slice")
        if (request.base is None) == (request.kind == "carried_base"):
            raise ValueError(f"requests: {request.key} has a base too many or too few")
        for span in request.slices:
            inside = prepared.span.from_day <= span.from_day and span.to_day <= prepared.span.to_day
            if not inside or span.days <= 0:
                raise ValueError(f"requests: {request.key} reaches out of the prepared days")


def elements_of(slices: Sequence[Span]) -> tuple[Element, ...]:
    """Cut slices at each other's bounds; gaps between them are left out.

    >>> [e.span for e in elements_of([Span(0, 9), Span(5, 9), Span(20, 21)])]
    [Span(from_day=0, to_day=5), Span(from_day=5, to_day=9), Span(from_day=20, to_day=21)]
    """
    days = sorted({day for span in slices for day in (span.from_day, span.to_day)})
    spans = [
        Span(a, b)
        for a, b in pairwise(days)
        if any(span.from_day <= a and b <= span.to_day for span in slices)
    ]
    return tuple(Element(number, span) for number, span in enumerate(spans))


def open_sources(
    engine: Engine, prepared: Prepared, query: str, elements: Sequence[Element]
) -> list[Source]:
    """Name the balance files, together where they reach into the same elements."""
    spans = [element.span for element in elements]
    files: dict[tuple[Element, ...], list[Part]] = defaultdict(list)
    for part in parts_in(prepared.snapshot, "balances", spans):
        reached = tuple(
            element
            for element in elements
            if part.from_day < element.span.to_day and element.span.from_day < part.to_day
        )
        files[reached].append(part)
    sources = []
    for number, reached in enumerate(sorted(files, key=lambda r: [e.number for e in r])):
        name = f"{query}_balances{number}"
        parts = files[reached]
        engine.parquet(name, LEDGER_SCHEMAS["balances"], [part.path for part in parts])
        span = reached[0].span
        inside = len(reached) == 1 and all(
            span.from_day <= part.from_day and part.to_day <= span.to_day for part in parts
        )
        sources.append(Source(name, reached, inside))
    return sources


def answer(request: FactRequest, combo: Combo) -> Answer | None:
    """Return where a request files what has these attributes, None where it does not count."""
    if not request.where.matches(combo):
        return None
    group = tuple(getattr(combo, column) for column in request.split)
    return combo.currency or "", group


def batches_of(requests: Sequence[FactRequest]) -> Iterable[Batch]:
    """Put requests together that one scan answers; those by customer are left out."""
    grouped: dict[tuple[str, tuple[Span, ...], Span | None, bool], list[FactRequest]] = {}
    for request in requests:
        kind = "balance" if request.kind == "loan_quality" else request.kind
        if kind != "customer":
            key = (kind, request.slices, request.base, request.by_account)
            grouped.setdefault(key, []).append(request)
    for (kind, slices, base, by_account), same in grouped.items():
        yield Batch(kind, slices, base, by_account, tuple(same))


def register_classes(
    engine: Engine, prepared: Prepared, query: str, requests: Sequence[FactRequest]
) -> list[Class]:
    """Number what the requests tell apart, and name the class of each combo that any asks for.

    Returns
    -------
    list
        For each class, where each request files it.
    """
    numbers: dict[Class, int] = {}
    rows: list[Row] = []
    for combo_no, combo in enumerate(prepared.combos):
        answers = tuple(answer(request, combo) for request in requests)
        if any(one is not None for one in answers):
            rows.append((combo_no, numbers.setdefault(answers, len(numbers))))
    engine.rows(f"{query}_classes", (("combo_no", "INTEGER"), ("class_no", "INTEGER")), rows)
    return list(numbers)


@dataclass(frozen=True, slots=True)
class Bundles:
    """The numbers under which a scan adds up.

    Attributes:
        classes: what each class means to each request.
        shares: distinct shares, in ppm.
    """

    classes: tuple[Class, ...]
    shares: tuple[int, ...]

    def read(self, bundle_no: int) -> tuple[int, Class, int]:
        """Return the number of the subject, the class and the share (ppm) of a bundle."""
        rest, share_no = divmod(bundle_no, len(self.shares))
        subject_no, class_no = divmod(rest, len(self.classes))
        return subject_no, self.classes[class_no], self.shares[share_no]


def ask_cells(
    engine: Engine, prepared: Prepared, query: str, requests: Sequence[FactRequest]
) -> Bundles:
    """Keep the cells that any of the requests asks for, and number what they tell apart."""
    classes = register_classes(engine, prepared, query, requests)
    credits = prepared.credits("a")
    shares = tuple(sorted(int(row[0] or 0) for row in engine.run(scans.distinct_shares(credits))))
    engine.rows(
        f"{query}_shares",
        (("share_ppm", "BIGINT"), ("share_no", "INTEGER")),
        [(share, number) for number, share in enumerate(shares)],
    )
    spans = [span for request in requests for span in request.slices]
    counts = {"class_count": len(classes), "share_count": len(shares)}
    run_steps(engine, scans.asked_cells(query, credits, spans, **counts))
    engine.drop([f"{query}_classes", f"{query}_shares"])
    return Bundles(tuple(classes), shares)


def register_flow_classes(
    engine: Engine, prepared: Prepared, query: str, requests: Sequence[FactRequest]
) -> list[Class]:
    """Number what flow requests tell apart, by combo, kind and currency of the flow."""
    kinds = sorted(engine.run(scans.flow_types(f"{prepared.prefix}_flows")))
    numbers: dict[Class, int] = {}
    rows: list[Row] = []
    for combo_no, combo in enumerate(prepared.combos):
        for kind, currency in kinds:
            answers = flow_answers(requests, combo, str(kind), str(currency))
            if any(one is not None for one in answers):
                class_no = numbers.setdefault(answers, len(numbers))
                rows.append((combo_no, kind, currency, class_no))
    engine.rows(
        f"{query}_classes",
        (("combo_no", "INTEGER"), ("flow_kind", "VARCHAR"), ("flow_currency", "VARCHAR"),
         ("class_no", "INTEGER")),
        rows,
    )  # fmt: skip
    return list(numbers)


def flow_answers(requests: Sequence[FactRequest], combo: Combo, kind: str, currency: str) -> Class:
    """Return where each request files a flow of this kind and currency."""
    described = replace(combo, currency=currency)
    return tuple(
        answer(request, described) if not request.flow_kinds or kind in request.flow_kinds else None
        for request in requests
    )
