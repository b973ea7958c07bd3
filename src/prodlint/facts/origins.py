"""Where a value comes from: the values that say so. Knows no table of sources: names are for rules to look up."""

from __future__ import annotations

from enum import Enum

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prodlint.model import Span


class OriginKind(Enum):
    """What is known of where a value comes from."""

    NUMBER = "number"
    """A number, or another value whose text is one: no text that somebody chose."""
    CHECKED = "checked"
    """One of several values that are written in the file, whatever chose among them."""
    PARAMETER = "parameter"
    """A parameter of a function, or something taken from one."""
    RESULT = "result"
    """What a function returned that the file does not define."""
    VALUE = "value"
    """Anything else: an import, an attribute, a loop over something unknown."""
    UNTOLD = "untold"
    """The analysis gave up before it got there."""

    # The members are one of a kind, and they are hashed with every hole: what `Enum` has is a call of Python's.
    __hash__ = object.__hash__


class Step(NamedTuple):
    """A place that a value passes on its way, and the text of what holds it there."""

    span: Span
    text: str


class Parameter(NamedTuple):
    """A parameter that a value comes in through.

    ``function`` is the dotted path of the function, ``annotation`` and ``decorators`` every name that they can stand
    for (of ``list[int]``: ``builtins.list[]`` and ``[builtins.int]``), and ``is_public`` says whether callers in other
    files are to be expected.
    """

    name: str
    function: str
    is_public: bool
    annotation: frozenset[str]
    decorators: frozenset[str]


class Origin(NamedTuple):
    """Where a value comes from and how it gets on.

    ``names`` are the dotted names that the expression it comes from can stand for; ``parts`` adds those of what the
    expression is taken from, each with `[]` for a subscript: ``request.args["id"].strip()`` has
    ``flask.request.args``. ``trail`` is what is taken from a ``parameter``, as in ``.args[].strip()``. ``path`` leads
    from where the value comes in to where it is put into a text. ``inputs`` are the origins of what a call that is not
    followed was given. ``checks`` are the names of the functions, patterns and collections that it was checked
    against, and of those that it passed through: whether that makes it safe is for a rule to say.
    """

    kind: OriginKind
    path: tuple[Step, ...]
    names: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    trail: str = ""
    parameter: Parameter | None = None
    inputs: tuple[Origin, ...] = ()
    checks: frozenset[str] = frozenset()

    @property
    def span(self) -> Span:
        """Where the value comes in."""
        return self.path[0].span
