"""tidui scheme: check a scheme, run its test cases, show what is open."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tidui.cli.terminal import FILE, complain, lang_option, read_scheme_file, say, tell
from tidui.core.appraisal.cases import run_cases
from tidui.core.appraisal.checks.lint import lint_scheme
from tidui.core.appraisal.checks.opens import open_paths
from tidui.core.appraisal.checks.static import check_scheme, find_overlaps
from tidui.library.readings import readings_of


@click.group()
def scheme() -> None:
    """The scheme document (考核办法)."""


@scheme.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@lang_option
def check(files: tuple[Path, ...], lang: str) -> None:
    """Check schemes before they are adopted: static checks, compliance lint, test cases.

    Exit code 1 if anything forbids adoption; warnings and open figures are listed.
    """
    loaded = [read_scheme_file(path, lang) for path in files]
    failed = False
    for one in loaded:
        body = one.scheme
        say(f"{body.id} v{body.version}  {one.sha256[:12]}")
        errors = check_scheme(body)
        complain((*errors, *lint_scheme(body)), lang, limit=100)
        failed = failed or any(found.severity == "error" for found in errors)
        for path in open_paths(body):
            tell("cli.open", lang, path=path)
        for line in readings_of(body.readings, lang):
            say(f"  {line}")
        for title, issues in run_cases(one):
            tell("cli.case-failed" if issues else "cli.case-passed", lang, title=title)
            complain(issues, lang)
            failed = failed or bool(issues)
    overlaps = find_overlaps([one.scheme for one in loaded])
    complain(overlaps, lang)
    if failed or overlaps:
        sys.exit(1)
    tell("cli.scheme-sound", lang)


@scheme.command("print")
@click.argument("file", type=FILE)
@click.option("--hash", "only_hash", is_flag=True, help="Print the hash alone.")
@lang_option
def print_scheme(file: Path, only_hash: bool, lang: str) -> None:
    """Print a scheme in one form, or its SHA-256."""
    loaded = read_scheme_file(file, lang)
    say(loaded.sha256 if only_hash else loaded.text)
