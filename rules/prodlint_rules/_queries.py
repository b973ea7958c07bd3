"""The SQL of a file: which calls run or build it, and which holes in it could change what it means.

Both rules about SQL read the same findings, made once a file.
"""

from __future__ import annotations

import re

from prodlint.facts import OriginKind
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint_rules import _sinks
from prodlint_rules._sources import is_harmless, is_made_as_sql, outside_source
from prodlint_rules._sql import (
    Position,
    is_condition,
    is_fragment,
    is_order,
    is_statement,
    placed_holes,
    takes_parameters,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prodlint.check import Site
    from prodlint.facts import CallFacts, ExpressionFacts, Hole, Template
    from prodlint.model import Related, Safety, Span, Violation
    from prodlint_rules._sql import Placed


class Settings(NamedTuple):
    """What a project adds to the tables: see the options of the rules."""

    sinks: tuple[str, ...]
    sources: tuple[str, ...]
    trusted: tuple[str, ...]


class Finding(NamedTuple):
    """A hole in SQL text that could change what the statement means.

    ``call`` is what runs the text, as written; empty where nothing in the file does. ``source`` are the words for the
    outside input that it comes from. ``span`` is where the text is handed over by another function than the one that
    runs it. A finding without a ``hole`` is about a whole statement.
    """

    position: Position
    hole: Hole
    call: str
    source: str | None
    is_whole: bool = False
    span: Span | None = None
    is_quoted: bool = False

    @property
    def is_value(self) -> bool:
        """Whether a driver would take what is put in as a parameter."""
        return self.position is Position.VALUE

    @property
    def is_name(self) -> bool:
        """Whether it is a name, which no driver takes."""
        return self.position is Position.IDENTIFIER

    @property
    def is_clause(self) -> bool:
        """Whether it is a part of the statement with values of its own."""
        return self.position is Position.FRAGMENT


class _Queries(NamedTuple):
    """The findings of a file by the node of the call that runs the text, and the literals that reach such a call."""

    by_call: dict[Any, tuple[Finding, ...]]
    literals: set[Any]


def findings(site: Site) -> Iterator[Finding]:
    """The findings about the site's call, string or module."""
    settings = Settings(*site.options)
    if site.is_call:
        yield from _queries(site, settings).by_call.get(site.facts.call.node, ())
    elif site.is_string:
        yield from _unsent(site, settings)
    elif settings.sinks:
        own = {name.partition(":")[0].rpartition(".")[2] for name in settings.sinks} - set(_sinks.NAMES)
        queries = _queries(site, settings)
        for call in site.facts.calls(own):
            for finding in queries.by_call.get(call.node, ()):
                yield finding._replace(span=finding.span or call.span)


def violation(site: Site, finding: Finding, message: str, fixable: Safety | None = None) -> Violation:
    """The violation that a finding is, with the way that the value goes as related locations."""
    return site.violation(message, span=finding.span, related=_related(site, finding), fixable=fixable)


def _related(site: Site, finding: Finding) -> list[Related]:
    hole = finding.hole
    found: list[Related] = []
    first, *rest = hole.origin.path
    found.append(site.related(first.span, f"`{first.text}` comes in here"))
    for step in rest:
        found.append(site.related(step.span, f"goes on as `{step.text}`"))
    if not finding.is_whole:
        found.append(site.related(hole.span, f"`{hole.text}` is put into the text here"))
    if finding.span is not None and finding.call and site.is_call:
        found.append(site.related(site.span, "the query runs here"))
    spans = [related.span for related in found]
    return [related for at, related in enumerate(found) if spans.index(related.span) == at]


def _queries(site: Site, settings: Settings) -> _Queries:
    return site.facts.shared(("sql", settings), lambda: _collect(site, settings))  # type: ignore[no-any-return]


def _collect(site: Site, settings: Settings) -> _Queries:
    facts = site.facts
    own = {name.partition(":")[0].rpartition(".")[2] for name in settings.sinks}
    found = _Queries({}, set())
    handed_over: set[Any] = set()
    directly: set[Span] = set()
    judged: list[tuple[CallFacts, list[Finding]]] = []
    calls = [call for call in facts.calls((*_sinks.NAMES, *own)) if not call.gives_literals(_sinks.LOOKED_AT)]
    for call in sorted(calls, key=lambda call: call.place):
        for sink in _sinks_of(call, settings, facts.mentions("sqlalchemy")):
            for text, templates in _texts(call, sink):
                found.literals.update(text.literals)
                directly.add(text.span)
                judgement = list(_judged(templates, sink, call, settings))
                if judgement and call.is_reachable and not call.names & _sinks.OTHER_LANGUAGES:
                    judged.append((call, judgement))
    for call, findings_ in judged:
        for finding in findings_:
            place = (finding.span, finding.position)
            # What a call of a sink hands over was judged there, and what several sinks get, at the first of them.
            if finding.span is None or (finding.span not in directly and place not in handed_over):
                handed_over.add(place)
                found.by_call[call.node] = (*found.by_call.get(call.node, ()), finding)
    return found


def _own_sink(entry: str) -> _sinks.Sink:
    """The sink that a project names: `module.function`, `.method`, either with `:2` or `:keyword` for its argument."""
    _, _, argument = entry.partition(":")
    return _sinks.Sink(int(argument) if argument.isdigit() else 0, argument or "sql", "sql")


def _sinks_of(call: CallFacts, settings: Settings, is_sqlalchemy: bool) -> Iterator[_sinks.Sink]:
    last = call.last_name
    # Most calls are told by their name as written: what it can stand for takes following.
    is_plain = not settings.sinks and last not in _sinks.FUNCTION_NAMES and not call.is_renamed
    names = frozenset({last}) if is_plain else call.names
    for name in names:
        if name in _sinks.FUNCTIONS:
            yield _sinks.FUNCTIONS[name]
            return
    for entry in settings.sinks:
        name = entry.partition(":")[0]
        if name in names or (name.startswith(".") and last == name[1:]) or (name == last and name not in _sinks.NAMES):
            yield _own_sink(entry)
            return
    lasts = {last, *(name.rpartition(".")[2] for name in names)}
    for known in lasts:
        if known in _sinks.METHODS:
            yield _sinks.METHODS[known]
            return
    if last in _sinks.CONDITIONS and is_sqlalchemy and _sinks.ON_QUERIES & set(call.chain):
        yield _sinks.CONDITIONS[last]


def _texts(call: CallFacts, sink: _sinks.Sink) -> Iterator[tuple[ExpressionFacts, tuple[Template, ...]]]:
    """The texts that a call hands to a sink."""
    if sink.in_elements:
        for keyword in sink.in_elements:
            given = call.keyword(keyword)
            for entry in given.entries if given is not None else ():
                if not entry.is_literal:
                    yield entry, entry.templates
        return
    argument = call.argument(sink.position, sink.keyword)
    if argument is None:
        argument = next((a for a in map(call.keyword, ("sql", "query", "statement", "operation")) if a), None)
    if argument is not None and not argument.is_literal:
        yield argument, argument.templates


def _judged(templates: Iterable[Template], sink: _sinks.Sink, call: CallFacts, settings: Settings) -> Iterator[Finding]:
    """At most one finding for each kind of position and each place that hands the text over."""
    found: dict[Any, Finding] = {}
    shown = call.shown
    bound = _bound_values(call)
    takes_values = _takes_values(call, sink)
    for template in templates:
        is_open = bound != 0 and bound != len(re.findall(_PLACEHOLDER, template.literal))
        for finding in _of_template(template, sink, shown, settings):
            if is_open and _may_hold_placeholders(finding):
                continue
            if finding.position is Position.FRAGMENT and finding.source is None and takes_values:
                continue  # a clause with placeholders of its own: the values for them are passed
            key = (finding.position is Position.IDENTIFIER, finding.span)
            known = found.get(key)
            if known is None or (known.source is None and finding.source is not None):
                found[key] = finding
    yield from found.values()


def _bound_values(call: CallFacts) -> int | None:
    """How many values a call binds to placeholders in its statement; None where that cannot be told."""
    behind = call.arguments[1:] + [argument for name, argument in call.keywords if name in _BOUND]
    given = [argument for argument in behind if not (argument.is_literal and argument.constant is None)]
    if not given:
        return 0
    values = given[0].entries
    return len(values) if len(given) == 1 and values and not any(v.text.startswith("*") for v in values) else None


_PLACEHOLDER = r"\?|%s|%\(\w+\)s|(?<![:\w]):\w+|\$\d+"
_BOUND = frozenset({"params", "parameters", "args", "vars", "values", "bindings", "seq_of_parameters"})


def _may_hold_placeholders(finding: Finding) -> bool:
    """Whether the text at a hole can be what the values that a call binds are bound to.

    What another module gives there, a clause with its placeholders or the placeholder of its driver, came with the
    values. What a caller or the outside chooses did not, and no placeholder works within quotes.
    """
    return (
        finding.source is None
        and not finding.is_whole
        and not finding.is_quoted
        and finding.position in (Position.VALUE, Position.FRAGMENT)
        and finding.hole.origin.kind in (OriginKind.RESULT, OriginKind.VALUE)
    )


def _takes_values(call: CallFacts, sink: _sinks.Sink) -> bool:
    """Whether a call passes parameters whose number is not written down, as clauses put together need them."""
    given = call.argument(sink.position + 1, "params")
    if given is None:
        given = next((found for key, found in call.keywords if key in _sinks.PARAMETERS), None)
    return given is not None and given.may_vary


def _of_template(template: Template, sink: _sinks.Sink, call: str, settings: Settings) -> Iterator[Finding]:
    holes = template.holes
    if not holes:
        return
    if not template.literal.strip() and len(holes) > 1 and sink in _RUNNING:
        yield from _added_to_unknown(holes, call, settings)
    if not template.literal.strip():
        if (
            len(holes) == 1
            and sink.takes in ("statement", "sql")
            and not is_harmless(holes[0].origin, settings.trusted)
        ):
            source = outside_source(holes[0].origin, settings.sources, 0)
            if not call.endswith(_ALSO_OF_CLIENTS) and source is not None and source not in _OWN_STATEMENTS:
                yield Finding(Position.VALUE, holes[0], call, source, True)
        return
    if sink.takes == "statement" and not (is_statement(template, strictly=False) or is_fragment(template)):
        return
    if sink.takes == "condition" and not is_condition(template):
        return
    if sink.takes == "order" and not is_order(template):
        return
    is_part = sink.takes == "sql" and not is_statement(template, strictly=False)
    for placed, source in _harmful(template, settings):
        # What a builder of SQL makes a part of out of parts that it has read elsewhere holds no value that came in.
        is_built = is_part and placed.position is Position.FRAGMENT and source is None
        if not is_built or placed.hole.origin.kind is OriginKind.PARAMETER:
            yield Finding(
                placed.position, placed.hole, call, source, span=placed.hole.passed, is_quoted=bool(placed.quote)
            )


def _added_to_unknown(holes: list[Hole], call: str, settings: Settings) -> Iterator[Finding]:
    """What a caller or the outside adds to a statement that another module, or a file, holds."""
    if holes[0].origin.kind is OriginKind.PARAMETER:
        return
    for hole in holes[1:]:
        source = outside_source(hole.origin, settings.sources)
        if not is_harmless(hole.origin, settings.trusted) and (
            source is not None or hole.origin.kind is OriginKind.PARAMETER
        ):
            yield Finding(Position.VALUE, hole, call, source, span=hole.passed)


_ALSO_OF_CLIENTS = (".fetch", ".prepare")
"""Methods that clients of other protocols have too: what they are given is SQL only where it reads as such."""
_RUNNING = frozenset(_sinks.METHODS[name] for name in ("execute", "executemany", "executescript"))
_OWN_STATEMENTS = frozenset({"the command line", "a person at the terminal", "standard input", "the environment"})
"""Where a statement comes from that is the user's own: they may run it, for it is their database."""


def _harmful(template: Template, settings: Settings) -> Iterator[tuple[Placed, str | None]]:
    """The holes that could change what a statement means, with the words for the source of each."""
    for found in placed_holes(template):
        placed, origin = found, found.hole.origin
        is_name = placed.position in (Position.IDENTIFIER, Position.CALLEE)
        if is_harmless(origin, settings.trusted, is_name=is_name) or _is_doubled(placed, template):
            continue
        source = outside_source(origin, settings.sources)
        if source is None and not placed.quote and is_made_as_sql(origin):
            continue
        if placed.position is Position.CALLEE:
            # Which function it is depends on the version of the server, unless somebody from outside chooses.
            if source is None and (origin.trail or origin.kind is not OriginKind.PARAMETER):
                continue
            placed = placed._replace(position=Position.IDENTIFIER)
        # A statement that goes on as a part of another is as good as one that is run as it is.
        if placed.position is not Position.STATEMENT or source is not None:
            yield placed, source


def _is_doubled(placed: Placed, template: Template) -> bool:
    """Whether a name stands in quotes, and such quotes within it were doubled before.

    A value too, in a statement that takes no parameters: there is no better way then.
    """
    if f"doubled {placed.quote}" not in placed.hole.origin.checks:
        return False
    return placed.position is Position.IDENTIFIER or not takes_parameters(template)


def _unsent(site: Site, settings: Settings) -> Iterator[Finding]:
    """The holes of a text that reads as SQL beyond doubt, reaches no call that runs it and is no message."""
    string = site.facts.expression
    if not string.opening.lstrip("( \t\r\n").lower().startswith(_sinks.OPENINGS):
        return
    whole = string.whole
    if whole.is_literal or string.node in _queries(site, settings).literals:
        return
    key = ("sql text", whole.node, settings)
    first, found = site.facts.shared(key, lambda: (string.node, _judged_text(whole, settings)))
    if first is string.node:  # of several strings that a text is made of, one tells of it
        yield from found


def _judged_text(whole: ExpressionFacts, settings: Settings) -> list[Finding]:
    """The findings about a text that no call runs."""
    templates = [t for t in whole.templates if t.holes and is_statement(t, strictly=True)]
    if not templates or _is_shown(whole):
        return []
    found: dict[bool, Finding] = {}
    for template in templates:
        for placed, source in _harmful(template, settings):
            # What compilers of SQL put together out of what they made before is theirs to judge.
            is_name = placed.position is Position.IDENTIFIER and placed.hole.origin.kind is OriginKind.PARAMETER
            is_told = placed.position is Position.VALUE or is_name
            # A name that was put into a text which this one takes in is reported there.
            is_own = placed.position is not Position.IDENTIFIER or _is_within(placed.hole.span, whole.span)
            if is_own and (is_told or source is not None):
                finding = Finding(placed.position, placed.hole, "", source, span=whole.span)
                found.setdefault(placed.position is Position.IDENTIFIER, finding)
    return list(found.values())


def _is_within(inner: Span, outer: Span) -> bool:
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def _is_shown(text: ExpressionFacts) -> bool:
    """Whether a text is a message, or goes where only its looks matter."""
    uses = text.uses
    for use in uses:
        if use.kind in ("raised", "asserted"):
            return True
        if use.kind == "argument" and (use.last_name in _sinks.MESSAGES or use.keyword in _sinks.MESSAGE_KEYWORDS):
            return True
    return not uses or all(use.kind in ("compared", "dropped") for use in uses)
