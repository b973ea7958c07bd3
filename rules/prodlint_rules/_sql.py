"""SQL as far as templates need it: whether a text is a statement, and what a hole in it stands for.

Written for the dialects of PostgreSQL, MySQL, SQLite, Oracle, SQL Server, BigQuery and Spark together: what is a
keyword in one of them and a name in another is told by its neighbours, and what no dialect would take is no statement.
"""

from __future__ import annotations

import re
from enum import Enum
from itertools import pairwise

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.facts import Hole, Template


class Position(Enum):
    """What a hole stands for in a statement."""

    VALUE = "value"
    """A value: a driver takes it as a parameter."""
    IDENTIFIER = "identifier"
    """A name of a table or column, or another word that no driver takes as a parameter."""
    FRAGMENT = "fragment"
    """A part of the statement with a syntax of its own: a condition, a list of assignments."""
    CALLEE = "callee"
    """The name of a function that is called."""
    STATEMENT = "statement"
    """A whole statement within another: after EXPLAIN, in parentheses where a query is expected."""


class Placed(NamedTuple):
    """A hole and what it stands for; ``quote`` is the kind of quotes around it, empty for none."""

    hole: Hole
    position: Position
    quote: str = ""


class _Token(NamedTuple):
    """A word, number, operator, quoted text or hole.

    ``kind`` is one of ``word number mark hole value name comment``: of a ``value`` (in single quotes) or ``name`` (in
    double quotes, backticks or brackets) ``holes`` are those within the quotes.
    """

    kind: str
    text: str
    holes: tuple[Hole, ...] = ()
    glued: bool = False
    quote: str = ""


# Kept as text: `re` compiles it when it is first used and remembers it.
_PART = (
    r"(?s)(?P<space>\s+)|(?P<line>--[^\n]*|\#[^\n]*)|(?P<block>/\*)|(?P<quote>['\"`\[])"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<word>[^\W\d][\w$]*)"
    r"|(?P<mark>::|\|\||<=>|<=|>=|<>|!=|==|:=|%s|%\(\w+\)s|:\w+|@\w+|\$\d+|.)"
)
_CLOSING = {"'": "'", '"': '"', "`": "`", "[": "]"}


def tokens(template: Template) -> list[_Token]:
    """The tokens of a template; quotes may go over holes."""
    found: list[_Token] = []
    quote = ""
    text: list[str] = []
    holes: list[Hole] = []
    ended = True  # whether the last token is followed by a gap
    part = re.compile(_PART)
    for piece in template.pieces:
        if not isinstance(piece, str):
            if quote:
                holes.append(piece)
            else:
                found.append(_Token("hole", "", (piece,), not ended))
                ended = False
            continue
        at = 0
        while at < len(piece):
            if quote:
                at = _read_quoted(piece, at, quote, text)
                if at >= 0:
                    found.append(_Token(_QUOTED[quote], "".join(text), tuple(holes), not ended, quote))
                    quote, text, holes, ended = "", [], [], False
                else:
                    break
                continue
            match = part.match(piece, at)
            assert match is not None, "the last alternative takes anything"
            at = match.end()
            kind = match.lastgroup
            if kind in ("space", "line"):
                ended = True
                quote = "\n" if kind == "line" and at == len(piece) else ""
            elif kind == "block":
                quote = "*/"
            elif kind == "quote" and not (match[0] == "[" and not _opens_name(found)):
                quote = match[0]
            else:
                found.append(_Token("mark" if kind == "quote" else kind or "mark", match[0], (), not ended))
                ended = False
    if quote and (text or holes):
        found.append(_Token(_QUOTED[quote], "".join(text), tuple(holes), not ended, quote))
    return [token for token in found if token.kind != "comment" or token.holes]


_QUOTED = {"'": "value", '"': "name", "`": "name", "[": "name", "*/": "comment", "\n": "comment"}


