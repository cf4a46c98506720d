"""Numbers that must be known: an account of a balance, an employee of a target, and so on."""

from __future__ import annotations

from typing import Any

from tidui.exchange.sql import file_literal, literal, name
from tidui.ledger.checks import parsed_name
from tidui.ledger.folder import Folder
from tidui.ledger.mapping import MappingDocument
from tidui.ledger.supersession import effective_parts
from tidui.ledger.tables import TABLES, Table


def check_references(
    connection: Any, folder: Folder, table: Table, mapping: MappingDocument
) -> None:
    """Reject rows whose number the ledger doesn't hold at this time, where the mapping asks so."""
    if not mapping.check:
        return
    parts = effective_parts(folder.catalogue.entries())
    for column, other in mapping.check.items():
        found = [
            file_literal(folder.stored("files", part.sha256))
            for (owner, _), months in parts.items()
            if owner == other
            for part in months.values()
        ]
        word = name(parsed_name(table.column(column)))
        key = name(TABLES[other].key[0])
        source = f"read_parquet([{', '.join(found)}])" if found else ""
        known = f"SELECT {key} FROM {source}" if found else "SELECT NULL WHERE FALSE"
        connection.execute(
            f"INSERT INTO rejects SELECT line, '', 0, {literal(column)}, {word}, "
            f"'ledger.unknown-{key.strip(chr(34)).removesuffix('_no')}' FROM parsed WHERE {word} "
            f"IS NOT NULL AND {word} NOT IN ({known}) AND line NOT IN (SELECT line FROM rejects)"
        )
        if other == "accounts" and table.name == "balances" and found:
            connection.execute(
                "INSERT INTO rejects SELECT line, '', 0, 'currency', t_currency, "
                f"'ledger.currency-differs' FROM parsed WHERE (account_no, t_currency) NOT IN "
                f"(SELECT account_no, currency FROM {source}) "
                "AND line NOT IN (SELECT line FROM rejects)"
            )
