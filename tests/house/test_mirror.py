"""Every module of the core has a test file of its name."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]


def missing_tests(root: Path) -> list[str]:
    """Return the core modules without a test file in the mirrored place."""
    found = []
    for path in sorted((root / "tidui" / "core").rglob("*.py")):
        if path.name == "__init__.py":
            continue
        inner = path.relative_to(root / "tidui" / "core")
        wanted = root / "tests" / "core" / inner.parent / f"test_{inner.name}"
        if not wanted.exists():
            found.append(str(inner))
    return found


def test_each_core_module_has_its_test_file() -> None:
    assert missing_tests(ROOT) == []


def test_a_missing_test_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "tidui/core/appraisal").mkdir(parents=True)
    (tmp_path / "tidui/core/appraisal/scores.py").touch()
    assert missing_tests(tmp_path) == ["appraisal/scores.py"]
