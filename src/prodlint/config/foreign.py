"""Another linter's settings in, the TOML that says the same to prodlint out; it reads no file."""

from __future__ import annotations

from prodlint.config.options import fields_of, to_toml
from prodlint.config.patterns import is_pattern
from prodlint.exclusion import DEFAULT_EXCLUDES
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prodlint.registry import Equivalents, Registry

_WIDTH = 100


class Foreign(NamedTuple):
    """What another linter's configuration says.

    ``linter`` is its name, ``label`` tells where. ``select`` is None where nothing is selected explicitly. ``excludes``
    and the keys of ``per_file`` are patterns in gitignore's syntax already. ``options`` has every other setting by its
    dotted name, ``external`` the codes that it knows to be another linter's, None where it has no such list.
    """

    linter: str
    label: str
    select: tuple[str, ...] | None
    ignore: tuple[str, ...]
    per_file: Mapping[str, tuple[str, ...]]
    excludes: tuple[str, ...]
    options: Mapping[str, Any]
    external: tuple[str, ...] | None = None


def as_toml(foreign: Foreign, equivalents: Equivalents, registry: Registry) -> str:
    """The table `[tool.prodlint]` that says the same, with comments on what has no equivalent."""
    translation = _Translation(foreign, equivalents)
    lines = [*_comment(f"What {foreign.label} means for prodlint."), *translation.top()]
    lines += _table("per-file-ignores", translation.per_file())
    for rule, options in translation.options(registry).items():
        lines += _table(f"rules.{rule}", [f"{key} = {to_toml(value)}" for key, value in options.items()])
    lines += [*translation.leftovers(), *_external(foreign)]
    return "\n".join(lines) + "\n"


class _Translation:
    """The parts of the translation of one configuration."""

    def __init__(self, foreign: Foreign, equivalents: Equivalents) -> None:
        self._foreign = foreign
        self._parts = {rule: [list(self._known(part)) for part in parts] for rule, parts in equivalents.parts.items()}
        self._codes = {
            rule: [code for part in self._parts.get(rule, ()) for code in part]
            + list(self._known(equivalents.further.get(rule, "")))
            for rule in dict.fromkeys((*equivalents.parts, *equivalents.further))
        }
        self._names = equivalents.options

    def top(self) -> Iterator[str]:
        """The lines of the table itself."""
        yield "[tool.prodlint]"
        selected = self._selected()
        if selected is not None and not selected:
            yield from _comment("Nothing that it selects is a rule of prodlint's, so all of these run.")
        elif selected is not None:
            others = sorted(rule for rule in self._codes if rule not in selected)
            yield from _comment(f"It selects none of what {_listed(others)} decide." if others else "")
            yield from _comment("Without this line all rules run, those for which it has no code among them.")
            yield _list("select", selected)
        else:
            ignored = self._ignored(self._foreign.ignore)
            if ignored:
                yield _list("ignore", ignored)
            yield from self._partly(ignored)
        excludes = [pattern for pattern in self._foreign.excludes if is_pattern(pattern)]
        if needed := [pattern for pattern in excludes if pattern.strip("/") not in DEFAULT_EXCLUDES]:
            yield _list("exclude", needed)
        if len(needed) < len(excludes):
            yield from _comment("Directories without code of the project are left out anyway (`.git`, `.venv`, …).")

    def per_file(self) -> Iterator[str]:
        """The lines of the table `per-file-ignores`."""
        without: dict[str, list[str]] = {}
        for pattern, selectors in self._foreign.per_file.items():
            ignored = ["ALL"] if "ALL" in selectors else self._ignored((*selectors, *self._foreign.ignore))
            own = [rule for rule in ignored if rule == "ALL" or rule not in self._ignored(self._foreign.ignore)]
            if own and is_pattern(pattern.removeprefix("!")):
                yield f"{to_toml(pattern)} = {to_toml(own)}"
            else:
                without.setdefault(_listed(selectors), []).append(pattern)
        for codes, patterns in without.items():
            what = to_toml(patterns[0]) if len(patterns) == 1 else f"{len(patterns)} patterns"
            yield from _comment(f"{what}: no equivalent for {codes}.")

    def options(self, registry: Registry) -> dict[str, dict[str, object]]:
        """The options of rules, by rule."""
        found: dict[str, dict[str, object]] = {}
        for name, targets in self._names.items():
            value = self._foreign.options.get(name)
            for target in targets if value not in (None, [], False) else ():
                rule, _, key = target.partition(".")
                field = fields_of(registry.by_name[rule])[key]
                try:
                    field.read(value)
                except ValueError:  # another linter's setting of the same name, of another type
                    continue
                found.setdefault(rule, {})[key] = value
        return found

    def leftovers(self) -> Iterator[str]:
        """Comments on what has no equivalent."""
        foreign = self._foreign
        selectors = [*(foreign.select or ()), *foreign.ignore]
        codes = {code for codes in self._codes.values() for code in codes}
        without = [word for word in selectors if not any(_covers(word, code) for code in codes)]
        settings = [name for name in foreign.options if name not in self._names]
        if without or settings:
            yield ""
        if without:
            yield from _comment(f"No rule of prodlint's decides {_listed(dict.fromkeys(without))}.")
        if settings:
            yield from _comment(f"Settings without an equivalent: {_listed(settings)}.")

    def _known(self, codes: str) -> Iterator[str]:
        """The codes that the linter has."""
        for word in codes.split():
            linter, _, code = word.rpartition(":")
            if linter in ("", self._foreign.linter):
                yield code

    def _selected(self) -> list[str] | None:
        """The rules that the configuration selects; None where it selects everything, or says nothing."""
        select = self._foreign.select
        if select is None or "ALL" in select:
            return None
        return [rule for rule, codes in self._codes.items() if any(self._is_on(code) for code in codes)]

    def _is_on(self, code: str) -> bool:
        """Whether a code is selected: the longest selector that covers it decides, of equals the one that ignores."""
        chosen = max((len(word) for word in self._foreign.select or () if _covers(word, code)), default=-1)
        against = max((len(word) for word in self._foreign.ignore if _covers(word, code)), default=-1)
        return chosen > against

    def _ignored(self, selectors: tuple[str, ...]) -> list[str]:
        """The rules of whose every part a code is ignored."""
        return [
            rule
            for rule, parts in self._parts.items()
            if all(any(_covers(word, code) for word in selectors for code in part) for part in parts)
        ]

    def _partly(self, ignored: list[str]) -> Iterator[str]:
        """Comments on codes that are ignored and are only a part of a rule that is not."""
        for rule, codes in self._codes.items():
            some = [code for code in codes if any(_covers(word, code) for word in self._foreign.ignore)]
            if some and rule not in ignored:
                yield from _comment(f"It ignores {_listed(some)}: only a part of {rule}, which is not ignored for it.")


