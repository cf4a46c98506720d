"""What every command shares: options, messages in the reader's language, progress."""

from __future__ import annotations

import functools
import getpass
import locale
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from tidui.core.appraisal.scheme.document import LoadedScheme, load_scheme
from tidui.core.calendar import Period, parse_period
from tidui.core.values import Issue, issue
from tidui.exchange.workbook import SUFFIXES, Cell, Sheet, plain_cell
from tidui.ledger import Ledger, LedgerError, open_ledger
from tidui.library.messages import issue_text, sentence
from tidui.runs.folder import RunFolder, read_run
from tidui.runs.texts import columns_of, number_text, pad

Command = TypeVar("Command", bound=Callable[..., Any])


class PeriodType(click.ParamType[Period]):
    """2025, 2025Q3 or 2025-07."""

    name = "period"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Period:
        """Read the period or fail with the reason."""
        if isinstance(value, Period):
            return value
        try:
            return parse_period(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


PERIOD = PeriodType()
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def lang_option(command: Command) -> Command:
    """Add ``--lang``; Chinese unless the terminal says English or the option does."""
    option = click.option(
        "--lang", type=click.Choice(["zh", "en"]), default=_terminal_language,
        help="Language of the output.", show_default="zh, or en by the locale",
    )  # fmt: skip
    return option(command)


def _terminal_language() -> str:
    words = os.environ.get("LC_ALL") or os.environ.get("LANG") or (locale.getlocale()[0] or "")
    return "en" if words.lower().startswith("en") else "zh"


def ledger_option(command: Command) -> Command:
    """Add ``--ledger``."""
    return click.option(
        "--ledger", "ledger_dir", type=FOLDER, required=True, help="The ledger folder."
    )(command)


def engine_option(command: Command) -> Command:
    """Add ``--engine``."""
    return click.option(
        "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True,
        help="What adds up the ledger; both give the same figures.",
    )(command)  # fmt: skip


def by_option(command: Command) -> Command:
    """Add ``--by``: who answers for the act."""
    return click.option(
        "--by", default=getpass.getuser, show_default="your user name",
        help="Who does this; stands in the catalogue.",
    )(command)  # fmt: skip


def now() -> str:
    """Return the moment in UTC: the door is the only place that reads the clock."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def say(text: str = "") -> None:
    """Print a line to standard output."""
    click.echo(text)


def tell(code: str, lang: str, **values: Any) -> None:
    """Print a sentence of ``library/messages``."""
    say(sentence(code, lang, {name: str(value) for name, value in values.items()}))


def complain(issues: Iterable[Issue], lang: str, limit: int = 20) -> None:
    """Print issues to standard error: where, what, and what to do."""
    listed = list(issues)
    for found in listed[:limit]:
        mark = {"error": "✗", "warning": "!", "note": "·"}[found.severity]
        click.echo(f"{mark} {issue_text(found, lang)}", err=True)
    if len(listed) > limit:
        click.echo(sentence("issues.more", lang, {"count": len(listed) - limit}), err=True)


def refuse(issues: Iterable[Issue], lang: str) -> None:
    """Print issues and end with exit code 1."""
    complain(issues, lang)
    sys.exit(1)


def faults_told(command: Command) -> Command:
    """Turn a fault of the ledger or of a run into its message and exit code 1."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except LedgerError as error:
            refuse(error.issues, str(kwargs.get("lang", "zh")))

    return wrapped  # type: ignore[return-value]


@contextmanager
def progress_shown() -> Iterator[Callable[[int, int, str], None]]:
    """Yield a progress callback: a bar on a terminal, nothing in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done, _total, _stage: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def told(done: int, total: int, stage: str) -> None:
            bar.update(task, completed=done, total=total, description=stage)

        yield told


def print_sheet(sheet: Sheet, limit: int | None = None) -> None:
    """Print a table, its columns as wide as they need to be."""
    places = sheet.places or (None,) * len(sheet.header)
    shown = sheet.rows if limit is None else sheet.rows[:limit]
    table = [list(sheet.header)]
    table += [[_cell_text(c, p) for c, p in zip(row, places, strict=True)] for row in shown]
    widths = [max(columns_of(row[i]) for row in table) + 2 for i in range(len(sheet.header))]
    if sheet.title:
        say(sheet.title)
    for row in table:
        say("".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cell_text(cell: Cell, places: int | None) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, Fraction) and places is not None:
        return number_text(cell, places)
    return str(plain_cell(cell))


class TablesPath(click.ParamType[Path]):
    """A file to write tables to: .xlsx, .csv or .json."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Refuse another suffix before any work is done."""
        path = Path(value)
        if path.suffix.lower() not in SUFFIXES or path.is_dir():
            self.fail(f"{path} must be a file ending in {', '.join(SUFFIXES)}", param, ctx)
        if not os.access(path.parent, os.W_OK):
            self.fail(f"{path.parent} is no folder that can be written to", param, ctx)
        return path


TABLES_FILE = TablesPath()


def read_text_file(path: Path, lang: str) -> str:
    """Read a document in UTF-8, with or without a byte order mark; another encoding is told."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        refuse([issue("document.encoding", path.name)], lang)
        raise SystemExit(1) from None


def read_scheme_file(path: Path, lang: str) -> LoadedScheme:
    """Read a scheme from a file; faults are told and end the command."""
    loaded, issues = load_scheme(read_text_file(path, lang), path.name)
    if loaded is None:
        refuse(issues, lang)
        raise SystemExit(1)
    return loaded


def find_run(name: str, ledger_dir: Path | None) -> tuple[Ledger, RunFolder]:
    """Open a run by its path, or by the beginning of its name in the ledger folder.

    A run's folder lies in its ledger's, so a path says both.

    Raises
    ------
    LedgerError
        If there is no such run, or more than one.
    """
    path = Path(name)
    if not (path / "manifest.json").exists() and ledger_dir is not None:
        found = sorted(
            run
            for kind in ("runs", "simulations")
            for run in (ledger_dir / kind).glob("*")
            if run.name.startswith(name) and (run / "manifest.json").exists()
        )
        exact_name = [run for run in found if run.name == name]
        if len(found) > 1 and not exact_name:
            listed = ", ".join(run.name for run in found)
            raise LedgerError(issue("run.several", name, runs=listed))
        path = (exact_name or found or [path])[0]
    run = read_run(path)
    return open_ledger(ledger_dir or path.resolve().parent.parent), run


def run_option(command: Command) -> Command:
    """Add ``--run`` and ``--ledger``."""
    command = click.option(
        "--ledger", "ledger_dir", type=FOLDER, default=None,
        help="The ledger folder, where the run is given by its name.",
    )(command)  # fmt: skip
    return click.option(
        "--run", "run_name", required=True, help="Name of a run, its beginning, or its folder."
    )(command)
