"""The table of keys in, the reference page out (``docs/configuration.md``)."""

from __future__ import annotations

from prodlint.config.contexts import PRECEDENCE
from prodlint.config.keys import ENTRY, KEYS
from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.config.keys import Key


def reference() -> str:
    """The page on configuration, in Markdown."""
    return "\n".join([_START, *(_section(title, keys) for title, keys in _sections()), _END])


def describe(name: str | None) -> str | None:
    """What one key, or without a name the whole configuration, is about; None where there is no such key."""
    if name is None:
        return reference()
    entries = [_entry(title, key) for title, keys in _sections() for key in keys if name in (key.name, key.path[-1])]
    return "\n".join(entries) or None


def nearest_key(name: str) -> str | None:
    """The key that a mistyped one was most likely meant to be."""
    from prodlint.suggest import nearest

    return nearest(name, [key.name for key in KEYS])


def _sections() -> Iterable[tuple[str, list[Key]]]:
    """The keys below the heading of their table, in the order of the table of keys."""
    tables: dict[str, list[Key]] = {}
    for key in KEYS:
        tables.setdefault(".".join(("tool", "prodlint", *key.path[:-1])), []).append(key)
    for table, keys in tables.items():
        is_list = table.endswith(ENTRY)
        yield f"[[{table.removesuffix('.' + ENTRY)}]]" if is_list else f"[{table}]", keys


def _section(title: str, keys: list[Key]) -> str:
    return "\n".join([f"## `{title}`\n", *(_entry(title, key) for key in keys)])


def _entry(title: str, key: Key) -> str:
    facts = [f"- takes {key.kind.value}", f"- default: {_code(key.default)}"]
    if key.root_only:
        facts.append("- counts in the root configuration only; in others it is an error")
    if key.for_paths:
        facts.append("- also in an entry of `overrides`")
    if key.flag:
        facts.append(f"- option: `{key.flag}`")
    table = title.replace("<rule>", "print-call" if key.kind.name != "OPTION" else "swallowed-exception")
    return "\n".join([f"### `{key.path[-1]}`\n", key.summary + "\n", *facts, "", _block(f"{table}\n{key.example}")])


def _code(default: str) -> str:
    return default if default.startswith("the ") else f"`{default}`"


def _block(text: str) -> str:
    return f"```toml\n{text}\n```\n"


_START = """\
# Configuration

This page is generated from the table of keys in `prodlint.config.keys`.

## Where it is

prodlint reads `prodlint.toml`, `.prodlint.toml`, or the table `[tool.prodlint]` of `pyproject.toml`; in the first two
the keys stand at the top level, without `tool.prodlint`. Of several in one directory the first of this list counts, and
the others are reported. A `pyproject.toml` without `[tool.prodlint]` holds no configuration.

- **The closest file wins, whole.** For each checked file the configuration is searched from its directory upward, to
  the root of the file system. Nothing is merged with what lies further up, unless it says `extend`.
- **The root configuration** is the one that holds for the directory where prodlint was called; its directory is the
  project's root. Without one that is the nearest directory upward that holds `.git`, else the current directory.
- **Patterns** have the syntax and the meaning of `.gitignore`, and count from the directory of the file they stand in;
  those of the command line count from the current directory.
- `--config FILE` reads that file instead of all others; its patterns count from the project's root. `--isolated` reads
  no file. `--config KEY=VALUE` sets one key, in TOML, whatever file holds:
  `--config 'rules.print-call.severity="warning"'`.
- Every fault is reported at once, with its line and column, and ends the run with exit code 2: unknown keys, rules,
  options and contexts, values of the wrong type.

`prodlint config --show FILE` prints every value that holds for a file, and where it comes from. Coming from another
linter, `prodlint config --from-ruff` and `--from-flake8` print what its configuration means here: see
[migration](migration.md). Editors that know JSON schemas complete and check the keys with
[configuration.schema.json](configuration.schema.json); `prodlint config --schema` prints it.

### Inheritance

`extend` names another file, from the configuration's own directory. What this file does not say, that one says:

- A key here replaces the same key there. Tables are joined key by key.
- Selections keep their order: what this file says of a rule beats what that one says, and a `select` here replaces its
  selection whole.
- Patterns of `extend-exclude` and entries of `overrides` add up, those of this file last.
- Patterns of an inherited file count from its own directory, so that the parts of a repository can share one at its
  root. If this file lies elsewhere, where they could not match, they count from this file's directory.

### Editions

New rules and better defaults come with new versions. `edition = "2026"` keeps what held in that year, so that a newer
prodlint reports the same, bug fixes aside. Severities, contexts and options whose defaults changed stay what they were,
and rules that came later run only where a list has their own name or code: `ALL`, families and prefixes do not select
them. Without an edition the newest holds.

## Which rules run

All rules run unless told otherwise. `select` replaces that, `extend-select` adds, `ignore` and `extend-ignore` take
away. The selector that aims closest wins, whichever list it stands in: `ALL`, then families (`errors`), then code
prefixes by length (`PRD1`, `PRD10`), then names and codes. Of two that aim equally close, the one that ignores wins.
What the command line says of a rule beats what the configuration says, and `--select` replaces the configuration's
selection whole.

Entries of `overrides` beat the rest of the file for the paths that they match, the last one first; `per-file-ignores`
beat both. What the command line says beats them all.

The rules about suppression comments (PRD901 to PRD905) run whatever is selected, and may be ignored.
`unreadable-source` always runs.
"""

_END = f"""\
## Contexts

A file's path below the project's root says what it is for. Of several that apply, the first of this list holds:
{", ".join(context.value for context in PRECEDENCE)}.

- **test**: below a directory `test` or `tests`, or named `test_*.py`, `*_test.py` or `conftest.py`
- **example**: below a directory `examples` or `docs`
- **script**: below a directory `scripts`, `bin` or `tools`, or named `__main__.py`, a notebook, or beginning with `#!`
- **production**: everything else

The table `contexts` beats these, and `--context` beats everything. A file outside of the project is judged by its path
below its own project's root: the nearest directory upward with a configuration file, `setup.py`, `setup.cfg` or `.git`,
else the one that holds its outermost package.
"""
