"""The format `sarif`: the Static Analysis Results Interchange Format 2.1.0, for code scanning services and editors.

Source: the OASIS standard, and GitHub's documentation of what its code scanning reads. URIs are relative to the
directory that prodlint was run in, which the report does not name, so that it is the same on every machine.
"""

from __future__ import annotations

from prodlint._version import __version__
from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Origin, Severity
from prodlint.report.json_report import array, encoder
from prodlint.report.quoting import uri
from prodlint.report.safety import visible
from prodlint.report.selection import shown
from prodlint.report.tally import by_rule, numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prodlint.model import Edit, Problem, Related, Report, Span, Suppression, Violation
    from prodlint.report import View
    from prodlint.report.tally import RuleTally

    Object = dict[str, object]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_BASE = "%SRCROOT%"
_BASE_TEXT = "The directory that prodlint was run in."
_LONGEST_SNIPPET = 500  # a minified line may have megabytes, and thousands of violations
_FINGERPRINT = "prodlint/v1"


def render(report: Report, view: View) -> Iterator[str]:
    """One run: the rules that are violated, with their pages, and a result per violation and line."""
    encode = encoder()
    violations = shown(report, view)
    tallies = sorted(by_rule(violations, view), key=lambda tally: (tally.code, tally.name))
    rules = {(tally.code, tally.name): index for index, tally in enumerate(tallies)}
    weaknesses = sorted({number for tally in tallies if tally.page for number in tally.page.rule.cwe})
    yield f'{{\n  "$schema": {encode(SCHEMA)},\n  "version": "2.1.0",\n  "runs": [\n    {{\n'
    yield f'      "tool": {encode({"driver": _driver(tallies, weaknesses)})},\n'
    if weaknesses:
        yield f'      "taxonomies": {encode([_taxonomy(weaknesses)])},\n'
    yield f'      "originalUriBaseIds": {encode({_BASE: {"description": {"text": _BASE_TEXT}}})},\n'
    yield '      "columnKind": "unicodeCodePoints",\n'
    yield f'      "invocations": {encode([_invocation(report.problems)])},\n'
    yield '      "results": '
    results = (
        _result(violation, number, rules[violation.code, violation.rule], view)
        for violation, number in numbered(violations)
    )
    yield from array(results, encode, indent="      ")
    yield "\n    }\n  ]\n}\n"


def _driver(tallies: Iterable[RuleTally], weaknesses: Sequence[int]) -> Object:
    driver: Object = {
        "name": "prodlint",
        "version": __version__,
        "rules": [_rule(tally) for tally in tallies],
    }
    if weaknesses:
        driver["supportedTaxonomies"] = [{"name": "CWE", "index": 0}]
    return driver


def _rule(tally: RuleTally) -> Object:
    rule = tally.page.rule if tally.page else None
    summary = {"text": visible(rule.summary if rule else tally.name)}
    # GitHub refuses rules without a full description and a help text.
    help_text = _page(tally.page.text) if tally.page else summary["text"]
    descriptor: Object = {
        "id": visible(tally.code),
        "name": visible(tally.name),
        "shortDescription": summary,
        "fullDescription": summary,
        "help": {"text": help_text, "markdown": help_text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity if rule else tally.severity]},
    }
    if rule and rule.cwe:
        descriptor["relationships"] = [_relationship(number) for number in rule.cwe]
    weaknesses = [f"external/cwe/cwe-{number:03}" for number in (rule.cwe if rule else ())]
    tags = [visible(tag) for tag in (tally.family, *(rule.policy if rule else tally.policy), *weaknesses)]
    descriptor["properties"] = {"tags": list(dict.fromkeys(tags))}
    return descriptor


def _page(text: str) -> str:
    """A rule's page: plugins write them, too, so that within its lines nothing may steer."""
    return "\n".join(map(visible, text.splitlines()))


def _relationship(number: int) -> Object:
    target = {"id": str(number), "toolComponent": {"name": "CWE", "index": 0}}
    return {"target": target, "kinds": ["relevant"]}


