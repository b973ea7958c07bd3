"""SARIF 2.1.0 of any scanner. Source: the OASIS standard; ``security-severity`` is GitHub's property of a rule.

A run that says that it failed, or that has no ``results`` (which by the standard says that none were computed), proves
nothing. prodlint's own runs are left out: what it finds it judges itself. Results that are suppressed, or that a
baseline calls absent, count for nothing, as do those of a kind other than ``fail``.
"""

from __future__ import annotations

import re

from prodlint.evidence.documents import items, json_document, line_of, table, text_of, time_of
from prodlint.evidence.value import BrokenEvidenceError, Evidence, Finding, Level
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEVELS = {"error": Level.ERROR, "warning": Level.WARNING, "note": Level.NOTE, "none": Level.NOTE}
_HIGH, _MEDIUM = 7.0, 4.0  # the grades of CVSS
_OWN = "prodlint"


def read(data: bytes) -> Evidence:
    """The results of all runs. Raises BrokenEvidenceError."""
    document = table(json_document(data), "the document")
    if not text_of(document.get("version")).startswith("2."):
        raise BrokenEvidenceError("its `version` is not 2.1.0, so it is no SARIF that is known")
    runs = [table(run, "a run") for run in items(document.get("runs"), "`runs`")]
    others = [run for run in runs if _driver(run).get("name") != _OWN]
    if not others:
        raise BrokenEvidenceError("no scanner ran: it holds no run, or only runs of prodlint itself")
    findings: list[Finding] = []
    for run in others:
        _check_success(run)
        findings += _findings(run)
    names = [f"{text_of(_driver(run).get('name'))} {text_of(_driver(run).get('version'))}".strip() for run in others]
    moments = [moment for run in others if (moment := _moment(run)) is not None]
    commits = dict.fromkeys(commit for run in others if (commit := _commit(run)))
    return Evidence(
        "sarif",
        "",
        ", ".join(dict.fromkeys(names)),
        None,
        "files",
        tuple(findings),
        commit=next(iter(commits), None),
        recorded=min(moments) if moments else None,
    )


def _driver(run: dict[str, Any]) -> dict[str, Any]:
    return table(table(run.get("tool"), "`tool`").get("driver"), "`tool.driver`")


def _check_success(run: dict[str, Any]) -> None:
    name = text_of(_driver(run).get("name"), "the scanner")
    for invocation in _dicts(run.get("invocations")):
        if invocation.get("executionSuccessful") is False:
            raise BrokenEvidenceError(f"{name} says that its run failed", "run it again, and see what is wrong with it")
    if run.get("results") is None:
        raise BrokenEvidenceError(f"{name} computed no results", "run it again, and see what is wrong with it")


def _findings(run: dict[str, Any]) -> Iterator[Finding]:
    rules = [table(rule, "a rule") for rule in items(_driver(run).get("rules") or [], "`rules`")]
    by_id = {text_of(rule.get("id")): rule for rule in rules}
    for result in (table(each, "a result") for each in items(run["results"], "`results`")):
        if _counts(result):
            code = text_of(result.get("ruleId")) or text_of(_dict(result.get("rule")).get("id"))
            rule = _rule(result, rules, by_id.get(code))
            message = text_of(_dict(result.get("message")).get("text"))
            path, line = _place(result)
            yield Finding(
                code or text_of(rule.get("id")), message, _level(result, rule), path, line, _cwe(rule, result)
            )


def _counts(result: dict[str, Any]) -> bool:
    if result.get("kind", "fail") != "fail" or result.get("baselineState") == "absent":
        return False
    suppressions = [each for each in _dicts(result.get("suppressions")) if each.get("status", "accepted") == "accepted"]
    return not suppressions


def _rule(result: dict[str, Any], rules: list[dict[str, Any]], named: dict[str, Any] | None) -> dict[str, Any]:
    index = result.get("ruleIndex", _dict(result.get("rule")).get("index"))
    if isinstance(index, int) and 0 <= index < len(rules):
        return rules[index]
    return named or {}


def _level(result: dict[str, Any], rule: dict[str, Any]) -> Level:
    """The result's own level, else by the rule's security grade, else the rule's default, else a warning."""
    grade = _dict(rule.get("properties")).get("security-severity")
    if isinstance(grade, str) and re.fullmatch(r"\d{1,2}(\.\d{1,3})?", grade):
        score = float(grade)
        return Level.ERROR if score >= _HIGH else Level.WARNING if score >= _MEDIUM else Level.NOTE
    default = _dict(rule.get("defaultConfiguration")).get("level")
    for level in (result.get("level"), default):
        if isinstance(level, str) and level in _LEVELS:
            return _LEVELS[level]
    return Level.WARNING


def _cwe(rule: dict[str, Any], result: dict[str, Any]) -> tuple[int, ...]:
    """The weaknesses that a rule is about: named as tags, as relationships or in ids of a taxonomy."""
    bags = (_dict(rule.get("properties")), _dict(result.get("properties")))
    words = [tag for bag in bags if isinstance(tags := bag.get("tags"), list) for tag in tags if isinstance(tag, str)]
    for relation in _dicts(rule.get("relationships")):
        target = _dict(relation.get("target"))
        if text_of(_dict(target.get("toolComponent")).get("name")).upper() == "CWE":
            words.append(f"cwe-{target.get('id')}")
    found = (re.search(r"cwe[-/_ ]?(?:cwe-)?0*(\d{1,5})", word, re.IGNORECASE) for word in words)
    return tuple(dict.fromkeys(int(match[1]) for match in found if match))


def _place(result: dict[str, Any]) -> tuple[str, int | None]:
    location = next(iter(_dicts(result.get("locations"))), {})
    physical = _dict(location.get("physicalLocation"))
    path = text_of(_dict(physical.get("artifactLocation")).get("uri"))
    return path, line_of(_dict(physical.get("region")).get("startLine"))


def _commit(run: dict[str, Any]) -> str | None:
    revisions = (text_of(each.get("revisionId")) for each in _dicts(run.get("versionControlProvenance")))
    return next((revision for revision in revisions if revision), None)


def _moment(run: dict[str, Any]) -> float | None:
    times = (
        time_of(each.get("startTimeUtc")) or time_of(each.get("endTimeUtc")) for each in _dicts(run.get("invocations"))
    )
    return next((moment for moment in times if moment is not None), None)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
