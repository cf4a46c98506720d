"""Run benchmarks: ``python -m bench`` all of them, ``python -m bench facts`` one.

A benchmark is a module of this package, named here, with ``run(folder)``: it makes its files in
the folder, prints its figures and leaves nothing else.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from importlib import import_module
from pathlib import Path

BENCHES = ("facts", "loading", "rescoring", "explaining")


def main() -> None:
    """Print the machine, then each benchmark's figures."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(BENCHES)}")
    names = parser.parse_args().names or BENCHES
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        parser.error(f"no benchmark is named {', '.join(unknown)}")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
          f"Python {platform.python_version()}")  # fmt: skip
    for name in names:
        with tempfile.TemporaryDirectory(prefix="tidui-bench-") as folder:
            print(f"\n== {name}")
            import_module(f"bench.{name}").run(Path(folder))


if __name__ == "__main__":
    main()
