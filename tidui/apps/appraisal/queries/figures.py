"""The figures of a scheme as a form: generated from the document, so that none is forgotten.

Every number, date, choice and open place of the document is a field at its path; rows of step
tables, weights, bands and quotas are tables. What is structure stays in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from django.utils.translation import gettext as _

from tidui.core.appraisal.scheme import nodes, stages
from tidui.core.appraisal.scheme.document import LoadedScheme
from tidui.core.appraisal.scheme.edits import Place, list_places

SECTIONS: Final = ("parameters", "indicators", "contribution", "scores", "ranks", "classes",
                   "grades", "pay")  # fmt: skip
ROWS: Final = ("rows", "parts", "levels")
ROW_KEYS: Final = {
    "rows": ("from", "to", "value", "class", "percent"), "parts": ("of", "weight", "cap"),
    "levels": ("value", "title"),
}  # fmt: skip
_STEP: Final = re.compile(r"[^.\[\]]+|\[\d+\]")


def _literals(record: Any, name: str) -> tuple[str, ...]:
    found: list[str] = []
    waiting = [record.model_fields[name].annotation]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, str):
            found.append(one)
        else:
            waiting += get_args(one)
    return tuple(dict.fromkeys(found))


CHOICES: Final[dict[str, tuple[str, ...]]] = {
    **{name: _literals(stages.Rank, name) for name in ("ties", "below_min_group", "cut")},
    **{name: _literals(stages.LoanDeduction, name)
       for name in ("later_recovery", "partial_recovery", "amount_of")},
    "on_failure": _literals(stages.Grade, "on_failure"),
    "rounding": _literals(stages.Pay.model_fields["items"].annotation.__args__[1], "rounding"),  # type: ignore[union-attr]
    "progress": _literals(nodes.Attainment, "progress"),
    "waives": _literals(stages.Protection, "waives"),
}  # fmt: skip
"""Keys whose value is one of some words, read out of the document's own types."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One field.

    Attributes:
        path: where it stands.
        label: what it is.
        value: as written.
        kind: ``number``, ``open``, ``null``, ``date`` or ``choice``.
        options: words to choose from.
    """

    path: str
    label: str
    value: str
    kind: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: a field, or a piece of text that stays (``fixed``).

    ``source`` is what stands in the document, ``value`` what is shown of it.
    """

    key: str
    path: str
    value: str
    fixed: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that belong together.

    Attributes:
        path: where they stand.
        label: what they are.
        columns: (key, heading).
        rows: cells in the order of the columns.
        grows: whether rows may come and go.
    """

    path: str
    label: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    grows: bool


@dataclass(slots=True)
class Group:
    """What belongs to one entry of the document."""

    path: str
    section: str
    title: str
    clause: str
    unit: str
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    dated: bool = False

    @property
    def opens(self) -> int:
        """How many of its places are open."""
        cells = (cell.value for table in self.tables for row in table.rows for cell in row)
        return sum(v == "open" for v in (*(f.value for f in self.figures), *cells))


def key_title(key: str) -> str:
    """Return the words of a key, the key itself for one without."""
    return _words().get(key, key)


def _words() -> dict[str, str]:
    """Return the words of the keys that carry figures."""
    return {
        "from": _("from (incl.)"), "to": _("below"), "value": _("value"), "of": _("of"),
        "weight": _("weight"), "cap": _("cap"), "floor": _("floor"), "per_unit": _("per unit"),
        "at_least": _("at least"), "at_most": _("at most"), "above": _("above"),
        "below": _("below"), "top_percent": _("best … %"), "top": _("best …"),
        "total": _("weights add up to"), "share": _("share"), "tranches": _("tranches"),
        "min_group": _("smallest group"), "ties": _("ties"), "cut": _("cut"),
        "below_min_group": _("smaller groups"), "on_failure": _("on failure"),
        "class": _("class"), "percent": _("percent"), "title": _("meaning"),
        "months": _("months"), "count": _("posts"), "rounding": _("rounding"),
        "places": _("decimals"), "product": _("product"), "worst_class": _("worst class"),
        "if_zero": _("where the base is zero"), "rows": _("rows of the table"),
        "parts": _("weights"),
        "levels": _("levels"), "values": _("values by date"), "target": _("target"),
        "progress": _("progress"), "waives": _("waives"), "within": _("within"),
        "pool": _("pool"), "amount": _("amount"), "amount_of": _("amount of"),
        "monthly_deduction_limit": _("monthly limit of deductions"), "ratio": _("ratio"),
        "refund_within_months": _("refunded within months"), "bar": _("bar"),
        "later_recovery": _("recovered later"), "partial_recovery": _("recovered in part"),
        "first_after_months": _("first after months"), "every_months": _("every months"),
        "step": _("steps"), "periods": _("periods in a row"), "max_step": _("steps at most"),
        "cool_down_periods": _("periods of rest"), "overdue_above": _("overdue above days"),
        "date": _("date"), "bands": _("bands"), "threshold": _("threshold"),
    }  # fmt: skip


def groups_of(loaded: LoadedScheme, text: str, lang: str) -> list[Group]:
    """Return the figures of a document by entry, in its order."""
    places = {place.path: place for place in list_places(text)}
    names = _names(places, lang)
    groups: dict[str, Group] = {}
    taken: set[str] = set()
    for path, place in places.items():
        section = path.split(".", 1)[0].split("[", 1)[0]
        root = _root_of(path, section)
        if root is None or any(path.startswith((f"{t}[", f"{t}.")) for t in taken):
            continue
        group = groups.get(root) or _new_group(root, section, places, lang)
        groups[root] = group
        table = _table(path, place, places, names)
        if table is not None:
            taken.add(path)
            group.tables.append(table)
            group.dated = group.dated or path.endswith(".values")
            continue
        figure = _figure(path, place, places, names, root)
        if figure is not None:
            group.figures.append(figure)
    return [group for group in groups.values() if group.figures or group.tables]


def place_titles(groups: list[Group]) -> dict[str, str]:
    """Return what each path is, in words: its entry, and what stands there."""
    found = {}
    for group in groups:
        for figure in group.figures:
            found[figure.path] = f"{group.title} · {figure.label}"
        for table in group.tables:
            headings = dict(table.columns)
            for number, row in enumerate(table.rows, 1):
                about = next((cell.value for cell in row if cell.fixed and cell.value), number)
                for cell in row:
                    found[cell.path] = f"{group.title} · {about} · {headings[cell.key]}"
    return found


def _root_of(path: str, section: str) -> str | None:
    """Return the entry that a path belongs to, None outside the sections that carry figures."""
    steps = path.split(".")
    if section not in SECTIONS or len(steps) < 2:
        return None
    if section in ("grades", "pay") and steps[1] in ("ladder", "items", "deductions"):
        return ".".join(steps[:3]) if len(steps) > 3 else None
    if section in ("grades", "pay", "contribution"):
        if section == "contribution" and steps[1] == "categories":
            return ".".join(steps[:3]) if len(steps) > 3 else None
        return section
    return ".".join(steps[:2]) if len(steps) > 2 else None


def _new_group(root: str, section: str, places: dict[str, Place], lang: str) -> Group:
    def told(name: str) -> str:
        found = places.get(f"{root}.{name}")
        return _bare(found.text) if found is not None else ""

    title = told(f"title.{lang}") or root.rpartition(".")[2]
    return Group(root, section, title, told("clause") or told("source"), told("unit"))


def _names(places: dict[str, Place], lang: str) -> dict[str, str]:
    """Return the titles of indicators, scores and rankings by their names."""
    found = {}
    ending = f".title.{lang}"
    for path, place in places.items():
        if path.endswith(ending) and path.split(".", 1)[0] in SECTIONS:
            found[path.removesuffix(ending).rpartition(".")[2]] = _bare(place.text)
    return found


def _bare(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text


def _table(
    path: str, place: Place, places: dict[str, Place], names: dict[str, str]
) -> Table | None:
    key = path.rpartition(".")[2]
    dated = key == "values" and path.startswith("parameters.")
    if dated and place.kind in ("map", "open"):
        rows = tuple(
            (Cell("date", f"{inner}#", inner.rpartition(".")[2], True),
             Cell("value", inner, places[inner].text, False))
            for inner in _inside(path, places)
        )  # fmt: skip
        return Table(path, key_title("values"), (("date", key_title("from")),
                     ("value", key_title("value"))), rows, True)  # fmt: skip
    if place.kind != "list" or key not in ROWS:
        return None
    items = [inner for inner in places if re.fullmatch(re.escape(path) + r"\[\d+\]", inner)]
    if not items or any(places[inner].kind != "map" for inner in items):
        return None
    present = {p.rpartition(".")[2] for inner in items for p in _inside(inner, places)}
    columns = [name for name in ROW_KEYS[key] if name in present]
    columns += sorted(present - set(columns))
    if key == "rows" and "value" in present and present <= {"from", "to", "value"}:
        columns = ["from", "to", "value"]
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        tuple(_cell(inner, name, places, names) for name in columns) for inner in items
    )
    headings = tuple((name, key_title(name)) for name in columns)
    grows = set(columns) <= {"from", "to", "value", "class", "percent"}
    return Table(path, _place_label(path, places, names), headings, cells, grows)


def _cell(row: str, key: str, places: dict[str, Place], names: dict[str, str]) -> Cell:
    path = f"{row}.{key}"
    place = places.get(path)
    if place is None:
        return Cell(key, path, "", False)
    fixed = place.kind in ("map", "list", "text", "flag")
    shown = names.get(place.text, place.text) if fixed else place.text
    if key == "class":
        shown, fixed = place.text, False
    return Cell(key, path, shown, fixed, place.text)


def _figure(
    path: str, place: Place, places: dict[str, Place], names: dict[str, str], root: str
) -> Figure | None:
    key = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]
    kind, options = place.kind, CHOICES.get(key, ())
    if options and kind in ("text", "open"):
        kind = "choice"
    if kind not in ("number", "open", "null", "date", "choice"):
        return None
    if kind == "null" and key not in ("cap", "floor", "to"):
        return None
    return Figure(path, _place_label(path, places, names, root), place.text or "null", kind,
                  options)  # fmt: skip


def _place_label(path: str, places: dict[str, Place], names: dict[str, str], root: str = "") -> str:
    """Return what a place is: what it is about, and its key."""
    steps = _STEP.findall(path.removeprefix(root))
    words = [step for step in steps if not step.startswith("[")]
    key = words[-1] if words else path
    parent = path[: path.rfind(f".{key}")] if f".{key}" in path else path
    about = next(_abouts(parent, places, names), "")
    if not about and len(words) > 1 and key in ("rows", "parts"):
        return key_title(key)
    shown = _words().get(key) or names.get(key, key)
    return f"{about} · {shown}" if about else shown


def _abouts(parent: str, places: dict[str, Place], names: dict[str, str]) -> Iterator[str]:
    """Yield the titles of what stands beside a place: ``{indicator: x, at_least: 5}``."""
    for name in ("indicator", "score", "value", "rank", "of"):
        beside = places.get(f"{parent}.{name}")
        if beside is not None and beside.text in names:
            yield names[beside.text]


def _inside(path: str, places: dict[str, Place]) -> list[str]:
    """Return the paths directly inside a mapping."""
    start = f"{path}."
    return [p for p in places if p.startswith(start) and not re.search(r"[.\[]", p[len(start) :])]
