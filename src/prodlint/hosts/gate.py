"""`prodlint gate NAME`: whether the clauses of a gate hold, by the evidence that other tools have written."""

from __future__ import annotations

from prodlint.hosts.cli import say
from prodlint.hosts.policy import judged
from prodlint.light_typing import TYPE_CHECKING
from prodlint.policy.verdict import Status
from prodlint.report.safety import visible

if TYPE_CHECKING:
    from prodlint.hosts.arguments import PolicyOptions
    from prodlint.policy.assessing import Policy
    from prodlint.policy.verdict import Assessment


def gate(given: list[str]) -> int:
    """Run ``prodlint gate``: 0 where the gate opens, 1 where it stays shut."""
    from prodlint.hosts.arguments import gate_options

    options = gate_options(given)
    return judged(options, lambda policy: _clauses(policy, options.gate), _stays_shut, options.gate)


def _clauses(policy: Policy, name: str) -> tuple[str, ...] | None:
    gates = policy.catalog.gates
    if name in gates:
        return gates[name]
    from prodlint.suggest import nearest

    meant = nearest(name, gates)
    remedy = f"did you mean `{meant}`?" if meant else f"there are {', '.join(gates)}" if gates else "there is none"
    say(f"unknown gate `{visible(name)}` ({visible(remedy)})")
    return None


def _stays_shut(assessment: Assessment, options: PolicyOptions) -> bool:
    """A gate opens when every clause is settled. What prodlint cannot judge yet keeps it shut if all is asked for."""
    statuses = [verdict.status for verdict in assessment.verdicts]
    if assessment.problems or not any(status.is_settled for status in statuses):
        return True
    tolerated = () if options.require_all else (Status.OPEN,)
    return not all(status.is_settled or status in tolerated for status in statuses)
