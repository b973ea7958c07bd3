"""Sites to violations: runs the rules of a file on the places that its index nominates.

A rule that crashes becomes a `Problem` and loses this one file; the other rules go on.
"""

from __future__ import annotations

import _ast
from itertools import islice

from prodlint.digest import digest
from prodlint.facts import Comment, FileFacts, SiteFacts
from prodlint.facts.expressions import opening_of
from prodlint.facts.secrets import Secret
from prodlint.index import build, parse, plan_for
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Checked, Problem, Related, Safety, Span, Violation
from prodlint.rule import (
    Assignments,
    Calls,
    Classes,
    Comments,
    Docstrings,
    Functions,
    Handlers,
    Module,
    Project,
    ProjectFiles,
    Secrets,
    Strings,
    WholeTree,
)
from prodlint.source import Unreadable
from prodlint.time_limit import OverdueError
from prodlint.tool_rules import UNREADABLE_SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import libcst
    from libcst.metadata import MetadataWrapper

    from prodlint.config import Active, FileSettings
    from prodlint.cst import Region
    from prodlint.facts import ExpressionFacts
    from prodlint.index import Index, Plan, Scope
    from prodlint.model import Context, Edit
    from prodlint.registry import Registry
    from prodlint.rule import Docstring, Fixed, Rule, Visit
    from prodlint.source import Source
    from prodlint.suppress import Verdict
    from prodlint.time_limit import TimeLimit

_LONGEST_EXCERPT = 2000
_NORMALISED = str.maketrans({"'": '"', "(": None, ")": None, ",": None, ";": None, "\\": None})


class Wanted(NamedTuple):
    """The fixes to make: those of these safeties, and of these ``only`` the one of this violation if there is one."""

    safeties: frozenset[Safety] = frozenset()
    only: Violation | None = None

    def __bool__(self) -> bool:
        return bool(self.safeties)

    def includes(self, violation: Violation) -> bool:
        """Whether the fix of a violation is to be made."""
        return violation.fixable in self.safeties and (self.only is None or _is_same(violation, self.only))


def _is_same(violation: Violation, other: Violation) -> bool:
    return (violation.rule, violation.span, violation.message) == (other.rule, other.span, other.message)


NOTHING = Wanted()


class Inspection(NamedTuple):
    """What all files of a run share: the known rules, today's ISO date, a rule's time, and what their walks collect.

    ``plans`` is by the key of a file's settings, and grows with those that turn up.
    """

    registry: Registry
    today: str
    limit: TimeLimit
    plans: dict[str, Plan]
    tell: Callable[[Verdict], None] | None = None
    """Told of every suppression comment and what it hides, where somebody asks."""

    def plan(self, settings: FileSettings) -> Plan:
        """What the walk over a file with these settings collects: for rules that do not run, nothing."""
        known = self.plans.get(settings.key)
        if known is None:
            known = self.plans[settings.key] = plan_for(v for active in settings.active for v in active.rule.visits)
        return known


def inspect_source(
    source: Source,
    project_path: str,
    settings: FileSettings,
    inspection: Inspection,
    fixes: Wanted = NOTHING,
) -> Checked:
    """Run a file's rules on its text.

    ``project_path`` is the path relative to the project's root. The ``fixes`` that are wanted are made. What cannot be
    read is a violation of `unreadable-source`, never a silent pass.
    """
    plan = inspection.plan(settings)
    try:
        if not source.data.isascii():
            source.text  # noqa: B018  decoding may raise Unreadable, and must do so here
        index = build(parse(source), plan, source.data)
    except Unreadable as unreadable:
        violation = unreadable_violation(source.path, settings, unreadable.reason, unreadable.line)
        return Checked((violation,) if violation else (), ())
    file = FileFacts(source, index, plan, project_path)
    try:
        return _checked(file, settings, inspection, fixes)
    finally:
        file.release()


