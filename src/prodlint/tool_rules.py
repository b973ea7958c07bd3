"""What prodlint reports about the checked files on its own account: the PRD9xx rules.

They are values without a check: the engine finds these violations while it reads files and applies suppressions. Being
rules, they are selected, ignored and given a severity as all others are, but for `UNREADABLE_SOURCE`, which is always
on: a file that was not read must never look like one without violations.
"""

from __future__ import annotations

from prodlint.model import Severity
from prodlint.rule import Rule

FAMILY = "tool"

_POLICY = ("production-standards/gates/lint",)

UNREADABLE_SOURCE = Rule(
    name="unreadable-source",
    code="PRD900",
    family=FAMILY,
    since="0.1",
    summary="the file could not be read or parsed, so no rule has seen it",
    policy=_POLICY,
    module=__name__,
)

UNUSED_SUPPRESSION = Rule(
    name="unused-suppression",
    code="PRD901",
    family=FAMILY,
    since="0.1",
    summary="a suppression comment hides no violation",
    policy=_POLICY,
    severity=Severity.WARNING,
    module=__name__,
)

BLANKET_SUPPRESSION = Rule(
    name="blanket-suppression",
    code="PRD902",
    family=FAMILY,
    since="0.1",
    summary="a bare `# noqa` hides a violation without naming it",
    policy=_POLICY,
    severity=Severity.WARNING,
    module=__name__,
)

SUPPRESSION_WITHOUT_REASON = Rule(
    name="suppression-without-reason",
    code="PRD903",
    family=FAMILY,
    since="0.1",
    summary="a suppression comment lacks the reason, or the ticket, that the project asks for",
    policy=_POLICY,
    module=__name__,
)

EXPIRED_SUPPRESSION = Rule(
    name="expired-suppression",
    code="PRD904",
    family=FAMILY,
    since="0.1",
    summary="a suppression comment is past its last day",
    policy=_POLICY,
    module=__name__,
)

FORBIDDEN_SUPPRESSION = Rule(
    name="forbidden-suppression",
    code="PRD905",
    family=FAMILY,
    since="0.1",
    summary="a suppression comment names a rule that the project has locked",
    policy=_POLICY,
    module=__name__,
)

RULES: tuple[Rule, ...] = (
    UNREADABLE_SOURCE,
    UNUSED_SUPPRESSION,
    BLANKET_SUPPRESSION,
    SUPPRESSION_WITHOUT_REASON,
    EXPIRED_SUPPRESSION,
    FORBIDDEN_SUPPRESSION,
)

PAGES: dict[str, str] = {
    "unreadable-source": """\
Files that no rule has seen.

## What it does
Reports a file that could not be opened, decoded or parsed: no permission, bytes that its encoding does not know, a
syntax error, syntax of a newer Python than the one prodlint runs under, code nested too deeply, a file too large.

## Why
A linter that passes over such a file in silence calls it clean. Whoever reads the report would trust a file that nobody
has looked at.

## Limits
prodlint parses what the Python that it runs under parses; install it under the newest Python at hand.

## Configuration
Always on: it cannot be ignored, and its severity is fixed. Exclude a file that is not meant to be checked.
""",
    "unused-suppression": """\
Suppression comments that hide nothing.

## What it does
Reports `# prodlint: allow …`, `allow-file`, `off` and `# noqa: PRD…` comments that name a rule which ran on the file
and had nothing to say there. A name that no rule has is reported with the nearest one that exists.

## Why
The code was mended and the comment stayed: it now hides the next violation on that line, and tells the reader of a
fault that is gone.

## Limits
Only prodlint's own names are judged, and only for rules that ran: one that is not selected, or does not concern the
file's context, proves nothing about a comment. Codes of other tools in a `# noqa` are left to those.
""",
    "blanket-suppression": """\
A bare `# noqa` that hid a violation.

## What it does
Reports a `# noqa` without codes on a line where it hid a violation of ours.

## Why
It was most likely written for another tool, and hides every violation that this line will ever have. Nobody can tell
which one was weighed and accepted.

## Instead
Name the rule and say why: `# prodlint: allow bare-except -- the worker must outlive any job`.

## Limits
A bare `# noqa` that hides nothing of ours is not reported, since it may serve another tool. Violations of security
rules are not hidden by it at all.
""",
    "suppression-without-reason": """\
Suppressions that do not say why.

## What it does
With `require-reason = true` reports a suppression comment without a reason, and with `require-ticket` one whose reason
does not hold what that regular expression looks for. The violation stays hidden: what is missing is the reason.

## Why
A year later nobody remembers whether the line was weighed and accepted or only silenced. A reason can be judged again;
a ticket says who did.

## Instead
Say it behind ` -- `: `# prodlint: allow print-call -- SHOP-12: the supervisor waits for this line`.

## Limits
Off until the configuration asks for reasons or tickets. A `# noqa: PRD201` has no place for a reason, so it is
reported; codes of other tools are not. What a ticket says, and whether there is one, is not looked up. A comment that
hides nothing is `unused-suppression` alone.
""",
    "expired-suppression": """\
Suppressions past their last day.

## What it does
Reports a `# prodlint: allow … until YYYY-MM-DD` comment after that day. The violation that it hid is reported again
too.

## Why
The date was a promise to mend the code by then.

## Instead
Mend the code and remove the comment, or give a new date and the reason for it.
""",
    "forbidden-suppression": """\
Suppressions of rules that are locked.

## What it does
Reports a suppression comment, `# noqa: PRD…` included, that names a rule of the configuration's `locked` list. The
violation is reported as if the comment were not there.

## Why
Some violations are nobody's to accept in a comment: a credential in the code is a leak, whatever the line beside it
says. Whoever reads the comment would think that it had been settled.

## Instead
Mend the code and remove the comment. Who may change the project's configuration can take the rule off the list.

## Limits
`locked` counts in the root configuration only, the one that holds where prodlint is called. A baseline does not hide
violations of locked rules either. What is locked can still be left out by whoever configures which rules run.
""",
}
