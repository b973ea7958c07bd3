"""The only importer of libcst in the engine: a site to its libcst node, a libcst node to its place.

A site's node comes from the smallest statement around it that parses alone, not from the whole file: 0.2 to 2 ms
instead of a hundred. An indented compound statement is put under an ``if 1:`` line, so that its columns stay those of
the file. What libcst could not survive (1.9 dies of a segmentation fault on deep nesting, and takes minutes for long
chains) is refused before it sees it; a region that it does not give back character for character is refused after.
"""

from __future__ import annotations

import _ast
import re

import libcst
from libcst import metadata

from prodlint.facts.comments import Comment
from prodlint.facts.statements import BLOCK_FIELDS
from prodlint.fix.edits import difference
from prodlint.fix.module_top import indentation
from prodlint.fix.proof import is_same
from prodlint.index import children_of, holes, parse
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Span
from prodlint.source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.facts import FileFacts
    from prodlint.model import Edit


class Region(NamedTuple):
    """A statement of the file, or the header of a compound one, as a libcst module of its own.

    ``node`` is the site's node in it; ``above`` is what to add to the module's 1-based lines to get the file's, and
    ``left`` what to add to the columns of the file's line ``first``. ``shift`` is what to add to an offset in the
    module's code to get the file's; ``start`` and ``end`` are the offsets in the file between which both are the same.
    """

    wrapper: metadata.MetadataWrapper
    node: libcst.CSTNode
    above: int
    left: int
    first: int
    shift: int
    start: int
    end: int

    @property
    def module(self) -> libcst.Module:
        """The libcst module, for ``code_for_node``."""
        return self.wrapper.module


def region_of(node: Any, file: FileFacts) -> Region:
    """Parse the smallest statement around an ``ast`` node (or a comment) that stands alone, and find the node in it.

    Of a class, and of a compound statement with the node in its header, only the header is parsed. Raises Unreadable
    where libcst could not stand the statement, or does not give it back as it was.
    """
    if isinstance(node, Comment):
        line = _parse(node.text, node.line)
        comment = libcst.ensure_type(line.module.header[0].comment, libcst.Comment)
        start = file.source.offset(node.line, node.column)
        return Region(line, comment, node.line - 1, node.column - 1, node.line, start, start, start + len(node.text))
    if isinstance(node, _ast.Module):
        header = _parse(_module_header(file), 1)
        return Region(header, header.module, 0, 0, 1, 0, 0, len(header.module.code))
    statement, path = _smallest_statement(node, file)
    parsed = _parsed(statement, not path and _is_header_enough(statement, node), file)
    return Region(
        parsed.wrapper,
        parsed.find(node, path),
        parsed.above,
        parsed.left,
        parsed.first,
        parsed.shift,
        parsed.start,
        parsed.end,
    )


def block_of(node: Any, file: FileFacts) -> Region:
    """Parse the statements from the one that holds an ``ast`` node to the end of its block.

    The region's node is a libcst ``IndentedBlock``, or a ``Module`` at module level. Raises Unreadable as `region_of`
    does, and where the first statement shares its line with another.
    """
    source = file.source
    around = [at for at in file.statements.around(node.lineno, node.col_offset) if isinstance(at, _ast.stmt)]
    statement = around[-1]
    siblings = _from(statement, file.index.tree if len(around) == 1 else around[-2])
    start = _start(statement, source)
    line, column = source.position(start)
    left = column - 1
    if source.line(line)[:left].strip():
        raise Unreadable("the statement shares its line with another", line)
    _refuse_depth(siblings, file)
    end = _end(siblings[-1], source)
    text = source.text[start - left : end]
    if not left:
        wrapper = _parse(text, line)
        if not any(map(_has_block, siblings)):
            changed = wrapper.module.with_changes(default_indent=_indentation(file), default_newline=source.newline)
            wrapper = metadata.MetadataWrapper(changed, unsafe_skip_copy=True)
        return Region(wrapper, wrapper.module, line - 1, 0, line, start, start, end)
    above = f"{_prologue(file)}if 1:{source.newline}"
    wrapper = _parse(above + text, line)
    top: Any = wrapper.module.body[1]
    return Region(wrapper, top.body, line - 2 - _PROLOGUE_LINES, 0, line, start - left - len(above), start - left, end)


