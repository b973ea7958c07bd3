"""What a rule author declares, and all that a rule may see.

A rule is a value (`Rule`) and one or two functions registered on it; it keeps no state and does no IO. Its ``visits``
nominate places: cheap, declarative, over-approximate, never missing one. Its check gives the verdict on a `Site`.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Context, Safety, Severity, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prodlint.check import Site

    CheckFunction = Callable[[Any], Iterator[Violation]]  # of a `Site`, or of a `ProjectSite`
    FixFunction = Callable[[Any, Site, Violation], "Fixed | None"]
    DocstringFunction = Callable[[Site, Violation], "Docstring | None"]

ALL = frozenset(Context)
PRODUCTION = frozenset({Context.PRODUCTION})
PRODUCTION_AND_SCRIPT = frozenset({Context.PRODUCTION, Context.SCRIPT})


class Calls(NamedTuple):
    """Nominates calls of functions or methods with one of these last names, under any alias of the module.

    ``receivers`` keeps, of the method calls, those on something with one of these last names: ``("stdout",)`` nominates
    ``sys.stdout.write`` and not ``file.write``. ``needles`` are texts without one of which a file holds no such call;
    by default the receivers or else the names. Say which where a name is part of many words: ``pp`` comes from
    ``pprint``. Files without a needle of any rule cost a fifth of a walk.
    """

    names: tuple[str, ...]
    receivers: tuple[str, ...] = ()
    needles: tuple[str, ...] = ()


class Handlers(NamedTuple):
    """Nominates `except` clauses; ``bare`` keeps those without (True) or with (False) a type."""

    bare: bool | None = None


class Functions(NamedTuple):
    """Nominates function and method definitions.

    ``documented`` keeps those with (True) or without (False) a docstring, ``public`` those that users of the module may
    be meant to use.
    """

    documented: bool | None = None
    public: bool = False


class Classes(NamedTuple):
    """Nominates class definitions; ``documented`` and ``public`` as in `Functions`."""

    documented: bool | None = None
    public: bool = False


class Assignments(NamedTuple):
    """Nominates assignment statements: plain, annotated with a value, augmented."""


class Strings(NamedTuple):
    """Nominates string and bytes literals and f-strings, docstrings included.

    ``words`` keeps those of files that hold one of these texts, in any case: collecting every string of a file costs a
    third of a walk. ``openings`` keeps those that begin with one of these texts (in lower case), in any case and behind
    white space and parentheses.
    """

    words: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()


class Docstrings(NamedTuple):
    """Nominates docstrings that contain one of these words, in any case."""

    words: tuple[str, ...]


class Comments(NamedTuple):
    """Nominates comments whose text opens with one of these words, in any case, after any of ``# : @ ! -``."""

    words: tuple[str, ...]


class Secrets(NamedTuple):
    """Nominates credentials in literals, each with what is known of it: `SiteFacts.secret`.

    The rule's options may have the fields ``names``, ``not_names`` and ``formats``: what a project says of its own
    credentials. Where the rule runs, everybody's excerpts are masked by them too.
    """


class Module(NamedTuple):
    """Nominates the file as a whole."""


class WholeTree(NamedTuple):
    """Hands the check the whole module as libcst metadata wrapper (`Site.wrapper`): for an existing visitor.

    The slow path: it parses every file with libcst, about a hundred times the cost of an index look-up.
    """


class ProjectFiles(NamedTuple):
    """Nominates each file of the project, Python or not, that one of these patterns in gitignore's syntax matches.

    The check gets a `prodlint.project.ProjectSite` for each. Its project is what lies below the checked paths.
    """

    patterns: tuple[str, ...]


class Project(NamedTuple):
    """Nominates the project itself, in a run that checks all of it: the check gets a `prodlint.project.ProjectSite`."""


Visit = (
    Calls
    | Handlers
    | Functions
    | Classes
    | Assignments
    | Strings
    | Docstrings
    | Comments
    | Secrets
    | Module
    | WholeTree
    | ProjectFiles
    | Project
)


class Fixed(NamedTuple):
    """What a rule's fix makes of a place.

    ``node`` takes the place of ``of``, a libcst node of the site (by default ``site.node``): a libcst node,
    ``libcst.FlattenSentinel`` for several, or ``libcst.RemoveFromParent()``. ``imports`` and ``statements`` are lines
    that the module needs for it; they go where they belong, and are not repeated. ``title`` is a verb phrase.
    """

    title: str
    node: Any
    of: Any = None
    imports: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()


