"""tidui library: what a bank starts with: schemes, ladders, mappings, documents."""

from __future__ import annotations

import click

from tidui.cli.terminal import say
from tidui.library import names, texts

KINDS = ("schemes", "ladders", "mappings", "documents", "payrolls", "glossary")


@click.group()
def library() -> None:
    """Templates that ship with Tidui."""


@library.command("list")
@click.argument("kind", type=click.Choice(KINDS))
def list_names(kind: str) -> None:
    """List the documents of a KIND."""
    for name in names(kind):
        say(name)


@library.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
def show(kind: str, name: str) -> None:
    """Print a document, ready to be saved and edited."""
    if name not in names(kind):
        raise click.BadParameter(f"no {name!r} among: {', '.join(names(kind))}")
    say(texts(kind, name).rstrip("\n"))