def _read_quoted(piece: str, at: int, quote: str, text: list[str]) -> int:
    """Read on to the closing quote; the offset after it, or -1 where the piece ends before."""
    closing = _CLOSING.get(quote, quote)
    while True:
        end = piece.find(closing, at)
        if end < 0:
            text.append(piece[at:])
            return -1
        if closing in "'\"`" and piece.startswith(closing * 2, end):
            text.append(piece[at : end + 1])
            at = end + 2
            continue
        if closing in "'\"" and end and piece[end - 1] == "\\" and piece[end - 2 : end - 1] != "\\":
            text.append(piece[at : end + 1])
            at = end + 1
            continue
        text.append(piece[at:end])
        return end + len(closing)


def _opens_name(found: list[_Token]) -> bool:
    """Whether a bracket opens a name, as in SQL Server, and not a subscript or an array."""
    if not found:
        return False
    last = found[-1]
    return last.text.upper() in _BEFORE_NAME


_BEFORE_NAME = frozenset("SELECT FROM JOIN INTO UPDATE TABLE BY WHERE AND OR ON SET AS DISTINCT EXISTS . ,".split())

# --- whether it is SQL

_OPENINGS: dict[str, frozenset[str]] = {
    "INSERT": frozenset("INTO OVERWRITE IGNORE OR REPLACE LOW_PRIORITY DELAYED".split()),
    "REPLACE": frozenset({"INTO"}),
    "DELETE": frozenset({"FROM"}),
    "CREATE": frozenset(
        "TABLE VIEW INDEX UNIQUE DATABASE SCHEMA USER ROLE TEMP TEMPORARY OR MATERIALIZED TRIGGER FUNCTION PROCEDURE "
        "SEQUENCE TYPE EXTENSION VIRTUAL EXTERNAL GLOBAL UNLOGGED LOGIN SYNONYM DOMAIN AGGREGATE PUBLICATION "
        "SUBSCRIPTION SERVER POLICY RULE WAREHOUSE STAGE TRANSIENT CATALOG COLUMN FULLTEXT SPATIAL CLUSTERED".split()
    ),
    "DROP": frozenset(
        "TABLE VIEW INDEX DATABASE SCHEMA USER ROLE TRIGGER FUNCTION PROCEDURE SEQUENCE TYPE EXTENSION MATERIALIZED "
        "LOGIN SYNONYM DOMAIN PUBLICATION SUBSCRIPTION OWNED TEMPORARY POLICY RULE COLUMN CONSTRAINT".split()
    ),
    "ALTER": frozenset(
        "TABLE VIEW INDEX DATABASE SCHEMA USER ROLE SEQUENCE TYPE SYSTEM SESSION FUNCTION LOGIN DEFAULT COLUMN "
        "PUBLICATION EXTENSION MATERIALIZED".split()
    ),
    "TRUNCATE": frozenset(),
    "GRANT": frozenset(),
    "REVOKE": frozenset(),
    "PRAGMA": frozenset(),
    "EXPLAIN": frozenset(),
    "DESCRIBE": frozenset(),
    "SHOW": frozenset(),
    "CALL": frozenset(),
    "EXEC": frozenset(),
    "EXECUTE": frozenset(),
    "SET": frozenset(),
    "USE": frozenset(),
    "COPY": frozenset(),
    "UNLOAD": frozenset(),
    "VACUUM": frozenset(),
    "ANALYZE": frozenset(),
    "ATTACH": frozenset(),
    "DETACH": frozenset(),
    "LOCK": frozenset(),
    "KILL": frozenset(),
    "REINDEX": frozenset(),
    "REFRESH": frozenset(),
    "LISTEN": frozenset(),
    "NOTIFY": frozenset(),
    "SAVEPOINT": frozenset(),
    "ROLLBACK": frozenset(),
    "RELEASE": frozenset(),
    "COMMENT": frozenset({"ON"}),
    "LOAD": frozenset({"DATA"}),
    "DECLARE": frozenset(),
    "BEGIN": frozenset(),
    "START": frozenset({"TRANSACTION"}),
    "VALUES": frozenset(),
}
"""Words that open a statement, each with those one of which has to follow; none: what follows is not looked at."""

