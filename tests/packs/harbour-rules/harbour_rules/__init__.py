"""Rules of a harbour: times say their zone, programs end in order, code stays flat."""

from harbour_rules import deep_nesting, exit_call, naive_datetime

RULES = (
    naive_datetime.rule,
    exit_call.rule,
    deep_nesting.rule,
)