def _checked(file: FileFacts, settings: FileSettings, inspection: Inspection, fixes: Wanted) -> Checked:
    file.secret_options = next((a.options for a in settings.active if _SECRETS in a.rule.visits), None)
    found: list[Violation] = []
    problems: list[Problem] = []
    ran = {active.rule.name for active in settings.active}
    for active in settings.active:
        if active.rule.check_function is not None:
            crash = _run_rule(active, file, settings, inspection, found, fixes, problems)
            if crash is not None:
                problems.append(crash)
                ran.discard(active.rule.name)
    if file.comments and not settings.suppressing.are_ignored:
        found = _suppress(found, ran, file, settings, inspection, fixes)
    found.sort(key=_position)
    return Checked(tuple(found), tuple(problems))


_SECRETS = Secrets()


def _position(violation: Violation) -> tuple[tuple[int, ...], str, str]:
    return violation.span or (0, 0), violation.code, violation.message


def _suppress(
    found: list[Violation],
    ran: set[str],
    file: FileFacts,
    settings: FileSettings,
    inspection: Inspection,
    fixes: Wanted,
) -> list[Violation]:
    from prodlint.suppress import suppress  # most files hold no such comment

    by_rule = {active.rule.name: active for active in settings.active}

    unused: list[tuple[Violation, Comment, str]] = []

    def report(rule: Rule, comment: Comment, message: str, name: str) -> Violation | None:
        active = by_rule.get(rule.name)
        if active is None:
            return None
        site = Site(comment, file.index.scopes[0], file, active, settings, inspection.today)
        if not name:
            return site.violation(message)
        violation = site.violation(message, fixable=Safety.SAFE)
        unused.append((violation, comment, name))
        return violation

    tell = None if inspection.tell is None else _masking(inspection.tell, file)
    marked = suppress(found, file, ran, inspection.registry, settings.suppressing, inspection.today, report, tell)
    wanted = [place for place in unused if fixes.includes(place[0])]
    if wanted:
        from prodlint.fix.suppressions import removals  # as for the rules' fixes

        removed = removals(wanted, file.comments, inspection.registry, file.source)
        marked = [removed.get(violation, violation) for violation in marked]
    if not file.secrets.may_exist:
        return marked
    return [
        v._replace(suppressed=v.suppressed._replace(reason=file.secrets.without(v.suppressed.reason)))
        if v.suppressed is not None and v.suppressed.reason
        else v
        for v in marked
    ]


def _masking(tell: Callable[[Verdict], None], file: FileFacts) -> Callable[[Verdict], None]:
    """As ``tell``, of comments without the credentials of the file."""

    def masked(verdict: Verdict) -> None:
        directive = verdict.directive
        if directive.reason and file.secrets.may_exist:
            directive = directive._replace(reason=file.secrets.without(directive.reason))
        tell(verdict._replace(directive=directive))

    return masked


