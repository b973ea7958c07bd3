"""Which logger a fix can write to at a place: the module's own, or one that is added to it."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint_rules._log_styles import Style
from prodlint_rules._loggers import Form, Kind, form_by_kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.facts import SiteFacts


class ModuleLogger(NamedTuple):
    """A logger by its name at a place, how it takes values, and what the module needs for it."""

    name: str
    form: Form
    imports: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()


_PREFERRED = ("logger", "log", "LOGGER", "LOG", "_logger", "_log")
_MAKERS = (
    ("structlog", Kind.STRUCTLOG, "structlog.get_logger()"),
    ("logging", Kind.STANDARD, "logging.getLogger(__name__)"),
)


def module_logger(facts: SiteFacts, style: Style = Style.AUTO) -> ModuleLogger | None:
    """The module's logger, or the one to add in the module's style; None where no name is left for one."""
    own = own_logger(facts, style)
    # Its functions configure the root logger where nobody has: a logger of the module's own is better.
    if own is not None and facts.meaning(own.name) != {"logging"}:
        return own
    return _added(facts, style) or own


def own_logger(facts: SiteFacts, style: Style = Style.AUTO) -> ModuleLogger | None:
    """The logger that the module has; None if it has none."""
    # Thousands of fixes may ask, and a module may bind as many names: they are looked through once.
    found: dict[str, Form] = facts.shared(("module loggers", style), lambda: dict(_loggers(facts, style)))
    names = (*(name for name in _PREFERRED if name in found), *sorted(found))
    name = next((name for name in names if facts.is_module_value(name)), None)
    return None if name is None else ModuleLogger(name, found[name])


def _loggers(facts: SiteFacts, style: Style) -> Iterator[tuple[str, Form]]:
    for name, meanings in facts.module_values():
        kinds = {kind_of(meaning) for meaning in meanings}
        # A class mangles names that begin with two underscores.
        if len(kinds) == 1 and (kind := kinds.pop()) is not None and not name.startswith("__"):
            yield name, form_by_kind(kind, meanings, style, facts.imports)


def _added(facts: SiteFacts, style: Style) -> ModuleLogger | None:
    name = next((name for name in ("logger", "_logger") if facts.is_free(name)), None)
    maker = _maker(facts)
    if name is None or maker is None:
        return None
    module, kind, made = maker
    statement = f"{name} = {made}"
    # What an import's failure runs, in the module itself, would find no logger yet.
    if facts.runs_before((statement,)):
        return None
    form = form_by_kind(kind, frozenset(), style, facts.imports)
    return ModuleLogger(name, form, (f"import {module}",), (statement,))


def _maker(facts: SiteFacts) -> tuple[str, Kind, str] | None:
    """The package that the module logs with, or the standard library's."""
    own = next((maker for maker in _MAKERS if facts.meaning(maker[0]) == {maker[0]}), None)
    return own or (_MAKERS[-1] if facts.is_free("logging") else None)