class Edition(NamedTuple):
    """What a year changed of a pack's defaults; a configuration that names an earlier one keeps what held before.

    ``added`` has the names of the rules that run by default from this edition on, ``before`` the former value of each
    key that it changed, by the rule's name: ``{"print-call": {"severity": "error"}}``.
    """

    name: str
    added: tuple[str, ...] = ()
    before: Mapping[str, Mapping[str, object]] | None = None


class Addition(NamedTuple):
    """Lines for a definition's docstring, each without the indentation that all of them get.

    They go ``below`` a line of the docstring that is there, counted from 0, and are indented as its line ``like`` is;
    its first line counts as indented like the docstring itself. A definition without one gets one made of them.
    """

    lines: tuple[str, ...]
    below: int = 0
    like: int = 0


class Docstring(NamedTuple):
    """What a rule's fix adds to the docstring of the site's definition. ``title`` is a verb phrase."""

    title: str
    additions: tuple[Addition, ...]


class Rule:
    """One thing that the policy forbids: its names, where it looks, what it decides.

    A value: hosts only read it, and the functions are registered while its module is imported. ``visits`` is one visit
    or several; ``by_default`` says whether it runs where nobody names it. ``options`` is a named tuple or frozen data
    class in which every field has a default and a one-line docstring, or for a rule declared apart from its ``module``
    the name of one there, which is imported when somebody asks for it. ``policy`` names the clauses that the rule shows
    to hold, ``cwe`` the numbers of the Common Weakness Enumeration that its violations are.

    Raises ValueError when the name or the code has not the form that hosts rely on.
    """

    __slots__ = (
        "_options", "by_default", "check_function", "code", "contexts", "cwe", "docstring_function", "family",
        "fix_function", "fixes", "module", "name", "policy", "severity", "since", "summary", "visits",
    )  # fmt: skip

    def __init__(
        self,
        *,
        name: str,
        code: str,
        family: str,
        since: str,
        summary: str,
        visits: Visit | tuple[Visit, ...] = (),
        policy: Iterable[str] = (),
        cwe: Iterable[int] = (),
        contexts: frozenset[Context] = ALL,
        severity: Severity = Severity.ERROR,
        fixes: Iterable[Safety] = (),
        options: type[Any] | str | None = None,
        by_default: bool = True,
        module: str = "",
    ) -> None:
        if not name.replace("-", "").isalnum() or name != name.lower():
            raise ValueError(f"rule name {name!r} is not lower-case words joined by hyphens")
        # flake8 accepts no other shape: at most three letters, then three digits.
        if not (code[:3].isalpha() and code[:3].isupper() and len(code) == 6 and code[3:].isdigit()):
            raise ValueError(f"rule code {code!r} is not three capital letters and three digits")
        self.name = name
        self.code = code
        self.family = family
        self.since = since
        self.summary = summary
        # A visit is a named tuple itself: one that stands alone is told from several by its type.
        self.visits: tuple[Visit, ...] = visits if type(visits) is tuple else (visits,)  # type: ignore[assignment]
        self.policy = tuple(policy)
        self.cwe = tuple(cwe)
        self.contexts = contexts
        self.severity = severity
        self.fixes = frozenset(fixes)
        self._options = options
        self.by_default = by_default
        self.module = module
        self.check_function: CheckFunction | None = None
        self.fix_function: FixFunction | None = None
        self.docstring_function: DocstringFunction | None = None

    def check(self, function: CheckFunction) -> CheckFunction:
        """Register the function that gives the verdict on a site; its module's docstring is the rule's page."""
        self.check_function = function
        self.module = function.__module__
        return function

    def fix(self, function: FixFunction) -> FixFunction:
        """Register the function that takes a site's libcst node, the site and the violation, and gives the fix.

        It is called only where fixes are asked for, and only for violations that the check called fixable. None says
        that there is none after all.
        """
        self.fix_function = function
        return function

    @property
    def is_about_projects(self) -> bool:
        """Whether the rule looks at a project's files and not at Python code."""
        return bool(self.visits) and self.visits[0].__class__ in (ProjectFiles, Project)

    def fix_docstring(self, function: DocstringFunction) -> DocstringFunction:
        """Register the function that takes a site and the violation, and gives the lines that the docstring wants.

        In place of `fix`, for rules about documentation: it needs no tree, so that thousands cost little. It is called
        as that is; None says that there is no fix after all.
        """
        self.docstring_function = function
        return function

    @property
    def options(self) -> type[Any] | None:
        """The class of the rule's options, or None for a rule without options."""
        options = self._options
        if isinstance(options, str):
            from importlib import import_module

            options = self._options = getattr(import_module(self.module), options)
        return options

    def default_options(self) -> Any:
        """The rule's options with every default, or None for a rule without options."""
        return None if self.options is None else self.options()

    def __repr__(self) -> str:
        return f"<Rule {self.code} {self.name}>"
