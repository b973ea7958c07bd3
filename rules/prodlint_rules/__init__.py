"""The built-in pack: one module per rule, listed here in reading order; those about other files in `project`."""

from prodlint.rule import Edition
from prodlint_rules import (
    bare_except,
    hardcoded_secret,
    incomplete_docstring,
    interpolated_log,
    missing_cleanup,
    print_call,
    project,
    sql_identifier_interpolation,
    swallowed_exception,
    todo_comment,
    undocumented_public,
    unparameterized_sql,
    unstructured_log,
)

RULES = (
    bare_except.rule,
    swallowed_exception.rule,
    missing_cleanup.rule,
    print_call.rule,
    interpolated_log.rule,
    unstructured_log.rule,
    hardcoded_secret.rule,
    unparameterized_sql.rule,
    sql_identifier_interpolation.rule,
    undocumented_public.rule,
    incomplete_docstring.rule,
    todo_comment.rule,
    *project.RULES,
)
"""What `prodlint.registry` loads: an explicit list, so that nothing runs that is not written here."""

EDITIONS = (Edition("2026"),)
"""What each year changed of the defaults above, the first year first; prodlint's documentation says who may add one."""
