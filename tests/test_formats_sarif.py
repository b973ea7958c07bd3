"""SARIF: what the standard demands, what code scanning services look for, and that names come back whole."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from reports import ALLOWED, EXCEPT, HOSTILE, LEAK, PRINT, PROBLEM, WHOLE_FILE, hostile, pages, report, shown

from prodlint.model import Origin, Problem, Report, Severity, Suppression
from prodlint.report import View

BARE = EXCEPT._replace(code="PRD101", rule="bare-except")
EVERYTHING = report(WHOLE_FILE, BARE, LEAK, ALLOWED, problems=(PROBLEM, Problem("crash", "boom", "a b.py", 3)))
TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 1}
OFFSET = {"type": "integer", "minimum": 0}


def closed(required: str, **members: object) -> dict[str, object]:
    """The schema of an object with these members and no others; the required ones are parted by spaces."""
    return {"type": "object", "additionalProperties": False, "required": required.split(), "properties": members}


def items(schema: object) -> dict[str, object]:
    """The schema of an array."""
    return {"type": "array", "items": schema}


LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = closed("text", text=TEXT)
ARTIFACT = closed("uri", uri={"type": "string", "pattern": r"^[!-~]+$"}, uriBaseId=TEXT)
SNIPPET = closed("text", text=TEXT)
REGION = {
    **closed("", startLine=COUNT, startColumn=COUNT, endLine=COUNT, endColumn=COUNT, charOffset=OFFSET,
             charLength=OFFSET, snippet=SNIPPET),
    "anyOf": [{"required": ["startLine"]}, {"required": ["charOffset", "charLength"]}],
}  # fmt: skip
PLACE = closed("artifactLocation", artifactLocation=ARTIFACT, region=REGION, contextRegion=REGION)
LOCATION = closed("physicalLocation", id=OFFSET, physicalLocation=PLACE, message=MESSAGE)
REPLACEMENT = closed("deletedRegion insertedContent", deletedRegion=REGION, insertedContent=closed("text", text={}))
CHANGE = closed("artifactLocation replacements", artifactLocation=ARTIFACT, replacements=items(REPLACEMENT))
BAG = {"type": "object"}
RESULT = closed(
    "ruleId ruleIndex level message locations partialFingerprints",
    ruleId=TEXT,
    ruleIndex=OFFSET,
    level=LEVEL,
    message=MESSAGE,
    locations={**items(LOCATION), "minItems": 1},
    relatedLocations=items(LOCATION),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    fixes=items(closed("artifactChanges", description=MESSAGE, artifactChanges=items(CHANGE), properties=BAG)),
    suppressions=items(closed("kind", kind={"enum": ["inSource", "external"]}, justification=TEXT, properties=BAG)),
    properties=BAG,
)
COMPONENT = closed("name index", name=TEXT, index=OFFSET)
RULE = closed(
    "id shortDescription fullDescription help defaultConfiguration",
    id=TEXT,
    name=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=closed("text markdown", text=TEXT, markdown=TEXT),
    defaultConfiguration=closed("level", level=LEVEL),
    relationships=items(
        closed("target kinds", target=closed("id", id=TEXT, toolComponent=COMPONENT), kinds=items(TEXT))
    ),
    properties=closed("tags", tags={**items(TEXT), "uniqueItems": True}),
)
NOTIFICATION = closed(
    "message level", level=LEVEL, message=MESSAGE, descriptor=closed("id", id=TEXT), locations=items(LOCATION)
)
RUN = closed(
    "tool results columnKind",
    tool=closed(
        "driver",
        driver=closed("name rules", name=TEXT, version=TEXT, rules=items(RULE), supportedTaxonomies=items(COMPONENT)),
    ),
    taxonomies=items(
        closed("name taxa", name=TEXT, organization=TEXT, shortDescription=MESSAGE, taxa=items(closed("id", id=TEXT)))
    ),
    originalUriBaseIds={"type": "object", "additionalProperties": closed("", description=MESSAGE)},
    columnKind={"enum": ["unicodeCodePoints"]},
    invocations=items(
        closed(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=items(NOTIFICATION),
        )
    ),
    results=items(RESULT),
)
LOG = closed("$schema version runs", **{"$schema": TEXT, "version": {"enum": ["2.1.0"]}, "runs": items(RUN)})
"""The part of the standard's schema that concerns what we write: no member that it does not know, all it requires."""