def _run_rule(
    active: Active,
    file: FileFacts,
    settings: FileSettings,
    inspection: Inspection,
    found: list[Violation],
    fixes: Wanted,
    problems: list[Problem],
) -> Problem | None:
    """Add what a rule finds in a file; the problem if it crashed, and then nothing of it is added.

    A fix that could not be made is only among ``problems``: its violation stays.
    """
    check = active.rule.check_function
    assert check is not None
    before = len(found)
    line = None
    not_analysed: dict[tuple[int | None, str], Violation | None] = {}
    limit = inspection.limit
    makes_fixes = bool(fixes)  # once: it is asked at every site
    if limit.has_given_up(active.rule.name):
        return _stop(active.rule, "is left out, for it had to be stopped in other files", file, None)
    try:
        limit.begin()
        try:
            for node, scope in _nominated(active.rule.visits, file):
                line = getattr(node, "lineno", None)
                try:
                    site = Site(node, scope, file, active, settings, inspection.today)
                    violations = check(site)
                    if makes_fixes:
                        violations = _with_fixes(violations, site, active.rule, fixes, problems)
                    size = len(found)
                    found.extend(islice(violations, _MOST_AT_A_PLACE))
                    if len(found) - size == _MOST_AT_A_PLACE:
                        raise OverflowError(f"it yields {_MOST_AT_A_PLACE:,} violations at one place, and goes on")
                except Unreadable as unreadable:
                    at = unreadable.line or line
                    reason = f"rule `{active.rule.name}`: {unreadable.reason}"
                    not_analysed[at, reason] = unreadable_violation(file.source.path, settings, reason, at)
        finally:
            limit.end()
        _require_violations(found[before:])
    except OverdueError:
        del found[before:]
        limit.stopped(active.rule.name)
        return _stop(active.rule, f"took more than {limit.seconds:g} s and was stopped", file, line)
    except (Exception, SystemExit) as error:  # noqa: BLE001  the rule guard: whatever a rule does, the others go on
        from prodlint.packs import place_in  # few rules crash

        del found[before:]
        told = f"{type(error).__name__}: {file.secrets.without(str(error))}"
        return Problem(
            "rule-crash",
            f"rule `{active.rule.name}` crashed: {told}{place_in(active.rule.module, error.__traceback__)}",
            file.source.path,
            line,
            f"report it to the author of `{active.rule.module}`; `--ignore {active.rule.name}` leaves it out",
        )
    found += [violation for violation in not_analysed.values() if violation is not None]
    return None


# More than any rule has to say of one place: one that never stops yielding must not take all memory.
_MOST_AT_A_PLACE = 200_000


def _stop(rule: Rule, what: str, file: FileFacts, line: int | None) -> Problem:
    return Problem(
        "rule-stopped",
        f"rule `{rule.name}` {what}",
        file.source.path,
        line,
        f"report it to the author of `{rule.module}`; `--ignore {rule.name}` leaves it out, `--time-limit` gives more",
    )


def _with_fixes(
    violations: Iterable[Violation], site: Site, rule: Rule, fixes: Wanted, problems: list[Problem]
) -> Iterator[Violation]:
    from prodlint.fix.making import with_fix  # only where fixes are asked for

    for violation in violations:
        if violation.__class__ is not Violation or not fixes.includes(violation):
            yield violation
            continue
        made, problem = with_fix(violation, site, rule)
        # A rule's fix fails in the same way wherever it does, which is told once.
        if problem is not None and not any(problem.message == known.message for known in problems):
            problems.append(problem)
        yield made


def _require_violations(found: list[Violation]) -> None:
    for violation in found:
        if violation.__class__ is not Violation:
            raise TypeError(f"it yields {violation!r:.60}, which is no violation")


def _nominated(visits: tuple[Visit, ...], file: FileFacts) -> Iterable[tuple[Any, Scope]]:
    """The places that visits nominate, each once: an alias may stand for the names of several visits to calls."""
    if len(visits) == 1:
        return candidates(visits[0], file)
    if [visit.__class__ for visit in visits].count(Calls) < 2:
        return [place for visit in visits for place in candidates(visit, file)]
    places = {id(place[0]): place for visit in visits for place in candidates(visit, file)}
    return places.values()


def candidates(visit: Visit, file: FileFacts) -> Iterable[tuple[Any, Scope]]:
    """The nodes, with their scopes, that a visit nominates in a file."""
    index = file.index
    match visit:
        case Calls():
            return _calls(visit, index)
        case Handlers(bare=bare):
            return [place for place in index.handlers if bare is None or (place[0].type is None) is bare]
        case Functions() | Classes():
            return _definitions(visit, file)
        case Secrets():
            return file.secrets.places
        case Module() | WholeTree():
            return [(index.tree, index.scopes[0])]
        case Assignments():
            return index.assignments
        case Strings(words=words, openings=openings):
            # Without a word of any rule the walk has taken no string.
            if not index.strings or (words and not file.mentions_any(words)):
                return ()
            return file.shared(visit, lambda: _opening(index.strings, openings)) if openings else index.strings
        case Comments(words=words):
            opening = tuple(words)
            return [
                (c, index.scopes[0]) for c in file.comments if c.text.lstrip("#:@!- \t\f").lower().startswith(opening)
            ]
        case Docstrings(words=words):
            return list(_docstrings(words, file))
        case ProjectFiles() | Project():
            return ()


