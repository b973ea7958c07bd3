"""Alerts without a metric, a window or a severity.

## What it does
Reports an alerting rule of Prometheus, in a rule file (`groups:`) or a `PrometheusRule` manifest, that has no `expr`,
no `for`, or no `severity` among its labels.

## Why
Without a window a single bad sample wakes somebody; without a severity nobody knows whether it may wait until morning.

## What to write instead
```yaml
- alert: ErrorRateHigh
  expr: sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m])) > 0.01
  for: 5m
  labels: {severity: page}
```

## Limits
What the expression measures is not judged. Alerts of other systems are not read. A severity that a label of the whole
group or of the server adds is not known.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING
from prodlint.project import NothingToJudgeError
from prodlint_rules.project._manifests import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectSite
    from prodlint_rules.project._manifests import Value

_ALERT = re.compile(r"^\s*(?:-\s+)?[\"']?alert[\"']?\s*:", re.MULTILINE)


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the alert's first line."""
    alerts = [each for document in parse(site.text) for each in _alerts(document)] if _ALERT.search(site.text) else []
    if not alerts:
        raise NothingToJudgeError
    for alert in alerts:
        missing = _missing(alert)
        if missing:
            message = f"alert `{alert.at('alert').text}` has no {' and no '.join(missing)}"
            yield site.violation(message, line=alert.line)


def _alerts(document: Value) -> Iterator[Value]:
    groups = document.at("spec.groups" if document.at("kind").text == "PrometheusRule" else "groups")
    for group in groups.items:
        yield from (rule for rule in group.at("rules").items if rule.at("alert").exists)


def _missing(alert: Value) -> list[str]:
    parts = {"metric (`expr`)": "expr", "window (`for`)": "for", "severity (among its `labels`)": "labels.severity"}
    return [told for told, path in parts.items() if not alert.at(path).text.strip()]