_ENGLISH = frozenset(
    "a an the your this that these those one any at your please of it from is are be to for which all".split()
) - {"all", "is", "any", "from", "to"}


def is_statement(template: Template, *, strictly: bool) -> bool:
    """Whether a template reads as SQL.

    ``strictly`` asks for a query or change of data with the clauses that belong to it, or a definition of a table, as
    is needed where nothing but the text says that it is SQL. Otherwise any statement will do.
    """
    found = [token for token in tokens(template) if token.kind != "comment"]
    while found and found[0].text in ("(", ";"):
        found = found[1:]
    if not found or found[0].kind != "word":
        return False
    first = found[0].text.upper()
    if strictly and found[0].text.istitle():
        return False
    if len(found) > 1 and found[1].glued and found[1].text[:1] in _NO_GAP:
        return False
    words = [token.text.upper() for token in found if token.kind == "word"]
    if first in ("SELECT", "WITH", "UPDATE", "MERGE"):
        return _reads_as_query(first, found, words, strictly)
    following = _OPENINGS.get(first)
    if following is None:
        return False
    second = found[1] if len(found) > 1 else None
    if following:
        if second is None or second.kind != "word" or second.text.upper() not in following:
            return False
        if first == "INSERT":
            return not _is_prose(found) and (not strictly or _has(words, "VALUES", "SELECT", "SET", "DEFAULT"))
        if first in ("DELETE", "REPLACE"):
            is_whole = first != "DELETE" or _has(words, "WHERE") or (len(found) > 2 and found[2].kind != "word")
            return len(found) > 2 and not _is_prose(found) and (is_whole or not strictly)
        if strictly and found[0].text != first and first in ("CREATE", "ALTER", "DROP", "LOAD", "COMMENT"):
            return not _is_prose(found) and any(token.text in ("(", ";", ".") for token in found)
        return len(found) > 2 and not _is_prose(found)
    if strictly:
        is_table = first == "TRUNCATE" and second is not None and second.text == "TABLE" and len(found) > 2
        return is_table and not _is_prose(found)
    return second is not None and not _is_prose(found) and found[0].text.isupper()


def _reads_as_query(first: str, found: list[_Token], words: list[str], strictly: bool) -> bool:
    if _is_prose(found):
        return False
    if first == "SELECT":
        if "FROM" not in words:
            is_expression = len(found) > 1 and (found[1].kind != "mark" or found[1].text[0] in "*(@:%$?-")
            return not strictly and found[0].text in ("SELECT", "select") and is_expression and found[1].text != ":"
        before = found[1 : next(n for n, token in enumerate(found) if token.text.upper() == "FROM")]
        after = found[len(before) + 2 :]
        return bool(before) and bool(after) and _reads_as_columns(before, found[0].text == "SELECT")
    if first == "UPDATE":
        return "SET" in words[2:] or ("SET" in words and any(token.kind in ("hole", "name") for token in found[1:3]))
    if first == "WITH":
        return _has(words, "AS") and _has(words, "SELECT", "INSERT", "UPDATE", "DELETE")
    return "INTO" in words and ("USING" in words or not strictly)


def _reads_as_columns(before: list[_Token], is_capital: bool) -> bool:
    """Whether what stands between SELECT and FROM is a list of columns: two plain words in a row are prose."""
    depth = 0
    row = 0
    for token in before:
        upper = token.text.upper()
        if token.text in "([" and token.text:
            depth += 1
        elif token.text in ")]" and token.text:
            depth -= 1
        if token.kind == "word" and upper not in _IN_COLUMNS:
            row += 1
            if row > 2 or (row > 1 and not is_capital and depth == 0):
                return False
        else:
            row = 0
    return True