def _from(statement: Any, owner: Any) -> list[Any]:
    """A statement and those that follow it in its block; ``owner`` is the statement or module around it."""
    pending = [owner]
    while pending:
        at = pending.pop()
        for field in BLOCK_FIELDS:
            block = getattr(at, field, None)
            if isinstance(block, list):
                if statement in block:
                    return block[block.index(statement) :]
                # Handlers and cases hold the blocks of their statement.
                pending += [part for part in block if isinstance(part, (_ast.ExceptHandler, _ast.match_case))]
    raise LookupError("a statement stands in one of the blocks of the statement around it")


def whole_tree(file: FileFacts) -> metadata.MetadataWrapper:
    """The file as a libcst module with metadata. Raises Unreadable as `region_of` does."""
    _refuse_depth(file.index.tree.body, file)
    # libcst loses blank lines at the end of a file, and a last newline that is a carriage return.
    return _parse(_BLANK_END.sub("", file.source.text), 1)


def span_of(node: libcst.CSTNode, region: Region | None, wrapper: metadata.MetadataWrapper | None) -> Span:
    """Where a node of a region, or of a whole tree, stands in the file; a KeyError is a node of some other tree."""
    above = left = first = 0
    if wrapper is None:
        assert region is not None, "a libcst node comes from a region or from a whole tree"
        wrapper, above, left, first = region.wrapper, region.above, region.left, region.first
    try:
        place = wrapper.resolve(metadata.PositionProvider)[node]
    except RecursionError:
        raise Unreadable("nested too deeply for libcst", above + 1) from None
    start, end = (
        position.column + 1 + (left if position.line + above == first else 0) for position in (place.start, place.end)
    )
    return Span(place.start.line + above, start, place.end.line + above, end)


def edits_of(region: Region, old: libcst.CSTNode, new: Any) -> tuple[Edit, ...]:
    """What putting one node, several or none in the place of a region's node changes in the file: the smallest edits.

    An expression gets the parentheses that it needs there. Raises Unreadable where the change reaches out of the
    region.
    """
    edits = difference(region.module.code, _code_with(region, old, new), region.shift)
    if any(edit.start < region.start or edit.end > region.end for edit in edits):
        raise Unreadable("the fix would change more than the statement", region.above + 1)
    return tuple(_reaching_in(edit, region) for edit in edits)


def _reaching_in(edit: Edit, region: Region) -> Edit:
    """The same edit, with a character of the statement in it where words are put right before or behind all of that.

    Else nobody could tell that it changes the statement: `exit()` to `sys.exit()` is but an insertion between two.
    """
    code = region.module.code
    at, first, last = (offset - region.shift for offset in (edit.start, region.start, region.end))
    if edit.start < edit.end or "\n" in edit.text or "\r" in edit.text:
        return edit
    if at < last and not code[first:at].strip() and not code[at].isspace():
        return edit._replace(end=edit.end + 1, text=edit.text + code[at])
    if at > first and not code[at:last].strip() and not code[at - 1].isspace():
        return edit._replace(start=edit.start - 1, text=code[at - 1] + edit.text)
    return edit


def _code_with(region: Region, old: libcst.CSTNode, new: Any) -> str:
    changed: Any = region.module.visit(_Replacement(old, new))
    code: str = changed.code
    if not isinstance(new, libcst.BaseExpression) or isinstance(new, _ATOMS) or new.lpar:
        return code
    # Who makes `a + b` of a call does not see that it is a factor: `f() * 2`.
    whole = new.with_changes(lpar=(libcst.LeftParen(),), rpar=(libcst.RightParen(),))
    changed = region.module.visit(_Replacement(old, whole))
    bracketed: str = changed.code
    meant = _tree_of(bracketed)
    return code if meant is None or is_same(_tree_of(code), meant) else bracketed


def _tree_of(code: str) -> _ast.Module | None:
    """The tree of a region's code, or None where that is no Python: some places take no parentheses."""
    try:
        return parse(Source("<fix>", code.encode("utf-8", "surrogatepass")))
    except Unreadable:
        return None


# What binds closer than any operator.
_ATOMS = (
    libcst.Name, libcst.Attribute, libcst.Call, libcst.Subscript, libcst.BaseString, libcst.BaseNumber,
    libcst.BaseList, libcst.BaseDict, libcst.BaseSet,
)  # fmt: skip


class _Replacement(libcst.CSTTransformer):
    """Puts something in the place of one node, which is told by its identity."""

    def __init__(self, old: libcst.CSTNode, new: Any) -> None:
        super().__init__()
        self._old = old
        self._new = new

    def on_visit(self, node: libcst.CSTNode) -> bool:
        return node is not self._old

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        return self._new if original_node is self._old else updated_node


_PROLOGUE_LINES = 2


