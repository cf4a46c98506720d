"""``python -m tidui`` is the command line."""

from tidui.cli import main

main()