_IN_COLUMNS = frozenset(
    "AS DISTINCT ALL TOP CASE WHEN THEN ELSE END AND OR NOT NULL IS IN LIKE OVER PARTITION BY ORDER ASC DESC BETWEEN "
    "SELECT WHERE FILTER WITHIN GROUP INTERVAL CAST DATE TIMESTAMP STRUCT EXCEPT REPLACE ON SQL_CALC_FOUND_ROWS LIMIT "
    "STRAIGHT_JOIN FOR EXISTS ANY FROM AT TIME ZONE SEPARATOR PRECISION ROWS UNBOUNDED PRECEDING FOLLOWING CURRENT ROW"
    .split()
)  # fmt: skip


def _is_prose(found: list[_Token]) -> bool:
    """Whether it is a sentence about something: `select one of these from the list`."""
    if _compares(found):
        return False
    for at, token in enumerate(found[1:5], 1):
        after = found[at + 1] if at + 1 < len(found) else _NOTHING
        if token.text == "(":
            return False
        # A column may be called `a`: an article has a noun behind it, and not a clause.
        is_article = token.kind == "word" and token.text.lower() in _ENGLISH and after.kind in ("word", "hole")
        if is_article and after.text.upper() not in _CLAUSE_WORDS | _AFTER_NAME:
            return True
    return False


def _compares(found: list[_Token]) -> bool:
    """Whether a condition stands in it that no sentence would have: `WHERE name =`, `WHERE name LIKE '`."""
    words = [token.text.upper() for token in found]
    if "WHERE" not in words:
        return False
    at = words.index("WHERE")
    behind = found[at + 1 : at + 6]
    return any(token.text in _COMPARISONS for token in behind) or any(
        token.text.upper() in ("LIKE", "IN", "BETWEEN") and (after.kind in ("value", "number") or after.text in "(?")
        for token, after in pairwise(behind)
    )


_COMPARISONS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!="})
_NO_GAP = frozenset("-:./@=,!?$%&|+<>)")
"""What no statement has right behind its first word, as `select-all` has."""
_AFTER_NAME = frozenset("AS AND OR IN LIKE IS ASC DESC LEFT RIGHT INNER OUTER FULL CROSS NATURAL WHEN THEN END".split())


def _has(words: list[str], *wanted: str) -> bool:
    return any(word in words for word in wanted)


_FRAGMENT_START = (
    r"(?i)\s*(?:where|and|or|order\s+by|group\s+by|having|from|join|left\s+join|inner\s+join|limit|offset|values|set"
    r"|on)\b"
)


def is_fragment(template: Template) -> bool:
    """Whether a template reads as a part of a statement that begins with something that is not known."""
    pieces = template.pieces
    if len(pieces) < 2 or isinstance(pieces[0], str):
        return False
    words = [token.text for token in tokens(template) if token.kind == "word"]
    return bool(re.match(_FRAGMENT_START, pieces[1])) if isinstance(pieces[1], str) and words else False


def takes_parameters(template: Template) -> bool:
    """Whether a template reads as a statement of a kind that drivers pass parameters to."""
    first = next((token.text.upper() for token in tokens(template) if token.kind == "word"), "")
    return first not in _DEFINING


def is_condition(template: Template) -> bool:
    """Whether a template reads as a condition."""
    found = [token for token in tokens(template) if token.kind != "comment"]
    words = {token.text.upper() for token in found}
    return len(found) > 1 and bool(words & (_OPERATORS | {"LIKE", "IN", "IS", "BETWEEN", "ILIKE"}))


def is_order(template: Template) -> bool:
    """Whether a template reads as what follows ORDER BY, and is more than the name of a column."""
    return any(token.text.upper() in ("ASC", "DESC", "NULLS") for token in tokens(template))


# --- what a hole stands for

