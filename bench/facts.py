"""The facts of a year: ours against a naive range join, pandas and a bare scan."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.balances import YEAR


@dataclass(frozen=True, slots=True)
class Measured:
    """What a way took.

    Attributes:
        seconds: median of the runs, by step.
        peak_mib: peak memory of its process.
        sums: hash of its sums.
    """

    seconds: dict[str, float]
    peak_mib: int
    sums: str


def run(folder: Path) -> None:
    """Print ratios on the same files, then how time grows."""
    _compare(folder, "a change every 9th day, a third change hands", 200_000, 9, target=5.0)
    _compare(folder, "every balance changes daily", 200_000, 1, target=1 / 1.2)
    _compare(folder, "small, with pandas", 27_400, 9, ways=("naive", "ours", "pandas"))
    _grow(folder)


def _compare(
    folder: Path,
    title: str,
    accounts: int,
    change_every: int,
    *,
    target: float | None = None,
    ways: tuple[str, ...] = ("scan", "naive", "ours"),
) -> None:
    print(f"\n{title}: {accounts:,} accounts × {YEAR.days} days = "
          f"{accounts * YEAR.days / 1e6:.1f} million account-days")  # fmt: skip
    files = folder / "bank"
    _make(files, accounts, change_every)
    found = {way: _measure(way, files) for way in ways}
    shutil.rmtree(files)
    for way, measured in found.items():
        for step, seconds in measured.seconds.items():
            print(f"  {way:7} {step:14} {seconds:7.3f} s   peak {measured.peak_mib:5} MiB")
    if len({found[way].sums for way in ways if way != "scan"}) != 1:
        raise SystemExit("the ways do not agree to the minor unit")
    naive, ours = found["naive"].seconds["naive"], found["ours"].seconds
    whole = ours["prepare"] + ours["facts"]
    print(f"  naive / facts = {naive / ours['facts']:.2f}; "
          f"naive / (prepare + facts) = {naive / whole:.2f}; equal to the minor unit")  # fmt: skip
    if target is not None:
        met = "met" if naive / ours["facts"] >= target else "MISSED"
        print(f"  target naive / facts >= {target:.2f}: {met}")
    if "pandas" in found:
        print(f"  pandas / facts = {found['pandas'].seconds['pandas'] / ours['facts']:.1f}")


def _grow(folder: Path) -> None:
    print("\ngrowth, a change every 9th day")
    for accounts in (2_740, 27_400, 274_000):
        files = folder / "bank"
        _make(files, accounts, 9)
        measured = _measure("ours", files)
        shutil.rmtree(files)
        steps = ", ".join(f"{step} {value:.3f} s" for step, value in measured.seconds.items())
        print(f"  {accounts * YEAR.days / 1e6:6.1f} million account-days: {steps}, "
              f"peak {measured.peak_mib} MiB")  # fmt: skip


def _make(files: Path, accounts: int, change_every: int) -> None:
    # In a process of its own: a child starts with its parent's peak of memory.
    subprocess.run(
        [sys.executable, "-m", "bench.balances", str(files), str(accounts), str(change_every)],
        check=True,
    )


def _measure(way: str, files: Path, times: int = 3) -> Measured:
    done = subprocess.run(
        [sys.executable, "-m", "bench.ways", way, str(files), str(times)],
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)
    medians = {step: statistics.median(runs) for step, runs in found["seconds"].items()}
    return Measured(medians, found["peak_mib"], found["sums"])
