"""The standards that come with prodlint say what they must, and a project's own are read with all their faults told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from prodlint.config import Overrides, load
from prodlint.config.keys import EVIDENCE_FORMATS
from prodlint.config.source import Source
from prodlint.evidence import FORMATS
from prodlint.policy.assessing import read_policy
from prodlint.policy.catalog import Catalog, load_catalog
from prodlint.policy.reading import EVERY_RULE
from prodlint.policy.standard import Means
from prodlint.registry import STANDARDS, built_in

if TYPE_CHECKING:
    from pathlib import Path

    from prodlint.model import Problem
    from prodlint.policy.assessing import Policy
    from prodlint.policy.standard import Clause

REGISTRY = built_in()
PRODUCTION = """
gates/tests gates/coverage gates/lint gates/types gates/documentation gates/tests-first gates/security-scan
gates/performance gates/error-handling gates/monitoring gates/rollback-plan gates/outcomes-recorded
data/encryption-at-rest data/encryption-in-transit data/pii-encryption data/key-management access/multi-factor
access/roles access/sessions access/rate-limit access/audit-log vulnerabilities/sql-injection
vulnerabilities/xss vulnerabilities/output-encoding vulnerabilities/csrf vulnerabilities/input-validation
latency/api latency/pages latency/database latency/jobs resources/memory resources/cpu resources/connections
resources/disk optimization/indexes optimization/n-plus-one optimization/caching optimization/cdn
errors/specific-first errors/log-with-context errors/alert-on-call errors/graceful-fallback errors/cleanup
errors/response-format metrics/business metrics/technical logging/structured alerting/error-rate
alerting/latency alerting/shape documentation/decisions documentation/work-record documentation/code
documentation/api deployment/feature-flags deployment/benchmarked deployment/scan deployment/record-linked
deployment/migrations-tested deployment/blue-green deployment/canary deployment/metrics-normal
deployment/no-error-spike deployment/health-checks deployment/watch deployment/error-rates
deployment/verify-performance deployment/status-page deployment/record-results privacy/minimisation
privacy/purpose privacy/consent privacy/deletion privacy/audit-trail cards/no-storage cards/tokens
cards/segmentation cards/access-logs cards/audits practice/fail-safe practice/defence-in-depth
practice/least-privilege practice/audit-everything practice/monitor practice/trace-work practice/link-everything
""".split()
PRIORITY = """
code/strict-types code/error-handling code/logging code/input-validation code/no-secrets code/strict-lint
code/formatting security/owasp security/encryption security/rate-limit security/cors security/sql-injection
security/xss security/csrf security/headers security/key-rotation security/audit-log reliability/sla
reliability/failover reliability/circuit-breakers reliability/degradation reliability/pooling
reliability/retries reliability/timeouts reliability/limits performance/api performance/database
performance/dashboard performance/deploy performance/queries performance/caching performance/pooling
performance/lazy-loading performance/indexes performance/leaks observability/json-logs observability/tracing
observability/metrics observability/health observability/performance observability/error-tracking
observability/alerting deployment/containers deployment/kubernetes deployment/environment deployment/migrations
deployment/blue-green deployment/rollback deployment/health-checks testing/unit-coverage testing/integration
testing/api testing/security testing/load testing/smoke documentation/api documentation/architecture
documentation/deployment documentation/configuration documentation/troubleshooting documentation/security
documentation/comments data/privacy data/backup data/recovery data/retention data/pii data/database-encryption
versioning/semantic versioning/commits versioning/branch-protection versioning/review versioning/changelog
enforcement/lint enforcement/tests enforcement/build enforcement/audit enforcement/types review/tests
review/documentation review/performance review/migrations review/no-breaking-change deployment/backup
deployment/monitoring deployment/notify budget/monthly budget/daily secrets/never-committed secrets/environment
secrets/vault secrets/rotation secrets/access-audit api/authentication api/validation api/size-limits
api/timeout database/passwords database/tls database/backups database/access database/audit
completion/no-console completion/no-todo completion/finished completion/error-handling completion/logging
completion/changelog completion/documentation
""".split()


def shipped() -> Catalog:
    """Both standards that come with prodlint."""
    problems: list[Problem] = []
    words = [((number,), name) for number, name in enumerate(STANDARDS)]
    catalog = load_catalog(words, Source("test", "/"), REGISTRY, problems)
    assert not problems
    return catalog


CATALOG = shipped()
CLAUSES = [CATALOG.clauses[name] for name in CATALOG.reported]
every_clause = pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.name)


# What comes with prodlint


@pytest.mark.parametrize(
    ("name", "ids"), [("production-standards", PRODUCTION), ("priority-0", PRIORITY)], ids=list(STANDARDS)
)
def test_every_clause_is_there(name: str, ids: list[str]) -> None:
    """A demand that is dropped by mistake would never be missed: the list is written out a second time, here."""
    assert sorted(clause.id for clause in CATALOG.standards[name].clauses) == sorted(ids)


@every_clause
def test_clause_is_whole(clause: Clause) -> None:
    """A report is read by people who do not have the standard at hand."""
    assert clause.title[0].isupper() or clause.title[0].isdigit()
    assert not clause.title.endswith(".")
    assert clause.demands.endswith(".")
    assert clause.why.endswith(".")
    assert clause.shown_by
    assert clause.waiver is None
    assert clause.area in CATALOG.standards[clause.standard].areas


@every_clause
def test_what_shows_a_clause_exists_or_is_marked_open(clause: Clause) -> None:
    """A clause that names a rule which was never made would wait for ever; a mark that is left over would lie."""
    for way in clause.shown_by:
        for name in way.names:
            if way.means in (Means.RULES, Means.CHECKS):
                assert (name == EVERY_RULE or name in REGISTRY.by_name) is not way.is_open, name
            elif way.means is Means.EVIDENCE:
                assert (name in FORMATS) is not way.is_open, name
            elif way.means is Means.RUFF:
                assert way.is_open, "prodlint does not run ruff"


@pytest.mark.parametrize("rule", REGISTRY.rules, ids=lambda rule: rule.name)
def test_rules_and_standards_name_each_other(rule) -> None:
    """A violation carries its rule's clauses, a report asks clauses for their rules: both must say the same."""
    named = {
        clause.name
        for clause in CLAUSES
        for way in clause.shown_by
        if way.means in (Means.RULES, Means.CHECKS) and rule.name in way.names
    }
    by_all = {clause.name for clause in CLAUSES for way in clause.ways(Means.RULES) if EVERY_RULE in way.names}
    assert named <= set(rule.policy) <= named | by_all


