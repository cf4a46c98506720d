"""A delivery as a job carries it: everything that decides what becomes of it, and nothing else."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tidui.apps.files.services import file_path
from tidui.apps.ledger.models import Draft
from tidui.core.documents import canonical_json
from tidui.ledger import TABLES


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is loaded.

    Attributes:
        draft: public id of the draft.
        files: (name, SHA-256) in order.
        table: where it goes.
        mapping_text: how it is read.
        coverage: ISO days from and before, empty for those of the mapping.
        control_rows: rows that the sender counted.
        control_sum: sum that the sender states, as text.
    """

    draft: str
    files: tuple[tuple[str, str], ...]
    table: str
    mapping_text: str
    coverage: tuple[str, ...]
    control_rows: int | None
    control_sum: str

    @property
    def content(self) -> str:
        """SHA-256 of all but the draft: the same delivery twice is one piece of work."""
        said = {k: v for k, v in asdict(self).items() if k != "draft"}
        return hashlib.sha256(canonical_json(said).encode()).hexdigest()

    @property
    def days(self) -> tuple[date, date] | None:
        """The coverage as dates."""
        if not self.coverage:
            return None
        first, end = map(date.fromisoformat, self.coverage)
        return first, end

    @property
    def controls(self) -> dict[str, Any] | None:
        """The sender's totals as the ledger takes them."""
        if self.control_rows is None and not self.control_sum:
            return None
        money = TABLES[self.table].money
        sums = {money: Decimal(self.control_sum)} if self.control_sum and money else {}
        return {"rows": self.control_rows, "sums": sums}

    @contextmanager
    def paths(self) -> Iterator[list[Path]]:
        """Show the stored files under their own names, which messages then use."""
        with tempfile.TemporaryDirectory(prefix="tidui-parcel-") as folder:
            found = []
            for number, (name, sha256) in enumerate(self.files):
                place = Path(folder) / str(number)
                place.mkdir()
                (place / name).symlink_to(file_path(sha256).absolute())
                found.append(place / name)
            yield found


def pack(draft: Draft) -> Parcel:
    """Return a draft as a parcel."""
    files = tuple(draft.files.order_by("pk").values_list("name", "sha256"))
    covered = draft.coverage_from and draft.coverage_to
    days = (draft.coverage_from, draft.coverage_to) if covered else ()
    return Parcel(
        str(draft.public_id), files, draft.table, draft.mapping_text,
        tuple(day.isoformat() for day in days if day), draft.control_rows, draft.control_sum,
    )  # fmt: skip


def unpack(arguments: dict[str, Any]) -> Parcel:
    """Return the parcel that a job's arguments hold."""
    said = dict(arguments)
    said["files"] = tuple((name, sha) for name, sha in said["files"])
    said["coverage"] = tuple(said["coverage"])
    return Parcel(**said)
