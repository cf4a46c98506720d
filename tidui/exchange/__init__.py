"""File formats to rows: CSV, Excel and Parquet into a staging table, nothing guessed.

A reader opens one file and leaves a DuckDB table with ``line`` (as a person counts it) and the
asked columns; it decides nothing about their meaning. What is wrong with a whole file is a
``FileError``; what is wrong with one row stays in the table for the checks of the ledger.
"""

from tidui.exchange.faults import FileError
from tidui.exchange.reading import stage_file
from tidui.exchange.staging import FileLayout, StagedColumn, StagedFile

__all__ = ["FileError", "FileLayout", "StagedColumn", "StagedFile", "stage_file"]