@pytest.mark.parametrize("gate", ["before-code-complete", "before-deployment"])
def test_both_standards_have_the_gates(gate: str) -> None:
    """A gate of several standards asks for the clauses of all of them."""
    for name in STANDARDS:
        own = CATALOG.standards[name].gates[gate]
        assert own
        assert set(own) <= set(CATALOG.gates[gate])


def test_rules_alone_never_prove_what_people_do() -> None:
    """Of clauses that somebody has to vouch for, no rule is enough, whatever the order in which ways are written."""
    assert sum(clause.takes_attestation for clause in CLAUSES) > 100
    assert not CATALOG.clauses["production-standards/errors/cleanup"].takes_attestation
    assert CATALOG.clauses["production-standards/data/key-management"].takes_attestation


def test_the_table_of_keys_knows_the_formats_of_evidence() -> None:
    """The configuration is checked without loading what reads evidence, so that the list stands twice."""
    assert set(EVIDENCE_FORMATS) == set(FORMATS)


# A project's own


ACME = """\
[standard]
name = "acme"
title = "ACME"
extend = ["production-standards"]

[areas]
people = "Who does the work"

[gates]
release = ["gates/tests", "people/pairing"]

[[clause]]
id = "people/pairing"
title = "Two people wrote it"
demands = "Every change was written by two people."
shown_by = [{ attestation = true }]
controls = ["SOC 2 CC8.1"]

[[clause]]
id = "gates/coverage"
raise = { minimum = 95, paths = { "billing/" = 100 } }
controls = ["SOC 2 CC7.1", "ISO 27001 A.8.28"]

[[clause]]
id = "errors/cleanup"
waive = { reason = "SHOP-77", until = 2027-01-31 }
"""
CONFIGURED = 'standards = ["policy/acme.toml"]\n'


