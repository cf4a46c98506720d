"""Print the reference of all commands, as docs/commands.md holds it.

python tools/command_reference.py > docs/commands.md
"""

from __future__ import annotations

import click

from tidui.cli import main


def reference() -> str:
    """Return the help of every command as one Markdown page."""
    parts = [
        "# Commands\n",
        "Made by `python tools/command_reference.py > docs/commands.md`; a test compares.\n",
    ]
    parts += _pages(main, "tidui")
    return "\n".join(parts)


def _pages(group: click.Group, path: str) -> list[str]:
    pages = []
    for name, command in sorted(group.commands.items()):
        full = f"{path} {name}"
        if isinstance(command, click.Group):
            pages += _pages(command, full)
            continue
        context = click.Context(command, info_name=full, max_content_width=100, terminal_width=100)
        pages.append(f"## `{full}`\n\n```text\n{command.get_help(context).strip()}\n```\n")
    return pages


if __name__ == "__main__":
    print(reference(), end="")