_OPERATORS = frozenset("= < > <= >= <> != == <=> || + - * / := ~ @>".split())
_VALUE_WORDS = frozenset(
    "LIKE ILIKE RLIKE REGEXP MATCH GLOB LIMIT OFFSET TOP BETWEEN THEN ELSE ESCAPE SIMILAR VALUES INTERVAL ANY FETCH "
    "FIRST NEXT SKIP RETURN CONTAINS".split()
)
_TABLE_WORDS = frozenset("FROM JOIN INTO UPDATE TABLE EXISTS VIEW INDEX DATABASE SCHEMA USE TRUNCATE ONLY".split())
_NAME_WORDS = frozenset(
    "SELECT DISTINCT BY AS COLUMN USING RETURNING COLLATE CONSTRAINT REFERENCES USER ROLE TRIGGER FUNCTION SEQUENCE "
    "TYPE ALL INTO ASC DESC PROCEDURE EXTENSION OVER PARTITION UNION OWNER RENAME TO ADD DROP ALTER MODIFY CHANGE KEY "
    "PRAGMA VACUUM ANALYZE SAVEPOINT NULLS CALL EXEC CURRENT FOR DECLARE ENGINE CHARSET DESCRIBE SHOW LEFT RIGHT INNER "
    "OUTER FULL CROSS NATURAL TABLESPACE TEMPORARY TEMP UNIQUE PRIMARY LISTEN NOTIFY FORMAT".split()
)
_CONDITION_WORDS = frozenset("WHERE AND OR ON HAVING WHEN NOT IF CASE FILTER QUALIFY".split())
_AGGREGATES = frozenset(
    "COUNT SUM MAX MIN AVG STDDEV VARIANCE MEDIAN GROUP_CONCAT STRING_AGG ARRAY_AGG JSON_AGG ROW_NUMBER RANK LAG LEAD "
    "TABLE_INFO INDEX_LIST INDEX_INFO FOREIGN_KEY_LIST TABLE_XINFO KEY UNIQUE USING INDEX TABLE REFERENCES CONFLICT BY "
    "FTS5 FTS4 FTS3 FTS RTREE DISTINCT PERCENTILE_CONT FIRST_VALUE LAST_VALUE ON CHECK".split()
)
_DEFINING = frozenset(
    "CREATE ALTER DROP TRUNCATE GRANT REVOKE PRAGMA VACUUM ANALYZE USE SHOW DESCRIBE REINDEX REFRESH LOCK COMMENT SET "
    "SAVEPOINT ROLLBACK RELEASE ATTACH DETACH CALL EXEC COPY UNLOAD LISTEN NOTIFY DECLARE EXPLAIN KILL BEGIN "
    "START COMMIT".split()
)


class _Paren(NamedTuple):
    """An open parenthesis: what it holds a list of, and the clause that it stands in."""

    holds: str
    clause: str


def placed_holes(template: Template) -> list[Placed]:
    """What each hole of a template stands for, in order.

    What stands for a name in one place does so in another, where it could be a value: `SET {x} = {x} + 1`.
    """
    found = list(_Reader(tokens(template)).read())
    names = {placed.hole.origin.path for placed in found if placed.position is Position.IDENTIFIER}
    return [
        placed._replace(position=Position.IDENTIFIER)
        if placed.position is Position.VALUE and not placed.quote and placed.hole.origin.path in names
        else placed
        for placed in found
    ]