def policy_of(root: Path, configured: str, **files: str) -> tuple[Policy, list[str]]:
    """The policy of a project with these files below ``policy``, and the faults in it as they are told."""
    (root / "policy").mkdir(exist_ok=True)
    for name, text in files.items():
        (root / "policy" / f"{name}.toml").write_text(text, encoding="utf-8")
    (root / "prodlint.toml").write_text(configured, encoding="utf-8")
    configuration = load(Overrides(), cwd=str(root), registry=REGISTRY)
    policy = read_policy(configuration, REGISTRY, str(root), configuration.problems)
    told = [
        f"{problem.place} {problem.message}" + (f" ({problem.remedy})" if problem.remedy else "")
        for problem in configuration.problems
    ]
    return policy, told


def test_a_project_extends_a_standard(tmp_path: Path) -> None:
    """It adds clauses and gates, raises thresholds, maps clauses to its controls, and waives one for a while."""
    policy, told = policy_of(tmp_path, CONFIGURED, acme=ACME)
    assert not told
    clauses = policy.catalog.clauses
    assert set(policy.catalog.reported) == {f"production-standards/{each}" for each in PRODUCTION} | {
        "acme/people/pairing"
    }
    coverage = clauses["production-standards/gates/coverage"]
    assert coverage.shown_by[0].thresholds.minimum == 95
    assert coverage.shown_by[0].thresholds.paths == (("billing/", 100.0),)
    assert coverage.controls == ("SOC 2 CC7.1", "ISO 27001 A.8.28")
    waiver = clauses["production-standards/errors/cleanup"].waiver
    assert waiver == ("SHOP-77", "2027-01-31")
    assert policy.catalog.gates["release"] == ("production-standards/gates/tests", "acme/people/pairing")
    assert "before-deployment" in policy.catalog.gates


def test_what_a_project_changes_holds_wherever_the_standard_is_named(tmp_path: Path) -> None:
    """The same clause must not be judged twice, once by each wording."""
    for words in ('"production-standards", "policy/acme.toml"', '"policy/acme.toml", "production-standards"'):
        policy, told = policy_of(tmp_path, f"standards = [{words}]\n", acme=ACME)
        assert not told
        assert len(policy.catalog.reported) == len(PRODUCTION) + 1
        assert policy.catalog.clauses["production-standards/errors/cleanup"].waiver is not None


def test_two_standards_cannot_change_one_clause(tmp_path: Path) -> None:
    """Whichever was read last would undo what the other one raised, unseen."""
    other = ACME.replace('"acme"', '"beta"').replace("95", "99")
    _, told = policy_of(tmp_path, 'standards = ["policy/acme.toml", "policy/beta.toml"]\n', acme=ACME, beta=other)
    assert len(told) == 1
    assert "`production-standards/gates/coverage` is changed by another standard already" in told[0]


def test_a_standard_of_its_own(tmp_path: Path) -> None:
    """A project need not extend anything."""
    own = '[standard]\nname = "own"\n[[clause]]\nid = "a"\ntitle = "A"\ndemands = "B."\n'
    policy, told = policy_of(
        tmp_path, 'standards = ["policy/own.toml"]\n', own=own + 'shown_by = [{ rules = ["ALL"] }]'
    )
    assert not told
    assert policy.catalog.reported == ("own/a",)


FAULTY = """\
[standard]
name = "acme"
extend = ["production-standard", "production-standards"]

[[clause]]
id = "gates/coverage"
raise = { minimum = 80 }

[[clause]]
id = "gates/tests"
shown_by = [{ attestation = true }]

[[clause]]
id = "errors/cleanup"
waive = { reason = "later" }
"""
READ_FAULTS = """\
[standard]
name = "acme"
titel = "x"

[gates]
empty = []
one = ["b/nothing"]

[[clause]]
id = "b/one"
title = "One"
demands = "One."
shown_by = [{ rules = ["bare-exept"] }, { rules = ["bare-except"], ruff = ["X1"] }, { evidence = ["junitt"] }]

[[clause]]
id = "B two"
title = "Two"

[[clause]]
id = "b/three"
title = 3
demands = "Three."
shown_by = [{ evidence = ["junit"], minimum = 90 }, { evidence = ["coverage"], minimum = 900 }]
waive = { reason = "x", until = "soon" }

[[clause]]
id = "b/one"
title = "One"
demands = "One."
shown_by = []
"""