def run_of(given: Report, *, show_suppressed: bool = False, with_pages: bool = True) -> dict[str, Any]:
    """The one run of a report in SARIF."""
    view = View(show_suppressed=show_suppressed, rules=pages() if with_pages else ())
    log = json.loads(shown(given, "sarif", view))
    [run] = log["runs"]
    return dict(run)


@pytest.mark.parametrize("show_suppressed", [False, True])
@pytest.mark.parametrize("with_pages", [False, True])
@pytest.mark.parametrize("given", [report(), EVERYTHING, *[report(hostile(text)) for text in HOSTILE]])
def test_a_log_is_what_the_standard_says(given: Report, with_pages: bool, show_suppressed: bool) -> None:
    """Code scanning refuses a whole report for one member that is misspelt or missing."""
    jsonschema = pytest.importorskip("jsonschema")
    view = View(show_suppressed=show_suppressed, rules=pages() if with_pages else ())
    jsonschema.Draft202012Validator(LOG).validate(json.loads(shown(given, "sarif", view)))


def test_results_are_told_with_place_level_and_rule() -> None:
    """The members that every consumer reads; a finding about a whole file has no region."""
    whole, bare, *_ = run_of(EVERYTHING)["results"]
    assert "region" not in whole["locations"][0]["physicalLocation"]
    assert (bare["ruleId"], bare["level"], bare["message"]["text"]) == ("PRD101", "error", EXCEPT.message)
    place = bare["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "src/cart.py", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 12, "startColumn": 5, "endLine": 12, "endColumn": 12}
    assert place["contextRegion"] == {"startLine": 12, "snippet": {"text": "    except:"}}
    info = run_of(report(EXCEPT._replace(severity=Severity.INFO)))
    assert info["results"][0]["level"] == "note"


def test_each_result_points_at_its_rule() -> None:
    """`ruleIndex` and `ruleId` have to agree, and the base of the URIs has to be declared."""
    run = run_of(EVERYTHING, show_suppressed=True)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({rule["id"] for rule in rules})
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert list(run["originalUriBaseIds"]) == ["%SRCROOT%"]


def test_rules_come_with_their_page_clauses_and_weaknesses() -> None:
    """Code scanning shows the page beside the alert, and filters by tags, in which it knows CWE numbers."""
    run = run_of(report(BARE))
    [rule] = run["tool"]["driver"]["rules"]
    assert rule["name"] == "bare-except"
    assert rule["help"]["markdown"].startswith("# bare-except (PRD101)\n")
    assert "## Why\n" in rule["help"]["markdown"]
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert {"errors", "production-standards/gates/error-handling", "external/cwe/cwe-703"} <= set(
        rule["properties"]["tags"]
    )
    [taxonomy] = run["taxonomies"]
    weaknesses = {taxon["id"] for taxon in taxonomy["taxa"]}
    assert {relation["target"]["id"] for relation in rule["relationships"]} <= weaknesses


def test_a_rule_without_page_is_told_by_its_violations() -> None:
    """The library renders reports of rules that no registry of ours has."""
    run = run_of(report(BARE), with_pages=False)
    [rule] = run["tool"]["driver"]["rules"]
    assert rule["shortDescription"] == {"text": "bare-except"}
    assert rule["properties"]["tags"] == ["errors", "ERR-1"]
    assert "taxonomies" not in run


def test_fixes_and_related_places() -> None:
    """A fix is half-open offsets there as it is with us, and says how far it can be trusted."""
    [result] = run_of(report(LEAK))["results"]
    [fix] = result["fixes"]
    assert fix["description"] == {"text": "Catch `Exception` instead"}
    assert fix["properties"] == {"safety": "unsafe"}
    assert fix["artifactChanges"] == [
        {
            "artifactLocation": {"uri": "src/cart.py", "uriBaseId": "%SRCROOT%"},
            "replacements": [
                {
                    "deletedRegion": {"charOffset": 10, "charLength": 6},
                    "insertedContent": {"text": "except Exception"},
                }
            ],
        }
    ]
    [related] = result["relatedLocations"]
    assert (related["id"], related["message"]) == (1, {"text": "opened here"})
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "src/pool.py"


def test_suppressions_are_justified_and_said_of_all_or_none() -> None:
    """Without the member a consumer must take it that nobody knows, and open what was accepted long ago."""
    [live, allowed] = run_of(report(EXCEPT, ALLOWED), show_suppressed=True)["results"]
    assert live["suppressions"] == []
    assert allowed["suppressions"] == [
        {"kind": "inSource", "justification": "legacy, SHOP-12", "properties": {"until": "2026-12-31"}}
    ]
    assert all("suppressions" not in result for result in run_of(report(EXCEPT, ALLOWED))["results"])
    bare = ALLOWED._replace(suppressed=Suppression(None, None))
    assert run_of(report(bare), show_suppressed=True)["results"][0]["suppressions"] == [{"kind": "inSource"}]
    known = ALLOWED._replace(suppressed=Suppression(None, None, Origin.BASELINE))
    assert run_of(report(known), show_suppressed=True)["results"][0]["suppressions"] == [{"kind": "external"}]


def test_fingerprints_tell_equal_code_apart_and_ignore_lines() -> None:
    """Two equal findings are two alerts, and none of them is new when the file grows above them."""
    below = EXCEPT._replace(span=EXCEPT.span._replace(line=90, end_line=90) if EXCEPT.span else None)
    results = run_of(report(EXCEPT, below, PRINT))["results"]
    prints = [result["partialFingerprints"]["prodlint/v1"] for result in results]
    assert prints == ["0123456789abcdef:0", "0123456789abcdef:1", "0123456789abcdef:0"]


def test_problems_are_notifications() -> None:
    """A run that crashed must not look like one that found nothing."""
    [invocation] = run_of(EVERYTHING)["invocations"]
    assert invocation["executionSuccessful"] is False
    cache, crash = invocation["toolExecutionNotifications"]
    assert (cache["level"], crash["level"]) == ("warning", "error")
    assert cache["message"]["text"] == "cannot be written (pass --no-cache)"
    place = crash["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "a%20b.py", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 3}}
    assert run_of(report())["invocations"][0]["executionSuccessful"] is True


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
@pytest.mark.parametrize(
    "name",
    [
        b"caf\xe9.py",
        b"a b\n.py",
        b'"\\x0a".py',
        b"-rf.py",
        "名.py".encode(),
        b"x" * 255,
        b"a%41.py",
        b"a:b?#c.py",
        b"\x01",
    ],
)
def test_uris_give_any_file_name_back(name: bytes) -> None:
    """Percent-encoded bytes are the only thing that holds every name."""
    [result] = run_of(report(EXCEPT._replace(path=os.fsdecode(name))))["results"]
    assert unquote_to_bytes(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) == name


def test_an_absolute_path_is_a_file_uri_without_base() -> None:
    """Relative to the base it would lead into the project."""
    [result] = run_of(report(EXCEPT._replace(path="/srv/shop/a b.py")))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///srv/shop/a%20b.py"}


def test_messages_make_no_links() -> None:
    """`[text](target)` in a message is a link of the consumer's page."""
    [result] = run_of(report(EXCEPT._replace(message="see [here](https://example.org)")))["results"]
    assert "](" not in result["message"]["text"]


def test_a_huge_line_is_left_out() -> None:
    """A minified line of megabytes with thousands of findings would make gigabytes."""
    text = shown(report(*[EXCEPT._replace(excerpt="x" * 1_000_000)] * 50), "sarif")
    assert len(text) < 100_000