def _prologue(file: FileFacts) -> str:
    """Lines that go before a parsed statement, by which libcst tells how the module indents and ends its lines."""
    newline = file.source.newline
    return f"if 1:{newline}{_indentation(file)}pass{newline}"


def _indentation(file: FileFacts) -> str:
    """What the file indents by: what stands before the first statement in one of the module's own."""
    # Asked for every fix: a module of thousands of plain statements is looked through once.
    found: str = file.shared("indentation", lambda: indentation(file.index.tree, file.source))
    return found


_BLANK_END = re.compile(r"(?:(?:\r\n|\r|\n)[ \t\f]*)+\Z")
_COMPOUND_WITH_HEADER = (
    _ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef, _ast.If, _ast.While, _ast.For, _ast.AsyncFor, _ast.With,
    _ast.AsyncWith,
)  # fmt: skip


def _smallest_statement(node: Any, file: FileFacts) -> tuple[Any, list[Any]]:
    """The smallest statement around a node that parses alone, and the parts that lead from it to the node's own.

    These parts are an `except` clause, a `case`, or the `elif` branches of a conditional, outermost first.
    """
    around = file.statements.around(node.lineno, node.col_offset)
    if isinstance(node, (_ast.stmt, _ast.ExceptHandler)):
        around = around[: around.index(node) + 1]
    start = len(around) - 1
    while start and not _parses_alone(around[start], file.source):
        start -= 1
    return around[start], around[start + 1 :]


def _parses_alone(statement: Any, source: Source) -> bool:
    if isinstance(statement, (_ast.ExceptHandler, _ast.match_case)):
        return False
    return not (isinstance(statement, _ast.If) and source.text.startswith("elif", _start(statement, source)))


def _is_header_enough(statement: Any, node: Any) -> bool:
    return isinstance(statement, _COMPOUND_WITH_HEADER) and (node is not statement or isinstance(node, _ast.ClassDef))


def _start(statement: Any, source: Source) -> int:
    """The offset of a statement's first character, that of its first decorator's ``@`` included."""
    decorators = getattr(statement, "decorator_list", None)
    first = decorators[0] if decorators else statement
    offset = source.offset(first.lineno, source.column(first.lineno, first.col_offset))
    return source.text.rindex("@", 0, offset) if decorators else offset


def _end(node: Any, source: Source) -> int:
    """The offset behind a node and the comment that may follow it on its last line."""
    end = source.offset(node.end_lineno, source.column(node.end_lineno, node.end_col_offset))
    after = source.line(node.end_lineno)[end - source.offset(node.end_lineno, 1) :]
    return end + len(after) if after.lstrip(" \t\f").startswith("#") else end


class _Parsed:
    """A statement as libcst sees it, and which of its calls and strings are which ``ast`` nodes."""

    def __init__(
        self,
        statement: Any,
        wrapper: metadata.MetadataWrapper,
        top: Any,
        place: tuple[int, int, int],
        shift: int,
        extent: tuple[int, int],
    ) -> None:
        self.statement = statement
        self.wrapper = wrapper
        self.top = top
        self.above, self.left, self.first = place
        self.shift = shift
        self.start, self.end = extent
        self._pairs: dict[tuple[Any, Any], dict[Any, Any]] = {}

    def find(self, node: Any, path: list[Any]) -> libcst.CSTNode:
        """The libcst node of the statement, of a part of it that ``path`` leads to, or of an expression in that."""
        own, found = self.statement, self.top
        for part in path:
            found = found.orelse if isinstance(part, _ast.If) else self._pair(own, found, "parts")[part]
            own = part
        if node is not own:
            found = self._pair(own, found, "calls" if isinstance(node, _ast.Call) else "strings")[node]
        result: libcst.CSTNode = found
        return result

    def _pair(self, own: Any, found: Any, what: str) -> dict[Any, Any]:
        if (own, what) not in self._pairs:
            self._pairs[own, what] = _paired_parts(own, found) if what == "parts" else _paired(own, found, what)
        return self._pairs[own, what]