def _covers(selector: str, code: str) -> bool:
    """Whether a selector means a code: its letters are a plugin's whole prefix, its digits may be cut.

    flake8 itself cuts letters as well, but who selects `S` means flake8-bandit's codes and not `SIM115`.
    """
    if selector == "ALL":
        return True
    letters = selector.rstrip("0123456789")
    own = code.rstrip("0123456789")
    is_same = letters == own or (letters == "PL" and own.startswith("PL"))
    return is_same and code[len(own) :].startswith(selector[len(letters) :])


def _external(foreign: Foreign) -> Iterator[str]:
    if foreign.external is None or "PRD" in foreign.external:
        return
    yield ""
    yield from _comment("Ruff deletes `# noqa: PRD…` as unused unless it knows the codes. In its configuration:")
    yield "# [tool.ruff.lint]"
    yield f"# external = {to_toml([*foreign.external, 'PRD'])}"


def _list(key: str, words: list[str]) -> str:
    """A key whose value is a list: a word a line where one line would be long."""
    line = f"{key} = {to_toml(words)}"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{key} = [", *(f"    {to_toml(word)}," for word in words), "]"])


def _table(name: str, lines: Iterable[str]) -> list[str]:
    lines = list(lines)
    has_keys = any(not line.startswith("#") for line in lines)
    return ["", *([f"[tool.prodlint.{name}]"] if has_keys else [f"# {name}:"]), *lines] if lines else []


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _comment(text: str) -> Iterator[str]:
    """Text as lines of comments, in which nothing can end the comment."""
    line = "#"
    for word in "".join(character if character.isprintable() else " " for character in text).split():
        if len(line) + len(word) >= _WIDTH and line != "#":
            yield line
            line = "#"
        line += f" {word}"
    if line != "#":
        yield line