def test_all_faults_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    """One fault at a time is a run at a time."""
    _, told = policy_of(tmp_path, 'standards = ["policy/acme.toml"]\n', acme=READ_FAULTS)
    assert told == [
        "policy/acme.toml:3:1: unknown key `titel` (did you mean `title`?)",
    ]
    _, told = policy_of(
        tmp_path, 'standards = ["policy/acme.toml"]\n', acme=READ_FAULTS.replace('titel = "x"', 'title = "x"')
    )
    places = [re.sub(r"^(\d+):\d+:", r"\1:", each.removeprefix("policy/acme.toml:")) for each in told]
    assert places == [
        "6: the gate `empty` is empty, and would always be open",
        "7: unknown clause `b/nothing` (valid are `b/one`, `b/three`, `acme/b/one`, `acme/b/three`)",
        "13: unknown rule `bare-exept` (did you mean `bare-except`?)",
        "13: an entry of `shown_by` has one of `rules`, `checks`, `ruff`, `evidence`, `clauses`, `attestation`, not 2",
        "13: unknown format of evidence `junitt` (did you mean `junit`?)",
        "16: `B two` is not lower-case words joined by hyphens, parted by slashes",
        "21: `title` must be a string, not an integer",
        "23: `minimum` is about evidence in the formats coverage, cobertura",
        "23: `minimum` is a percentage, so 100 at most",
        "24: `until` must be a day, not `soon` (write it as 2027-03-31)",
        "27: two clauses have the id `b/one`",
    ]


def test_a_change_to_an_unknown_clause_is_told_as_such(tmp_path: Path) -> None:
    """Whoever waives a clause has no new one in mind, whose title is missing."""
    acme = (
        '[standard]\nname = "acme"\nextend = ["production-standards"]\n'
        '[[clause]]\nid = "errors/cleanupp"\nwaive = { reason = "SHOP-1", until = 2999-01-01 }\n'
    )
    _, told = policy_of(tmp_path, 'standards = ["policy/acme.toml"]\n', acme=acme)
    assert told == [
        "policy/acme.toml:5:1: no extended standard has the clause `errors/cleanupp` (did you mean `errors/cleanup`?)"
    ]


def test_nothing_can_be_lowered(tmp_path: Path) -> None:
    """Who extends a standard keeps it: less than it asks for is a waiver, with a reason and an end."""
    _, told = policy_of(tmp_path, CONFIGURED, acme=FAULTY)
    unknown = "policy/acme.toml:3:11: unknown standard `production-standard`"
    assert told[0] == f"{unknown} (did you mean `production-standards`?)"
    _, told = policy_of(tmp_path, CONFIGURED, acme=FAULTY.replace('"production-standard", ', ""))
    assert [re.sub(r"(:\d+):\d+:", r"\1:", each, count=1) for each in told] == [
        "policy/acme.toml:7: `minimum` would be lower than the standard's 90 "
        "(waive the clause, with a reason and a last day)",
        "policy/acme.toml:11: `production-standards/gates/tests` is shown by what can be seen, and nobody can vouch "
        "for it instead (waive it, with a reason and a last day, or write a clause of your own)",
        "policy/acme.toml:11: `production-standards/gates/tests` is also shown by `junit` (name them, too, or waive "
        "the clause with a reason and a last day)",
        "policy/acme.toml:15: `until` is missing (give the last day: 2027-03-31)",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[standard]\nname = "a"\nextend = ["a.toml"]\n', "`a.toml`: it extends itself"),
        ('[standard]\nname = "A b"\n', "`A b` is not lower-case words joined by hyphens"),
        ("[standard]\n", "`name` is missing"),
        ("[standard\n", "not valid TOML"),
        ('[standard]\nname = "production-standards"\nextend = ["production-standards"]\n', "of the name"),
    ],
)
def test_a_standard_that_cannot_be_read(tmp_path: Path, text: str, message: str) -> None:
    """Each is one clear message, with the file and the line."""
    _, told = policy_of(tmp_path, 'standards = ["policy/a.toml"]\n', a=text)
    assert len(told) == 1
    assert message in told[0]
    assert told[0].startswith("policy/a.toml:")


@pytest.mark.parametrize("word", ["production-standrads", "policy/none.toml"])
def test_an_unknown_standard(tmp_path: Path, word: str) -> None:
    """The message stands where the word does."""
    _, told = policy_of(tmp_path, f'standards = ["{word}"]\n')
    assert len(told) == 1
    assert told[0].startswith("prodlint.toml:1:14: ")
    assert word in told[0]


