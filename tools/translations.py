"""Keep the catalogues of the pages complete, and compile them without msgfmt.

    python tools/translations.py            # compile every catalogue
    python tools/translations.py --update   # enter new texts, drop those that are gone, list gaps

Each app has its catalogue of Chinese beside it; a text that many use stands in that of ``ui``.
English needs none: it is what stands in the code.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent / "tidui"
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
SINGLE = {"_", "gettext", "gettext_lazy"}
PLURAL = {"ngettext", "ngettext_lazy"}
HEADER = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "zh_Hans",
    "Plural-Forms": "nplurals=1; plural=0;",
}
_CALL = re.compile(r"\b(n?gettext)\(")

Text = tuple[str, str]
"""A message: its singular, and its plural or nothing."""


def homes() -> list[Path]:
    """Return every folder that has a catalogue of its own."""
    apps = [path.parent for path in sorted((ROOT / "apps").glob("*/apps.py"))]
    return [ROOT / "ui", ROOT / "web", ROOT / "api", ROOT / "config", *apps]


def texts_of(home: Path) -> set[Text]:
    """Return every text of an app's code and templates."""
    found: set[Text] = set()
    for path in home.rglob("*.py"):
        found |= set(_calls(path.read_text("utf-8")))
    for path in home.rglob("*.html"):
        code = templatize(path.read_text("utf-8"), origin=str(path))
        found |= set(_calls("\n".join(_template_calls(code))))
    return {text for text in found if text[0]}


def _template_calls(code: str) -> Iterator[str]:
    """Yield the calls that ``templatize`` left between runs of X."""
    for match in _CALL.finditer(code):
        depth, end = 1, match.end()
        quote = ""
        while depth and end < len(code):
            sign = code[end]
            if quote:
                quote = "" if sign == quote and code[end - 1] != "\\" else quote
            elif sign in "'\"":
                quote = sign
            else:
                depth += (sign == "(") - (sign == ")")
            end += 1
        yield code[match.start() : end]


def _calls(code: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else name
        words = [_constant(argument) for argument in node.args]
        if name in SINGLE and words[0] is not None:
            yield words[0], ""
        elif name in PLURAL and len(words) > 1 and None not in words[:2]:
            yield words[0] or "", words[1] or ""


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def read(home: Path) -> polib.POFile:
    """Return an app's catalogue, an empty one where there is none."""
    path = home / CATALOGUE
    if path.exists():
        return polib.pofile(str(path), wrapwidth=100)
    made = polib.POFile(wrapwidth=100)
    made.metadata = dict(HEADER)
    return made


def gaps(home: Path, shared: set[Text]) -> tuple[set[Text], set[Text], set[Text]]:
    """Return texts without entry, entries without text, and entries without translation."""
    catalogue = read(home)
    entries = {(entry.msgid, entry.msgid_plural or "") for entry in catalogue}
    texts = texts_of(home)
    empty = {(e.msgid, e.msgid_plural or "") for e in catalogue if not e.translated()}
    own_shared = set() if home.name == "ui" else shared
    missing = texts - entries - own_shared
    return missing, (entries - texts if home.name != "ui" else set()), empty


def placeholders(text: str) -> list[str]:
    """Return the figures that a text prints by name."""
    return re.findall(r"%\([a-z_]+\)[sd]", text)


def shared_texts() -> set[Text]:
    """Return the texts that stand in the catalogue of ``ui``."""
    return {(entry.msgid, entry.msgid_plural or "") for entry in read(ROOT / "ui")}


def update(home: Path, shared: set[Text]) -> int:
    """Bring a catalogue in step with the code; return how many texts have no translation."""
    missing, gone, _empty = gaps(home, shared)
    catalogue = read(home)
    for entry in [e for e in catalogue if (e.msgid, e.msgid_plural or "") in gone]:
        catalogue.remove(entry)
    for singular, plural in sorted(missing):
        entry = polib.POEntry(msgid=singular, msgstr="")
        if plural:
            entry.msgid_plural, entry.msgstr_plural = plural, {0: ""}
        catalogue.append(entry)
    catalogue.sort(key=lambda entry: entry.msgid)
    path = home / CATALOGUE
    if len(catalogue):
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
    return len(catalogue.untranslated_entries())


def compile_all() -> int:
    """Compile every catalogue; return how many."""
    done = 0
    for home in homes():
        path = home / CATALOGUE
        if path.exists():
            polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
            done += 1
    return done


def main() -> None:
    """Update if asked to, then compile."""
    if "--update" in sys.argv:
        shared = shared_texts()
        for home in homes():
            left = update(home, shared)
            print(f"{home.relative_to(ROOT)}: {left} without translation")
    print(f"translations: {compile_all()} catalogues compiled")


if __name__ == "__main__":
    main()