def _opening(strings: list[tuple[Any, Scope]], openings: tuple[str, ...]) -> list[tuple[Any, Scope]]:
    """The strings that begin, as written, with one of these texts."""
    return [place for place in strings if opening_of(place[0]).lstrip("( \t\r\n").lower().startswith(openings)]


def _definitions(visit: Functions | Classes, file: FileFacts) -> list[tuple[Any, Scope]]:
    kind = "function" if isinstance(visit, Functions) else "class"
    documented = visit.documented
    if visit.public and not file.definitions.owes_documentation:
        return []
    hidden = visit.public and b"__all__" not in file.source.data  # which can make an underscored name public
    found: list[tuple[Any, Scope]] = []
    for key, places in file.definition_places.items():
        if key[0] == kind and not (hidden and key[2]) and documented in (None, key[1]):
            found += places
    return found


def _calls(visit: Calls, index: Index) -> list[tuple[Any, Scope]]:
    """The calls under the visit's names and under names that stand for a wanted one by import or assignment.

    Which alias stands for which name is for the facts to tell: a rule sees the aliases of all rules.
    """
    if not index.calls:
        return []
    aliases = index.aliases
    names = {*visit.names, *aliases} if aliases else visit.names
    calls = [place for name in sorted(index.calls.keys() & names) for place in index.calls[name]]
    if not visit.receivers:
        return calls
    receivers = aliases.union(visit.receivers)
    return [place for place in calls if _is_on(place[0].func, receivers)]


def _is_on(function: Any, receivers: frozenset[str]) -> bool:
    """Whether a called function is a method of something with one of these last names, or no method as written."""
    if not isinstance(function, _ast.Attribute):
        return True
    receiver = function.value
    match receiver:
        case _ast.Name(id=name) | _ast.Attribute(attr=name):
            # `self._write()` may be a bound method under another name, which is the attribute's own.
            return name in receivers or function.attr in receivers
    return True


def _docstrings(words: tuple[str, ...], file: FileFacts) -> Iterator[tuple[Any, Scope]]:
    for scope in file.index.scopes:
        if scope.docstring is not None:
            lowered = scope.docstring.lower()
            if any(map(lowered.__contains__, words)):
                yield scope.node.body[0].value, scope


def unreadable_violation(path: str, settings: FileSettings, reason: str, line: int | None) -> Violation | None:
    """The finding about a file, or a part of it, that no rule has seen; ``line`` is 1-based where it is known."""
    for active in settings.active:
        rule = active.rule
        if rule is UNREADABLE_SOURCE:
            return Violation(
                rule.name,
                rule.code,
                rule.family,
                active.severity,
                f"not checked: {_masked(reason)}",
                path,
                Span(line, 1, line, 1) if line else None,
                settings.context,
                rule.policy,
                fingerprint(rule.name, "", ""),
                "",
            )
    return None


def _masked(reason: str) -> str:
    from prodlint.secrets.masking import masked_text  # few files cannot be read, and what Python says may quote them

    return masked_text(reason)


def fingerprint(rule: str, scope: str, code: str) -> str:
    """An identity for a violation that moving and reformatting its code leaves as it is: 16 hexadecimal digits.

    Made of the rule, the dotted path of the definition around it, and its code without white space, parentheses,
    trailing commas, the choice of quotes and the seams of strings that are written side by side.
    """
    normalised = code if code.isidentifier() else "".join(code.translate(_NORMALISED).split()).replace('""', "")
    return digest(f"{rule}\0{scope}\0{normalised}".encode("utf-8", "surrogatepass"), 8)


