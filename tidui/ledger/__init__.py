"""The ledger folder: delivered files become immutable Parquet, and every day has one delivery.

A *delivery* is one loaded file (or several together) of a *feed*, for the days of its *coverage*;
a higher delivery supersedes its feed for those days and nothing else. *Parts* are Parquet files in
force, a *snapshot* is the ledger as it stood after an entry of the *catalogue*, a *reject* is a row
that was not used, kept with its reason.
"""

from tidui.ledger.catalogue import Entry
from tidui.ledger.completeness import absent_accounts, balances_after_closing
from tidui.ledger.deliveries import LoadReport
from tidui.ledger.faults import LedgerError
from tidui.ledger.ledger import Ledger, create_ledger, open_ledger
from tidui.ledger.mapping import MappingDocument, read_mapping
from tidui.ledger.snapshots import Coverage, Part, Snapshot
from tidui.ledger.tables import TABLES, Table

__all__ = [
    "TABLES", "Coverage", "Entry", "Ledger", "LedgerError", "LoadReport", "MappingDocument",
    "Part", "Snapshot", "Table", "absent_accounts", "balances_after_closing", "create_ledger",
    "open_ledger", "read_mapping",
]  # fmt: skip
