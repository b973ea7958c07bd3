"""The formats of an assessment: complete, true to their schemas, and safe for whoever reads them."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from reports import HOSTILE, assert_harmless

from prodlint.evidence import FORMATS as EVIDENCE
from prodlint.evidence import read_evidence
from prodlint.model import Problem
from prodlint.policy.attestations import Attestation
from prodlint.policy.report import FORMATS, render
from prodlint.policy.standard import Clause, Means, Standard, Waiver, Way
from prodlint.policy.verdict import Assessment, Shown, Spot, Status, Verdict

DOCS = Path(__file__).resolve().parent.parent / "docs"
TODAY = "2026-11-22"


def clause(name: str, waiver: Waiver | None = None) -> Clause:
    """A clause of the standard `own`."""
    ways = (Way(Means.RULES, ("bare-except",)), Way(Means.ATTESTATION))
    return Clause("own", name, "Title", "Demands `this`.", "Why.", ways, ("SOC 2 CC8.1",), waiver)


def verdict(status: Status, name: str = "", spots: tuple[Spot, ...] = ()) -> Verdict:
    """A verdict of some status."""
    shown = Shown(Means.RULES, "bare-except", status, "on 3 files", files=3, spots=spots)
    return Verdict(clause(name or f"area/{status.name.lower()}"), status, "because", (shown,))


SPOT = Spot("PRD101", "bare-except", "`except:` catches all", "a.py", 3, 5, "except:")
ADA = Attestation(("own/area/attested",), "Ada", "2027-01-01", "https://example.org/x", "a note", "pyproject.toml:3")
WAIVED = verdict(Status.WAIVED)._replace(clause=clause("area/waived", Waiver("SHOP-1", "2027-01-01")))
VERDICTS = tuple(
    {
        Status.VIOLATED: verdict(Status.VIOLATED, spots=(SPOT, SPOT._replace(path="b.py", line=None, column=None))),
        Status.ATTESTED: verdict(Status.ATTESTED)._replace(attestation=ADA),
        Status.WAIVED: WAIVED,
    }.get(status, verdict(status))
    for status in Status
)
PROBLEM = Problem("evidence", "not valid JSON", "ruff.json", remedy="run it again", fatal=False)


def assessment(verdicts: tuple[Verdict, ...] = VERDICTS, **changes: Any) -> Assessment:
    """An assessment with a clause of each status."""
    standard = Standard("own", "Own", "About.", "policy/own.toml", (), {"area": "The area"}, {})
    made = Assessment((standard,), verdicts, (ADA,), TODAY, 3, (".",), (PROBLEM,), "", "0a1b2c3d", True)
    return made._replace(**changes)


def shown(name: str, value: Assessment | None = None) -> str:
    """The whole text of a format."""
    return "".join(render(value or assessment(), name))


@pytest.mark.parametrize("name", FORMATS)
def test_every_clause_and_its_status_is_told(name: str) -> None:
    """Whatever the format, no clause is left out, and the same assessment gives the same bytes."""
    text = shown(name)
    for each in VERDICTS:
        assert each.clause.id in text
        word = "missing" if each.status is Status.MISSING else each.status.value
        assert word in text
    assert text.endswith("\n")
    assert shown(name) == text


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "text"])
def test_the_cover_says_what_was_judged(name: str) -> None:
    """Date, version and commit are what makes a report worth keeping."""
    text = shown(name)
    assert "0a1b2c3d" in text
    assert "0.1.0" in text
    assert TODAY in text or name == "sarif"


def test_json_follows_its_schema() -> None:
    """Programs build on it."""
    schema = json.loads((DOCS / "policy.schema.json").read_text(encoding="utf-8"))
    document = json.loads(shown("json"))
    jsonschema.validate(document, schema)
    assert set(document) == set(schema["properties"])
    assert set(document["clauses"][0]) == set(schema["properties"]["clauses"]["items"]["properties"])
    assert [each["status"] for each in document["clauses"]] == [status.value for status in Status]
    assert [status.value for status in Status] == schema["$defs"]["status"]["enum"]


def test_json_is_bounded_in_findings() -> None:
    """A hundred findings of each rule, and how many more there are."""
    spots = tuple(SPOT._replace(line=line) for line in range(1, 251))
    (told,) = json.loads(shown("json", assessment((verdict(Status.VIOLATED, spots=spots),))))["clauses"]
    (rule,) = told["shown_by"]
    assert (told["findings"], len(rule["findings"]), rule["findings_left_out"]) == (250, 100, 150)


def test_sarif_has_a_result_of_its_kind_for_each_clause() -> None:
    """By the standard, what does not fail has the level `none`."""
    (run,) = json.loads(shown("sarif"))["runs"]
    results = run["results"]
    kinds = {result["properties"]["status"]: (result["kind"], result["level"]) for result in results}
    assert kinds == {
        "met": ("pass", "none"), "violated": ("fail", "error"), "evidence missing": ("review", "none"),
        "stale": ("review", "none"), "attested": ("pass", "none"), "expired": ("fail", "error"),
        "waived": ("fail", "error"), "open": ("open", "none"),
    }  # fmt: skip
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results)
    places = [result["locations"] for result in results if result["properties"]["status"] == "violated"]
    assert [place[0]["physicalLocation"]["artifactLocation"]["uri"] for place in places] == ["a.py", "b.py"]
    (waived,) = (result for result in results if result["properties"]["status"] == "waived")
    assert waived["suppressions"][0]["justification"] == "SHOP-1"


class Page(HTMLParser):
    """What a page loads, where its links lead, and what can be led to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take up an element."""
        given = dict(attrs)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.ids += [given["id"]] if given.get("id") else []
        self.links += [given["href"] or ""] if "href" in given else []
        self.loads += [tag] if tag in ("script", "img", "link", "iframe", "object") or "src" in given else []
        assert not any(name.startswith("on") for name in given)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        assert self.open.pop() == tag


def test_the_page_is_whole_and_loads_nothing() -> None:
    """It is kept for years: nothing of it may lie elsewhere, every link in it leads somewhere, no id is there twice."""
    text = shown("html")
    page = Page(text)
    assert not page.open
    assert not page.loads
    assert len(set(page.ids)) == len(page.ids)
    inner = [link[1:] for link in page.links if link.startswith("#")]
    assert set(inner) <= set(page.ids)
    assert [link for link in page.links if not link.startswith("#")] == ["https://example.org/x"] * 2
    assert text.isascii()
    assert "default-src 'none'" in text
    assert "script-src" not in text


def test_clauses_lead_to_their_findings() -> None:
    """The first finding of each of the worst files can be reached with a click."""
    text = shown("html")
    (places,) = re.findall(r'<ul class="places">(.*?)</ul>', text)
    for link in re.findall(r'href="#(f\d+)"', places):
        assert f'<li id="{link}">' in text


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_steers_nothing(name: str, text: str) -> None:
    """Messages of other tools, notes, paths and reasons come from anywhere."""
    spot = Spot(text, text, text, text, 3)
    attestation = Attestation(("own/a/b",), text, "2027-01-01", "https://example.org/" + text, text, text)
    each = Shown(Means.EVIDENCE, text, Status.VIOLATED, text, spots=(spot,))
    hostile = clause("a/b", Waiver(text, "2027-01-01"))._replace(title=text, demands=text, why=text, controls=(text,))
    found = Verdict(hostile, Status.VIOLATED, text, (each,), attestation)
    given = assessment((found,), attestations=(attestation,), gate=text, problems=(PROBLEM._replace(message=text),))
    given = given._replace(standards=(given.standards[0]._replace(title=text, about=text, label=text),))
    told = shown(name, given)
    if name == "json":
        assert_harmless(told.replace("\n", ""))
    else:
        assert_harmless("".join(told.splitlines()) if name == "html" else told.replace("\n", ""))


@pytest.mark.parametrize("text", ["<script>x</script>", "| a | b |", "[x](http://e.org)", "@all", "**b**", "#12"])
def test_foreign_text_is_no_markup(text: str) -> None:
    """Neither on the page nor in the summary."""
    found = verdict(Status.VIOLATED)._replace(reason=text)
    page = shown("html", assessment((found._replace(shown=(found.shown[0]._replace(text=text),)),)))
    assert "<script>" not in page
    (row,) = [line for line in shown("markdown", assessment((found,))).splitlines() if "`area/violated`" in line]
    cell = row.split(" | ")[-1].removesuffix(" |")
    assert "|" not in cell
    assert re.search(r"<(?!/?code>)|\]\(|\*\*|://", cell) is None
    if text[0] in "@#":
        assert cell.startswith("<code>")


def test_the_documented_load_test_is_read(tmp_path: Path) -> None:
    """Whoever writes a converter begins with the example on the page."""
    page = (DOCS / "policy.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "load-test.json").write_text(example, encoding="utf-8")
    evidence = read_evidence(EVIDENCE["load-test"], str(tmp_path / "load-test.json"), "x")
    assert [measure.kind for measure in evidence.measures] == ["endpoint", "query"]
    assert not evidence.findings


def test_the_page_has_every_format_of_evidence() -> None:
    """A format that nobody knows of is used by nobody; its places are those that are looked at."""
    page = (DOCS / "policy.md").read_text(encoding="utf-8")
    for name, kind in EVIDENCE.items():
        (row,) = re.findall(rf"^\| `{name}` \| (.*?) \|", page, re.MULTILINE)
        assert re.findall(r"`([^`]+)`", row) == [place for place in kind.places if "/" not in place]