def _parsed(statement: Any, is_header: bool, file: FileFacts) -> _Parsed:
    known = file.statements.parsed
    if known is not None and known[:2] == (statement, is_header):
        return known[2]  # type: ignore[no-any-return]
    source = file.source
    _refuse_depth(_header_parts(statement) if is_header else [statement], file)
    start = _start(statement, source)
    line, column = source.position(start)
    left = column - 1
    end = _start(statement.body[0], source) if is_header else _end(statement, source)
    text = source.text[start:end] + ("pass" if is_header else "")
    is_compound = _has_block(statement)
    newline = source.newline
    prologue = _prologue(file)
    if is_compound and left:
        # Nothing but white space stands before it, and what stands below it counts on that.
        above = f"{prologue}if 1:{newline}"
        wrapper = _parse(f"{above}{source.text[start - left : start]}{text}", line)
        block: Any = wrapper.module.body[1]
        place = (line - 2 - _PROLOGUE_LINES, 0, line)
        shift = start - left - len(above)
        parsed = _Parsed(statement, wrapper, block.body.body[0], place, shift, (start - left, end))
    else:
        wrapper = _parse(prologue + text, line)
        top: Any = wrapper.module.body[1]
        own = top if is_compound else top.body[0]
        place = (line - 1 - _PROLOGUE_LINES, left, line)
        parsed = _Parsed(statement, wrapper, own, place, start - len(prologue), (start, end))
    # Many sites of one statement (calls in a long table) must not parse it as many times; one is kept, not all.
    file.statements.parsed = (statement, is_header, parsed)
    return parsed


def _has_block(statement: Any) -> bool:
    return hasattr(statement, "body") or hasattr(statement, "cases")


def _header_parts(statement: Any) -> list[Any]:
    return [part for part in children_of(statement) if not isinstance(part, _STATEMENTS)]


def _module_header(file: FileFacts) -> str:
    """A module's comments and docstring."""
    source, module = file.source, file.index.scopes[0]
    if module.docstring is not None:
        return source.text[: _end(module.node.body[0], source)]
    until = _start(module.node.body[0], source) if module.node.body else len(source.text)
    # What stands before a statement on its own line is white space.
    return source.text[:until].rstrip(" \t\f\r\n")


# A form feed that opens a line: libcst drops it, or repeats it on the lines below.
_FORM_FEED = re.compile(r"^([ \t]*)\f", re.MULTILINE)


def _parse(text: str, line: int) -> metadata.MetadataWrapper:
    """The text as a libcst module; ``line`` is the file's, to say what cannot be read."""
    module, code = _round_trip(text, line)
    if code != text and "\f" in text:
        spaced, replaced = _FORM_FEED.subn(r"\1 ", text)
        # Only where it dropped all of them and no other one: one that it kept stands in a string.
        if text.count("\f") - code.count("\f") == replaced:
            text = spaced
            module, code = _round_trip(text, line)
    if code != text:
        raise Unreadable("libcst does not give the statement back unchanged", line)
    return metadata.MetadataWrapper(module, unsafe_skip_copy=True)


def _round_trip(text: str, line: int) -> tuple[libcst.Module, str]:
    try:
        module = libcst.parse_module(text)
        return module, module.code
    except libcst.ParserSyntaxError:
        raise Unreadable("libcst cannot parse the statement", line) from None
    except RecursionError:
        raise Unreadable("nested too deeply for libcst", line) from None


# libcst 1.9: 400 links of a chain take 0.7 s, 1,200 take 5 s, 2,000 nested brackets kill the process.
_DEEPEST = 400
# What Python keeps in one flat node and libcst nests.
_FLAT = {
    _ast.BoolOp: "values", _ast.ListComp: "generators", _ast.SetComp: "generators", _ast.DictComp: "generators",
    _ast.GeneratorExp: "generators", _ast.alias: "name", _ast.ImportFrom: "module",
}  # fmt: skip
# In a `case`, and behind `del`, time quadruples with every pair of brackets: 8 pairs take 0.2 s, 12 take a minute.
_MOST_BRACKETS = 8
_NO_BRACKETS = re.compile(r"""#[^\r\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""", re.DOTALL)


def _refuse_depth(top: list[Any], file: FileFacts) -> None:
    """Raise Unreadable for trees that libcst would not survive; iterative, so that no depth is too much for itself."""
    pending = [(node, 1) for node in top]
    while pending:
        node, depth = pending.pop()
        kind = node.__class__
        if kind in _FLAT:
            part = getattr(node, _FLAT[kind]) or ""
            depth += part.count(".") if isinstance(part, str) else len(part) - 1
        elif kind is _ast.Match or kind is _ast.Delete:
            _refuse_brackets(node, file.source)
        if depth > _DEEPEST:
            raise Unreadable(f"nested more than {_DEEPEST} levels deep", getattr(node, "lineno", None))
        pending += [(child, depth + 1) for child in children_of(node)]


def _refuse_brackets(node: Any, source: Source) -> None:
    for text in _bracketed(node, source):
        depth = 0
        for sign in _NO_BRACKETS.sub("", text):
            depth += (sign in "([{") - (sign in ")]}" and depth > 0)
            if depth > _MOST_BRACKETS:
                raise Unreadable(f"more than {_MOST_BRACKETS} pairs of brackets in a pattern", node.lineno)