class _Reader:
    """Goes over the tokens once, with the clause and the parentheses that each stands in."""

    def __init__(self, found: list[_Token]) -> None:
        self._tokens = found
        self._clause = ""
        self._parens: list[_Paren] = []
        self._statement = found[0].text.upper() if found and found[0].kind == "word" else ""
        self._between = False
        self._routine = False  # within the body of a procedure or trigger, which takes no parameters

    def read(self) -> Iterator[Placed]:
        """The holes with their positions."""
        for at, token in enumerate(self._tokens):
            if token.kind == "hole":
                position = self._position(at)
                is_text = self._routine and position is Position.VALUE
                yield Placed(token.holes[0], Position.IDENTIFIER if is_text else position)
            elif token.holes:
                yield from self._quoted(at, token)
            elif token.kind == "word":
                self._word(at, token.text.upper())
            elif token.text == "(":
                self._open(at)
            elif token.text == ")":
                if self._parens:
                    self._clause = self._parens.pop().clause
            elif token.text == ";":
                self._clause, self._statement, self._parens = "", "", []

    def _word(self, at: int, word: str) -> None:
        if not self._statement:
            self._statement = word
        if self._statement == "CREATE" and word in ("PROCEDURE", "FUNCTION", "TRIGGER"):
            self._routine = True
        if word == "BETWEEN":
            self._between = True
        elif word == "AND" and self._between:
            self._between = False
            return
        if self._before(at).text == ".":
            return
        if word == "SELECT" and self._statement in ("EXPLAIN", "CREATE", "COPY", "DECLARE"):
            self._statement = "SELECT"
        if word in _CLAUSE_WORDS and not (word == "SET" and self._clause == "ON"):
            self._clause = word

    def _open(self, at: int) -> None:
        before = self._before(at)
        word = before.text.upper() if before.kind == "word" else ""
        following = self._after(at)
        if following.text.upper() in ("SELECT", "WITH"):
            holds = "clauses"
        elif word in ("IN", "VALUES", "ANY", "ALL", "SOME", "LIMIT") or (
            self._clause == "VALUES" and before.text in (",", ")") and not self._parens
        ):
            holds = "values"
        elif (
            (self._clause in ("INTO", "TABLE", "REFERENCES") and (before.kind in ("word", "name", "hole")))
            or (self._statement == "COPY" and not self._clause)
            or word in _AGGREGATES
            or before.kind == "name"
        ):
            holds = "names"
        elif word in ("FROM", "AS", "JOIN", "EXISTS", "UNION"):
            holds = "query"
        elif word in _CONDITION_WORDS or not word:
            holds = self._parens[-1].holds if self._parens and before.text == "," else "expression"
        else:
            holds = "arguments"
        self._parens.append(_Paren(holds, self._clause))

    def _quoted(self, at: int, token: _Token) -> Iterator[Placed]:
        position = Position.VALUE
        if token.kind == "comment":
            position = Position.IDENTIFIER
        elif token.kind == "name":
            position = Position.VALUE if self._is_text(at, token) else Position.IDENTIFIER
        elif self._before(at).text.upper() == "AS" or self._routine:
            position = Position.IDENTIFIER
        for hole in token.holes:
            yield Placed(hole, position, token.quote)

    def _is_text(self, at: int, token: _Token) -> bool:
        """Whether MySQL and SQLite read double quotes as a text: they do where a value is expected."""
        before = self._before(at)
        if token.quote != '"' or self._after(at).text == "." or self._statement == "ALTER" or self._clause == "ON":
            return False
        if before.text in _OPERATORS:
            return self._before(at - 1).text.upper() not in _SETTINGS_OF_NAMES
        in_values = bool(self._parens) and self._parens[-1].holds == "values"
        return in_values or before.text.upper() in _VALUE_WORDS - {"FIRST", "NEXT"}

    def _before(self, at: int) -> _Token:
        return self._tokens[at - 1] if at else _NOTHING

    def _after(self, at: int) -> _Token:
        return self._tokens[at + 1] if at + 1 < len(self._tokens) else _NOTHING

    def _position(self, at: int) -> Position:
        before, after = self._before(at), self._after(at)
        if at == 0:
            is_column = after.text in _OPERATORS or after.text.upper() in _AFTER_COLUMN
            if is_column and not self._statement:
                return Position.IDENTIFIER
            return Position.STATEMENT if after.text.upper() in _BEHIND_STATEMENT else Position.FRAGMENT
        token = self._tokens[at]
        is_glued_before = token.glued and (before.kind in ("word", "hole") or before.text in (".", "$"))
        is_glued_after = after.glued and (after.kind in ("word", "number", "hole") or after.text == ".")
        if (before.text == "." and token.glued) or (after.text == "." and after.glued):
            return Position.IDENTIFIER
        if is_glued_before and before.kind == "word" and before.text.upper() not in _CLAUSE_WORDS:
            return self._of_glued(at)
        word = before.text.upper() if before.kind == "word" else ""
        if is_glued_after and after.kind == "word" and not is_glued_before:
            return self._of_glued(at)
        if self._statement == "EXPLAIN":
            return Position.STATEMENT
        is_called = after.text == "(" and after.glued and (word or before.text) not in ("IN", "VALUES", ",", ")")
        if is_called and before.text != "{":
            return Position.CALLEE
        if before.text == "{" or (token.glued and before.text in (":", "@")):
            return Position.IDENTIFIER  # a pattern's name, a function's, a placeholder's
        if before.text in _OPERATORS:
            return self._after_operator(at)
        if word == "LIKE" and self._statement == "CREATE":
            return Position.IDENTIFIER
        if word in _VALUE_WORDS or (word == "AND" and not self._between and self._is_end_of_between(at)):
            return Position.VALUE
        if word in _TABLE_WORDS:
            return Position.IDENTIFIER
        if word == "SET":
            return self._of_setting(after)
        if word in _CONDITION_WORDS:
            return self._of_condition(after)
        if word in ("IN", "IS"):
            return Position.VALUE
        if word == "AS" and self._statement == "CREATE":
            return Position.STATEMENT
        if word in _NAME_WORDS or self._statement in ("GRANT", "REVOKE"):
            return Position.IDENTIFIER
        if before.text == "(":
            return self._of_list(at, after)
        if before.text == ",":
            is_list = bool(self._parens) and self._parens[-1].holds != "clauses"
            return self._of_list(at, after) if is_list else self._of_row(after)
        return self._behind_something(before, after)

    def _of_glued(self, at: int) -> Position:
        """A hole that is a part of a longer word."""
        if self._clause in ("WHERE", "HAVING", "VALUES", "LIMIT", "OFFSET") and self._before(at).text in _OPERATORS:
            return Position.VALUE
        return Position.IDENTIFIER

    def _after_operator(self, at: int) -> Position:
        if self._statement == "SET" and not self._parens:
            is_name = self._before(at - 1).text.upper() in _SETTINGS_OF_NAMES
            return Position.IDENTIFIER if is_name else Position.VALUE
        if self._statement in _DEFINING and self._clause not in ("WHERE", "SELECT", "FROM", "ON"):
            return Position.IDENTIFIER
        return Position.VALUE

    def _of_setting(self, after: _Token) -> Position:
        if self._statement not in ("UPDATE", "INSERT", "MERGE", "WITH", "REPLACE"):
            return Position.IDENTIFIER
        return Position.IDENTIFIER if after.text == "=" else Position.FRAGMENT

    def _of_condition(self, after: _Token) -> Position:
        word = after.text.upper()
        is_column = after.text in _OPERATORS or word in _AFTER_COLUMN or after.text == "::"
        if is_column or (self._statement in _DEFINING and self._clause == "ON"):
            return Position.IDENTIFIER
        return Position.IDENTIFIER if after.kind == "hole" else Position.FRAGMENT

    def _of_list(self, at: int, after: _Token) -> Position:
        holds = self._parens[-1].holds if self._parens else ""
        if holds in ("values", "arguments"):
            is_definition = self._statement in _DEFINING and holds == "arguments"
            if is_definition and self._clause not in ("WHERE", "SELECT"):
                return Position.IDENTIFIER
            if holds == "arguments":
                return Position.IDENTIFIER if self._is_column(at, after) else Position.VALUE
            # `INSERT INTO t ({columns}) VALUES ({values})`: as many values as there are columns.
            is_row = (
                after.text == ")" and [token.kind for token in self._tokens[max(0, at - 4) : at]] == _UNKNOWN_COLUMNS
            )
            return Position.FRAGMENT if is_row else Position.VALUE
        if holds == "names":
            return Position.IDENTIFIER
        if holds == "query":
            return Position.STATEMENT
        if self._clause in ("SELECT", "GROUP", "ORDER", "BY"):
            return Position.IDENTIFIER
        return self._of_condition(after)

    def _is_column(self, at: int, after: _Token) -> bool:
        """Whether a function's argument is a column.

        The only one of a function nearly always is, in what a query selects from a table. A text without quotes around
        it is no value anywhere.
        """
        origin = self._tokens[at].holes[0].origin
        if self._clause == "SELECT" and not self._has_from_behind(at):
            return False
        if origin.parameter is not None and not origin.trail and "builtins.str" in origin.parameter.annotation:
            return True
        is_only = self._before(at).text == "(" and (after.text == ")" or after.text.upper() == "AS")
        return is_only and self._clause in ("SELECT", "GROUP", "ORDER", "BY") and self._has_from_behind(at)

    def _has_from_behind(self, at: int) -> bool:
        return any(token.text.upper() == "FROM" for token in self._tokens[at:])

    def _of_row(self, after: _Token) -> Position:
        """What stands behind a comma outside of parentheses."""
        if self._clause in ("VALUES", "LIMIT"):
            return Position.VALUE
        if self._clause == "SET":
            return self._of_setting(after)
        if self._clause in ("WHERE", "HAVING"):
            return Position.FRAGMENT
        return Position.IDENTIFIER

    def _behind_something(self, before: _Token, after: _Token) -> Position:
        """What stands behind a name, a value or a closing parenthesis."""
        word = after.text.upper()
        if self._statement in _DEFINING:
            return Position.IDENTIFIER
        if self._clause in ("SELECT", "ORDER", "BY", "GROUP"):
            return Position.IDENTIFIER
        if word in ("JOIN", "VALUES", "FROM", "INTO", "SET") and before.kind != "hole":
            return Position.IDENTIFIER
        if self._clause == "INTO" and word in ("VALUES", "SELECT", ""):
            return Position.IDENTIFIER if word else Position.FRAGMENT
        if self._clause in ("WHERE", "HAVING", "ON") and before.kind in ("hole", "word", "name"):
            is_operator = after.kind in ("hole", "value", "number") or after.text in ("?", "%s", ":", "(")
            return Position.IDENTIFIER if is_operator or after.text[:1] in (":", "%", "$", "@") else Position.FRAGMENT
        if self._clause == "FROM" and word in ("ON", "AS", "WHERE") and before.kind in ("word", "name", "hole"):
            return Position.IDENTIFIER
        return Position.FRAGMENT

    def _is_end_of_between(self, at: int) -> bool:
        texts = [token.text.upper() for token in self._tokens[max(0, at - 6) : at - 1]]
        return "BETWEEN" in texts and "AND" not in texts[texts.index("BETWEEN") :]


_NOTHING = _Token("mark", "")
_BEHIND_STATEMENT = frozenset("LIMIT OFFSET ORDER GROUP WHERE UNION EXCEPT INTERSECT FETCH".split())
"""What a whole statement goes on with."""
_UNKNOWN_COLUMNS = ["hole", "mark", "word", "mark"]
_SETTINGS_OF_NAMES = frozenset({"SEARCH_PATH", "CURRENT_SCHEMA", "SCHEMA", "ROLE", "DATABASE", "TABLESPACE"})
"""Settings whose values are names."""
_AFTER_COLUMN = frozenset("IN LIKE ILIKE IS BETWEEN NOT REGEXP RLIKE GLOB MATCH DESC ASC COLLATE".split())
_CLAUSE_WORDS = frozenset(
    "SELECT FROM WHERE GROUP ORDER HAVING LIMIT OFFSET VALUES SET INTO JOIN ON RETURNING UNION TABLE USING REFERENCES "
    "UPDATE".split()
)