class Site:
    """A place that a rule's ``visits`` nominated, and all that its check may see.

    ``node`` is the libcst node; touching it imports libcst and parses the statement, so that a check which can decide
    by ``facts``, ``span`` and ``text`` alone should do so.
    """

    __slots__ = ("_active", "_block", "_file", "_node", "_region", "_scope", "_settings", "_wrapper", "today")

    def __init__(
        self, node: Any, scope: Scope, file: FileFacts, active: Active, settings: FileSettings, today: str
    ) -> None:
        self._node = node
        self._scope = scope
        self._file = file
        self._active = active
        self._settings = settings
        self._region: Region | None = None
        self._block: Region | None = None
        self._wrapper: MetadataWrapper | None = None
        self.today = today
        """The date of the run, in ISO form, for rules about dates."""

    @property
    def path(self) -> str:
        """The file's path as reports show it."""
        return self._file.source.path

    @property
    def is_call(self) -> bool:
        """Whether a ``Calls`` visit nominated the place, for rules with several visits."""
        return self._node.__class__ is _ast.Call

    @property
    def is_string(self) -> bool:
        """Whether a ``Strings`` visit nominated the place, for rules with several visits."""
        return self._node.__class__ in (_ast.Constant, _ast.JoinedStr)

    @property
    def is_comment(self) -> bool:
        """Whether a ``Comments`` visit nominated the place, for rules with several visits."""
        return self._node.__class__ is Comment

    @property
    def context(self) -> Context:
        """What the file is for."""
        return self._settings.context

    def related(self, span: Span, message: str) -> Related:
        """A further place of this file that explains a violation: lower case, no full stop."""
        return Related(self.path, span, message)

    def matches(self, patterns: tuple[str, ...]) -> bool:
        """Whether the file's path, from the project's root, matches one of these patterns in gitignore's syntax."""
        return bool(patterns) and self._file.matches(patterns)

    @property
    def options(self) -> Any:
        """The rule's options in force for this file: an instance of its ``options`` class."""
        return self._active.options

    @property
    def facts(self) -> SiteFacts:
        """What the place means: resolved names, flow, documentation."""
        return SiteFacts(self._file, self._node, self._scope)

    @property
    def span(self) -> Span:
        """The region of the place: a definition's name, a comment's text, the whole file's first line for a module."""
        return _span(self._node, self._file.source)

    @property
    def text(self) -> str:
        """The source text of ``span``."""
        return self._file.source.slice(self.span)

    @property
    def node(self) -> libcst.CSTNode:
        """The libcst node of the place, from the smallest statement around it that parses alone.

        A class or module gives its header only. Raises Unreadable where libcst could not stand the nesting.
        """
        return self.region.node

    @property
    def region(self) -> Region:
        """The parsed statement around the place, for positions of libcst nodes. Raises Unreadable as ``node`` does."""
        if self._region is None:
            from prodlint.cst import region_of  # libcst takes 160 ms to import: only a check that needs a tree pays

            self._region = region_of(self._node.node if self._node.__class__ is Secret else self._node, self._file)
        return self._region

    @property
    def block(self) -> libcst.CSTNode:
        """The statements from the one that holds the place to the end of its block, for fixes that rearrange them.

        A libcst ``IndentedBlock``, or a ``Module`` at module level. Raises Unreadable as ``node`` does, and where the
        statement shares its line with another.
        """
        if self._block is None:
            from prodlint.cst import block_of

            self._block = block_of(self._node, self._file)
        return self._block.node

    def block_from(self, expression: ExpressionFacts) -> libcst.CSTNode:
        """As ``block``, from the statement that holds an expression of the same scope; ``block`` is that one from then.

        For fixes that change a statement above the site. Raises Unreadable as ``block`` does.
        """
        from prodlint.cst import block_of

        self._block = block_of(expression.node, self._file)
        return self._block.node

    @property
    def wrapper(self) -> MetadataWrapper:
        """The whole module with libcst's metadata, for ``WholeTree`` rules. Raises Unreadable as ``node`` does."""
        if self._wrapper is None:
            from prodlint.cst import whole_tree

            self._wrapper = whole_tree(self._file)
        return self._wrapper

    def span_of(self, node: libcst.CSTNode) -> Span:
        """Where a libcst node of this site, or of its ``wrapper``, stands in the file."""
        from prodlint.cst import span_of

        return span_of(node, self._region, self._wrapper)

    def violation(
        self,
        message: str,
        *,
        span: Span | None = None,
        related: Iterable[Related] = (),
        fixable: Safety | None = None,
    ) -> Violation:
        """A violation of the site's rule, at the site unless ``span`` says otherwise.

        ``fixable`` says how far the rule's fix can be trusted here, where it has one. The message says what is wrong
        here, with the thing in backticks; lower case, no full stop.
        """
        rule = self._active.rule
        source = self._file.source
        at = span or _span(self._node, source)
        line = source.line(at.line)
        code = line[at.column - 1 : at.end_column - 1] if at.line == at.end_line else source.slice(at)
        secrets = self._file.secrets
        if secrets.may_exist:
            # Whatever the rule, nothing that leaves the engine is made of a credential, not even the fingerprint.
            code = self._node.label if self._node.__class__ is Secret and span is None else secrets.blanked(at)
            line = secrets.masked_line(at.line, at.column - 1) if len(line) <= _LONGEST_EXCERPT else line
            message = secrets.without(message)
            related = [place._replace(message=secrets.without(place.message)) for place in related]
        return Violation(
            rule.name,
            rule.code,
            rule.family,
            self._active.severity,
            message,
            source.path,
            at,
            self._settings.context,
            rule.policy,
            fingerprint(rule.name, self._scope_path(at.line), code),
            line if len(line) <= _LONGEST_EXCERPT else "",
            tuple(related),
            fixable,
        )

    def without_secrets(self, text: str) -> str:
        """A text about this place without the credentials of the file: for what is told of its fix."""
        return self._file.secrets.without(text)

    def edits_of(self, fixed: Fixed) -> tuple[Edit, ...]:
        """What a fix changes in the file's text: the smallest edits, sorted. Raises Unreadable as ``node`` does."""
        from prodlint.cst import edits_of
        from prodlint.fix.imports import insertions

        region = self.region if self._block is None or fixed.of is None else self._block
        changed = edits_of(region, fixed.of or self.node, fixed.node)
        needed = fixed.imports, fixed.statements
        tree, source = self._file.index.tree, self._file.source
        # Thousands of fixes may need the same: the top of the module is looked through for the first one.
        inserted = self._file.shared(("inserted", needed), lambda: insertions(source, tree, *needed))
        return tuple(sorted((*changed, *inserted)))

    def docstring_edits(self, docstring: Docstring) -> tuple[Edit, ...]:
        """What a docstring's further lines change in the file's text; nothing where they cannot be put there."""
        from prodlint.fix.docstrings import documented

        return documented(self._node, docstring.additions, self._file.index.tree, self._file.source)

    def _scope_path(self, line: int) -> str:
        if self._node.__class__ is Comment:
            return self._file.scope_at(line)
        scope = self._scope
        if self._node is scope.node and scope.parent is not None:
            scope = scope.parent
        return scope.qualified


def _span(node: Any, source: Source) -> Span:
    kind = node.__class__
    if kind in _DEFINITIONS:
        line = node.lineno
        at = source.line(line).find(node.name, node.col_offset + _SHORTEST_KEYWORD)
        if at >= 0:
            return Span(line, at + 1, line, at + 1 + len(node.name))
        column = source.column(line, node.col_offset)  # the name stands on a later line, after a backslash
        return Span(line, column, line, column + _SHORTEST_KEYWORD)
    if kind is Comment:
        return Span(node.line, node.column, node.line, node.column + len(node.text))
    if kind is _ast.Module:
        return Span(1, 1, 1, 1)
    if kind is Secret:
        span: Span = node.span
        return span
    return source.span(node)


_DEFINITIONS = frozenset({_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef})
_SHORTEST_KEYWORD = len("def")