def _bracketed(node: Any, source: Source) -> list[str]:
    """The text of a `del` statement, or of each `case` up to its body: brackets around a pattern are in no tree."""
    if isinstance(node, _ast.Delete):
        return [source.slice(source.span(node))]
    ends = [node.subject, *(case.body[-1] for case in node.cases[:-1])]
    return [
        source.text[_end(end, source) : _start(case.body[0], source)]
        for end, case in zip(ends, node.cases, strict=True)
    ]


def _paired_parts(own: Any, found: Any) -> dict[Any, Any]:
    if isinstance(own, _ast.Match):
        return dict(zip(own.cases, found.cases, strict=True))
    return dict(zip(own.handlers, found.handlers, strict=True))


def _paired(own: Any, found: Any, what: str) -> dict[Any, Any]:
    """Each expression of a kind with its libcst node: both trees hold as many, in the same source order."""
    kinds, libcst_kinds = _KINDS[what]
    # The keys differ: two calls, or two strings, never begin and end at the same places.
    ours = [node for _, node in sorted((pair for pair in _expressions(own) if isinstance(pair[1], kinds)), key=_key)]
    theirs = list(_libcst_expressions(found, libcst_kinds))
    if len(ours) != len(theirs):
        raise Unreadable("libcst sees other expressions in it than Python does", own.lineno)
    return dict(zip(ours, theirs, strict=True))


def _key(pair: tuple[tuple[int, ...], Any]) -> tuple[int, ...]:
    return pair[0]


def _expressions(own: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    """The calls, strings and bytes of a statement, without those of statements in it, with what sorts them.

    That is where they begin and end, the outermost first. Positions within an f-string are wrong before Python 3.12,
    and right only among those of one field: so they come after those of the string and the number of the field.
    """
    pending: list[tuple[tuple[int, ...], Any]] = [((), own)]
    while pending:
        prefix, node = pending.pop()
        kind = node.__class__
        if kind is _ast.JoinedStr:
            key = prefix + _position(node)
            yield key, node
            pending += [((*key, number), hole) for number, hole in enumerate(holes(node))]
            continue
        if kind is _ast.Call or (kind is _ast.Constant and isinstance(node.value, (str, bytes))):
            yield prefix + _position(node), node
        pending += [(prefix, child) for child in children_of(node) if not isinstance(child, _STATEMENTS)]


_STATEMENTS = (_ast.stmt, _ast.ExceptHandler, _ast.match_case)


def _position(node: Any) -> tuple[int, ...]:
    return node.lineno, node.col_offset, -node.end_lineno, -node.end_col_offset


_KINDS: dict[str, tuple[tuple[type[Any], ...], tuple[type[Any], ...]]] = {
    "calls": ((_ast.Call,), (libcst.Call,)),
    "strings": (
        (_ast.Constant, _ast.JoinedStr),
        (libcst.SimpleString, libcst.FormattedString, libcst.ConcatenatedString),
    ),
}
# Statements in the statement, and what holds no expression: that is two thirds of all nodes, and `children` makes a
# copy of each node that it is asked of.
_PASSED_OVER = (
    libcst.BaseSuite, libcst.Else, libcst.Finally, libcst.ExceptHandler, libcst.ExceptStarHandler, libcst.If,
    libcst.MatchCase, libcst.BaseParenthesizableWhitespace, libcst.EmptyLine, libcst.TrailingWhitespace, libcst.Name,
    libcst.BaseNumber, libcst.Dot, libcst.Comma, libcst.AssignEqual, libcst.LeftParen, libcst.RightParen,
)  # fmt: skip


def _libcst_expressions(statement: Any, kinds: tuple[type[Any], ...]) -> Iterator[Any]:
    """The expressions of a libcst statement in source order, without those of the statements in it."""
    pending = list(reversed(statement.children))
    if isinstance(statement, kinds):
        pending = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, _PASSED_OVER):
            continue
        if isinstance(node, kinds):
            yield node
        # Adjacent literals are one string: of its parts only what stands in the fields is looked at.
        children = _fields(node) if isinstance(node, libcst.ConcatenatedString) else node.children
        pending += reversed(children)


def _fields(string: Any) -> list[Any]:
    pending: list[Any] = [string]
    fields: list[Any] = []
    while pending:
        part = pending.pop()
        if isinstance(part, libcst.ConcatenatedString):
            pending += (part.right, part.left)
        elif isinstance(part, libcst.FormattedString):
            fields += part.parts
    return fields
