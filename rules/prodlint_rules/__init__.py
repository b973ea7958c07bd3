"""The built-in pack: one module per rule, listed here in reading order."""

from prodlint_rules import (
    bare_except,
    incomplete_docstring,
    print_call,
    swallowed_exception,
    todo_comment,
    undocumented_public,
)

RULES = (
    bare_except.rule,
    swallowed_exception.rule,
    print_call.rule,
    undocumented_public.rule,
    incomplete_docstring.rule,
    todo_comment.rule,
)
"""What `prodlint.registry` loads: an explicit list, so that nothing runs that is not written here."""