def test_clauses_that_stand_on_others(tmp_path: Path) -> None:
    """One step only, and never on nothing."""
    own = (
        '[standard]\nname = "own"\n'
        '[[clause]]\nid = "a"\ntitle = "A"\ndemands = "A."\nshown_by = [{ clauses = ["b"] }]\n'
        '[[clause]]\nid = "b"\ntitle = "B"\ndemands = "B."\nshown_by = [{ clauses = ["own/b", "none"] }]\n'
    )
    _, told = policy_of(tmp_path, 'standards = ["policy/own.toml"]\n', own=own)
    assert [each.partition(": ")[2] for each in told] == [
        "`own/a` is shown by `own/b`, which is shown by other clauses itself (name those)",
        "`own/b` is shown by `own/b`, which is shown by other clauses itself (name those)",
        "`own/b` is shown by the unknown clause `none`",
    ]


# Attestations, gates and evidence of the configuration


def test_attestations_are_read(tmp_path: Path) -> None:
    """Dates are TOML's or strings; one person may vouch for several clauses."""
    configured = """\
[[attestations]]
clause = "access/multi-factor"
by = "Ada Lovelace"
until = 2027-03-31
link = "https://example.org/mfa"
note = "staff"

[[attestations]]
clause = "privacy/*"
by = "Grace Hopper"
until = "2026-06-30"
"""
    policy, told = policy_of(tmp_path, configured)
    assert not told
    first, second = policy.attestations
    assert first == (
        ("production-standards/access/multi-factor",), "Ada Lovelace", "2027-03-31", "https://example.org/mfa", "staff",
        "prodlint.toml:1",
    )  # fmt: skip
    assert len(second.clauses) == 5
    assert first.holds("2027-03-31")
    assert not first.holds("2027-04-01")


def test_faults_of_the_configuration_are_told(tmp_path: Path) -> None:
    """Unknown clauses come with the nearest one."""
    configured = """\
[[attestations]]
clause = "acces/multi-factor"
by = ""
until = "2027-02-30"
link = "javascript:alert(1)"
who = "x"

[gates]
nightly = ["gates/test"]
none = []
"""
    _, told = policy_of(tmp_path, configured)
    assert [re.sub(r"(:\d+):\d+:", r"\1:", each, count=1) for each in told] == [
        "prodlint.toml:2: unknown clause `acces/multi-factor` (did you mean `access/multi-factor`?)",
        "prodlint.toml:3: `by` is empty",
        "prodlint.toml:4: `until` must be a day, not `2027-02-30` (write it as 2027-03-31)",
        "prodlint.toml:5: `link` is no address of the web: `javascript:alert(1)` (begin it with https://)",
        "prodlint.toml:6: unknown key `who` (valid are `clause`, `by`, `until`, `link`, `note`)",
        "prodlint.toml:9: unknown clause `gates/test` (did you mean `gates/tests`?)",
        "prodlint.toml:10: the gate `none` is empty, and would always be open",
    ]


@pytest.mark.parametrize(
    ("configured", "message"),
    [
        ("attestations = 3\n", "`attestations` must be a list of tables"),
        ('[attestations]\nclause = "x"\n', "`attestations` must be a list of tables"),
        ('standards = "x"\n', "`standards` must be a list"),
        ("standards = []\n", "`standards` is empty"),
        ('[evidence]\njunitt = ["x"]\n', "unknown format of evidence `junitt`"),
        ('[evidence]\njunit = "x"\n', "`evidence.junit` must be a list"),
        ("[gates]\nx = [1]\n", "`gates.x` must hold strings only"),
    ],
)
def test_the_shape_of_the_keys(tmp_path: Path, configured: str, message: str) -> None:
    """They are checked by every run, as other keys are."""
    _, told = policy_of(tmp_path, configured)
    assert any(message in each for each in told)


def test_the_keys_count_in_the_root_only(tmp_path: Path) -> None:
    """A directory must not be able to weaken what the project promised."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/prodlint.toml").write_text('standards = ["priority-0"]\n', encoding="utf-8")
    (tmp_path / "prodlint.toml").write_text("", encoding="utf-8")
    configuration = load(Overrides(), cwd=str(tmp_path), registry=REGISTRY)
    configuration.settings_for(f"{tmp_path}/sub/a.py")
    (problem,) = configuration.problems
    assert "counts in the root configuration only" in problem.message