def _taxonomy(weaknesses: Iterable[int]) -> Object:
    return {
        "name": "CWE",
        "organization": "MITRE",
        "shortDescription": {"text": "The MITRE Common Weakness Enumeration"},
        "taxa": [{"id": str(number)} for number in weaknesses],
    }


def _invocation(problems: Iterable[Problem]) -> Object:
    notifications = [_notification(problem) for problem in problems]
    return {
        "executionSuccessful": not any(problem.fatal for problem in problems),
        "toolExecutionNotifications": notifications,
    }


def _notification(problem: Problem) -> Object:
    remedy = f" ({problem.remedy})" if problem.remedy else ""
    notification: Object = {
        "level": "error" if problem.fatal else "warning",
        "descriptor": {"id": visible(problem.code)},
        "message": _message(f"{problem.message}{remedy}"),
    }
    if problem.path is not None:
        location: Object = {"artifactLocation": _artifact(problem.path)}
        if problem.line is not None:
            column = {} if problem.column is None else {"startColumn": problem.column}
            location["region"] = {"startLine": problem.line, **column}
        notification["locations"] = [{"physicalLocation": location}]
    return notification


def _result(violation: Violation, number: int, rule: int, view: View) -> Object:
    result: Object = {
        "ruleId": visible(violation.code),
        "ruleIndex": rule,
        "level": _LEVELS[violation.severity],
        "message": _message(violation.message),
        "locations": [{"physicalLocation": _place(violation)}],
        "partialFingerprints": {_FINGERPRINT: visible(f"{violation.fingerprint}:{number}")},
    }
    if violation.related:
        result["relatedLocations"] = [_related(place, number) for number, place in enumerate(violation.related, 1)]
    if violation.fix is not None:
        replacements = [_replacement(edit) for edit in violation.fix.edits]
        change = {"artifactLocation": _artifact(violation.path), "replacements": replacements}
        # The standard has no member for this, and a tool that applies fixes has to know.
        properties = {"safety": violation.fix.safety.value}
        title = _message(violation.fix.title)
        result["fixes"] = [{"description": title, "artifactChanges": [change], "properties": properties}]
    if view.show_suppressed:
        # An empty array says "not suppressed"; without it the standard says that nobody knows.
        result["suppressions"] = [] if violation.suppressed is None else [_suppression(violation.suppressed)]
    result["properties"] = {"context": violation.context.value}
    return result


def _place(violation: Violation) -> Object:
    place: Object = {"artifactLocation": _artifact(violation.path)}
    span = violation.span
    if span is not None:
        place["region"] = _region(span)
        if violation.excerpt and len(violation.excerpt) <= _LONGEST_SNIPPET and span.end_line == span.line:
            snippet = {"text": visible(violation.excerpt)}
            place["contextRegion"] = {"startLine": span.line, "snippet": snippet}
    return place


def _artifact(path: str) -> Object:
    location = uri(path)
    return {"uri": location} if location.startswith("file:") else {"uri": location, "uriBaseId": _BASE}


def _region(span: Span) -> Object:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _related(place: Related, number: int) -> Object:
    location = {"artifactLocation": _artifact(place.path), "region": _region(place.span)}
    return {"id": number, "physicalLocation": location, "message": _message(place.message)}


def _replacement(edit: Edit) -> Object:
    region = {"charOffset": edit.start, "charLength": edit.end - edit.start}
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _suppression(suppression: Suppression) -> Object:
    told: Object = {"kind": "external" if suppression.origin is Origin.BASELINE else "inSource"}
    if suppression.reason:
        told["justification"] = visible(suppression.reason)
    if suppression.until:
        told["properties"] = {"until": visible(suppression.until)}
    return told


def _message(text: str) -> Object:
    # `[text](target)` is a link in a message (section 3.11.6 of the standard), and the checked tree must make none.
    return {"text": visible(text).replace("](", "] (")}
