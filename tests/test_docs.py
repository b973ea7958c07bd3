"""What the README and the pages in docs/ say is true: examples run, tables are complete, links lead somewhere."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_args

import pytest

from prodlint import check_paths, check_source, explain, fix_source, load_config
from prodlint.check import Site
from prodlint.config import Overrides, load
from prodlint.facts import CallFacts, Comment, DefinitionFacts, HandlerFacts, SiteFacts
from prodlint.hosts import arguments, cli, surroundings
from prodlint.model import Problem, Report, Suppression, Violation
from prodlint.project import ProjectSite
from prodlint.registry import Registry, built_in
from prodlint.rule import Project, ProjectFiles, Rule, Visit
from prodlint.testing import assert_fixture, fixture_files, read_fixture

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


class Block(NamedTuple):
    """A fenced block: the page's line it starts on, what stands behind its fence, its text, the paragraph below it."""

    line: int
    info: str
    text: str
    below: str


def blocks(page: Path, language: str | None = None) -> Iterator[Block]:
    """The fenced blocks of a page, of one language if it is given."""
    text = page.read_text(encoding="utf-8")
    for match in re.finditer(r"^```([^\n]*)\n(.*?)^```\n+([^`#|][^\0]*?(?=\n\n|\Z))?", text, re.MULTILINE | re.DOTALL):
        if language is None or match[1].split(" ")[0] == language:
            yield Block(text.count("\n", 0, match.start()) + 1, match[1], match[2], match[3] or "")


def section(page: str, heading: str) -> str:
    """The text below a heading, up to the next one of any level."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no heading {heading}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The cells of the first table in a text, without its head."""
    table = re.search(r"^\|.*\n\|[-|]+\n((?:\|.*\n)*)", text, re.MULTILINE)
    assert table, "no table"
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in table[1].splitlines()]


def first_words(text: str) -> set[str]:
    """The names in backticks in the first column of a table, without parameters."""
    return {name for row in rows(text) for name in re.findall(r"`([\w.]+)", row[0])}


def public(owner: type) -> set[str]:
    """The public members of a class, or the fields of a named tuple."""
    return set(getattr(owner, "_fields", ())) or {name for name in dir(owner) if not name.startswith("_")}


def written(function: object, name: str) -> str:
    """A call as the pages write it: parameters and defaults, without types."""
    if hasattr(function, "_fields"):  # a named tuple gets its constructor when the first one is made
        defaults = function._field_defaults  # type: ignore[attr-defined]
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters = [
            inspect.Parameter(field, kind, default=defaults.get(field, inspect.Parameter.empty))
            for field in function._fields
        ]
    else:
        signature = inspect.signature(function)  # type: ignore[arg-type]
        parameters = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    return name + str(inspect.Signature(parameters)).replace("'", '"')


# --- Links and names


def anchors(page: Path) -> set[str]:
    """The fragments that a page's headings have on the usual forges."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    """Files move and headings are reworded; the pages of rules are generated, so their folder may not be there yet."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    rules = DOCS / "rules"
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        is_generated = rules in (target, *target.parents)
        if re.match(r"[a-z]+:", link) or (is_generated and not rules.exists()):
            continue
        assert target.exists(), f"{link} leads nowhere"
        assert not fragment or fragment in anchors(target), f"{link}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_named_tests_exist(page: Path) -> None:
    """A page that names the test of an invariant must not name one that was removed."""
    for name in re.findall(r"`(tests/[\w/]+\.py)`", page.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name


def test_the_code_map_has_every_module() -> None:
    """A module that is missing there has no duty that anybody could hold it to; one that is gone misleads."""
    modules = {path.stem for path in (ROOT / "src/prodlint").iterdir() if not path.name.startswith(("_", "py.typed"))}
    assert {name.rstrip("/") for name in first_words(section("architecture.md", "Code map"))} == modules
    facts = {path.stem for path in (ROOT / "src/prodlint/facts").glob("[a-z]*.py")}
    parts = rows(section("architecture.md", "Parts of the facts"))
    listed = [name for row in parts for name in re.findall(r"`(\w+)`", row[1])]
    assert sorted(listed) == sorted(facts)


# --- README


CART = '''\
"""The shopping cart."""


def find(store, name, log):
    """Find an article by its name."""
    try:
        article = store.read(name)
    except:
        log.exception("cart_unreadable")
        article = None
    if article is None:
        print("not found")
    return article
'''


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the file that the README's and the library's examples are about, as the current directory."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/cart.py").write_text(CART, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def prodlint(directory: Path, *given: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as on a machine without settings."""
    environment = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "COLUMNS")}
    environment["PRODLINT_CACHE_DIR"] = str(directory / ".cache")
    return subprocess.run(
        [sys.executable, "-m", "prodlint", *given],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_readme_shows_what_is_printed(shop: Path) -> None:
    """The first thing a reader compares with their own terminal; only the time may differ."""
    (session,) = [block.text for block in blocks(ROOT / "README.md", "console") if block.text.startswith("$ ")]
    command, _, shown = session.partition("\n")
    ran = prodlint(shop, *command.split()[2:])
    assert _without_time(shown) == _without_time(ran.stdout + ran.stderr)
    assert ran.returncode == cli.FOUND


def _without_time(text: str) -> str:
    return re.sub(r" in [\d.]+ m?s:", " in TIME:", text)


def test_the_readme_configuration_does_what_it_says(shop: Path) -> None:
    """It is copied before it is understood: each of its three settings must have its effect."""
    (block,) = blocks(ROOT / "README.md", "toml")
    (shop / "pyproject.toml").write_text(block.text, encoding="utf-8")
    (shop / "generated").mkdir()
    (shop / "generated/x.py").write_text("print(1)\n", encoding="utf-8")

    def rules(text: str, path: str) -> list[str]:
        return [v.rule for v in check_source(text, path).violations if v.family != "documentation"]

    assert rules("# TODO(ABC-123) mend\n# TODO mend\n", "shop/x.py") == ["todo-comment"]
    assert rules("print(1)\n", "src/shop/cli.py") == []
    assert rules("print(1)\n", "src/shop/cart.py") == ["print-call"]
    assert check_paths(["."]).checked == 1


def test_the_readme_suppression_hides_what_it_names() -> None:
    """It stands alone there, on one line of a handler."""
    (block,) = blocks(ROOT / "README.md", "python")
    found = on_a_day(f"try:\n    probe()\n{block.text}    pass\n", "2026-12-01")
    (hidden,) = [v for v in found if v.suppressed is not None]
    expected = Suppression("SHOP-12, the probe may fail", "2027-03-01")
    assert (hidden.rule, hidden.suppressed) == ("swallowed-exception", expected)
    assert len(found) == 1


def on_a_day(text: str, today: str) -> tuple[Violation, ...]:
    """What is found in production code on some day, the rules about documentation left out."""
    report = check_source(text, "shop/cart.py", config={"ignore": ["documentation"]}, today=today)
    assert not report.problems
    return report.violations


OTHERS_TOML = ("writing-a-rule.md", "editors.md")
"""Pages with settings that need more than prodlint: a pack, another program."""
TOML = [(page, block) for page in PAGES for block in blocks(page, "toml") if page.name not in OTHERS_TOML]


@pytest.mark.parametrize(("page", "block"), TOML, ids=[f"{page.name}:{block.line}" for page, block in TOML])
def test_configuration_blocks_are_accepted(page: Path, block: Block, tmp_path: Path) -> None:
    """Keys and rules are renamed; a page must not teach one that is an error."""
    (tmp_path / "prodlint.toml").touch()  # for those who extend it
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text(block.text, encoding="utf-8")
    configuration = load(Overrides(), cwd=str(project), registry=built_in())
    assert not configuration.problems
    assert ("tool.prodlint" in block.text) == ("pyproject.toml" in configuration.scope_at(str(project)).files)


# --- Suppressions


SUPPRESSIONS = list(blocks(DOCS / "suppressions.md", "python"))


@pytest.mark.parametrize("block", SUPPRESSIONS, ids=lambda block: f"line {block.line}")
def test_suppression_examples_come_out_as_told(block: Block) -> None:
    """The paragraph below an example says what is hidden and what is reported: all of it, and nothing else."""
    told = set()
    for verb, places in re.findall(r"(Hidden|Reported): ([^.]+)\.", block.below):
        told |= {(verb, rule, int(line)) for rule, line in re.findall(r"`([\w-]+)`\s+in\s+line\s+(\d+)", places)}
    assert told, "no outcome is told"
    found = on_a_day(block.text, "2026-12-01")
    assert {("Hidden" if v.suppressed else "Reported", v.rule, v.span.line if v.span else 1) for v in found} == told


# --- Command line


def options_of(*names: str) -> set[str]:
    """All option strings of the parsers of some commands."""
    parsers = [getattr(arguments, f"{name.replace('-', '_')}_parser")() for name in names]
    return {option for parser in parsers for action in parser._actions for option in action.option_strings}


def test_the_command_line_page_has_every_option_and_command() -> None:
    """An option that no page tells of is used by nobody."""
    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`(--?[a-z][a-z0-9-]*)", text))
    assert options_of("check", "baseline", "config", "new-rule", "suppressions", "policy", "gate") - listed == set()
    assert re.findall(r"^## `prodlint ([\w-]+)", text, re.MULTILINE) == list(cli.COMMANDS)


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.name != "performance.md"],
    ids=_name,
)
def test_pages_name_no_option_that_is_missing(page: Path) -> None:
    """Plans and slips end in pages; the benchmark's page is about the options of another program."""
    text = re.sub(OTHER_COMMANDS, "", page.read_text(encoding="utf-8"))
    mentioned = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", text))
    assert mentioned <= options_of(*cli.COMMANDS) | _OF_DOCKER


_OF_DOCKER = {"--from", "--interval", "--mount", "--system", "--target", "--timeout"}
"""What pages about Dockerfiles name of Docker's and of Linux's commands."""


OTHER_COMMANDS = r"`(?:pytest|mypy|pyright|ruff|flake8|bandit|pip-audit) [^`]*`"
"""What pages tell of other tools' command lines, on which evidence is written."""


def test_the_command_line_page_has_every_variable() -> None:
    """The environment is read in one module; what it looks for must be told, but for where a home directory is."""
    source = inspect.getsource(surroundings)
    read = set(re.findall(r"environment(?:\.get\(|\[)\"(\w+)\"", source)) - {"HOME", "LOCALAPPDATA"}
    assert first_words(section("command-line.md", "Environment")) == read


# --- Explanations


def test_the_comparison_counts_the_rules() -> None:
    """A figure that stands beside those of other tools must not be an old one."""
    (row,) = [row for row in rows(section("comparison.md", "In one table")) if row[0] == "rules"]
    assert row[1] == str(len(built_in().rules))


def test_the_accuracy_page_names_rules_that_are_there() -> None:
    """Its tables are measurements of the past; rules are renamed."""
    own, _, _ = (DOCS / "accuracy.md").read_text(encoding="utf-8").partition("## Other tools")
    named = re.findall(r"^\| `([\w-]+)` \|", own, re.MULTILINE)
    assert named
    assert [name for name in named if built_in().find(name) is None] == []


# --- Library


def test_the_library_examples_run(shop: Path) -> None:
    """They build on each other like a session; their assertions say what they show."""
    namespace: dict[str, object] = {}
    for block in blocks(DOCS / "library.md", "python"):
        code = "\n" * block.line + block.text  # so that a failure names the page's line
        exec(compile(code, str(DOCS / "library.md"), "exec"), namespace)


@pytest.mark.parametrize("value", [Report, Violation, Problem])
def test_the_library_page_has_every_field(value: type) -> None:
    """A field that is added or renamed is a change of what others build on."""
    assert first_words(section("library.md", f"`{value.__name__}`")) == public(value)


FUNCTIONS = [check_source, check_paths, fix_source, load_config, explain]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_the_library_page_has_the_signatures(function: object) -> None:
    """Parameters and defaults are written out there by hand."""
    text = (DOCS / "library.md").read_text(encoding="utf-8")
    assert f"`{written(function, function.__name__)}`" in text  # type: ignore[attr-defined]


# --- Writing a rule


RULE_PAGE = DOCS / "writing-a-rule.md"


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The pack that the page has its reader make, by its commands and files."""
    monkeypatch.chdir(tmp_path)
    assert cli.main(["new-rule", "naive-datetime", "--pack", "acme_rules"]) == cli.CLEAN
    shown = next(block.text for block in blocks(RULE_PAGE, "console")).splitlines()
    assert [shown[0], *capsys.readouterr().out.splitlines()] == shown
    folder = tmp_path / "acme-rules"
    monkeypatch.chdir(folder)
    assert cli.main(["new-rule", "f-string-log"]) == cli.CLEAN
    for block in blocks(RULE_PAGE, "python"):
        path = folder / block.info.partition("file=")[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    return folder


def load_rule(path: Path) -> Rule:
    """The rule of a module, which is not left in `sys.modules`."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rule = module.rule
    assert isinstance(rule, Rule)
    return rule


@pytest.mark.parametrize("name", ["naive_datetime", "f_string_log"])
def test_the_example_rules_pass_their_fixtures(pack: Path, name: str) -> None:
    """The fixtures are complete in both directions, so an example that rots fails here."""
    rule = load_rule(pack / f"acme_rules/{name}.py")
    paths = list(fixture_files(str(pack / "fixtures" / rule.name)))
    assert [os.path.basename(path) for path in paths] == ["bad.py", "good.py"]
    for path in paths:
        assert_fixture(read_fixture(path), rule)


def test_the_example_rule_takes_its_option(pack: Path) -> None:
    """The page's TOML block configures a rule that only the page knows."""
    rule = load_rule(pack / "acme_rules/naive_datetime.py")
    (block,) = blocks(RULE_PAGE, "toml")
    (pack / "pyproject.toml").write_text(block.text, encoding="utf-8")
    configuration = load(Overrides(), cwd=str(pack), registry=Registry([rule]))
    assert not configuration.problems
    (active,) = [a for a in configuration.settings_for(f"{pack}/x.py").active if a.rule is rule]
    assert active.options == (("reports/",),)


@pytest.mark.parametrize("given", ["-m pytest -q -p no:cacheprovider", "lint.py", "-m prodlint"])
def test_the_example_commands_run(pack: Path, given: str) -> None:
    """The page promises that they work as they stand, in the folder that they made, and that all is clean."""
    if given == "-m prodlint":
        (pack / "lint.py").unlink()  # which prints, as an example may
    ran = subprocess.run([sys.executable, *given.split()], cwd=pack, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_example_pack_runs_with_consent(pack: Path) -> None:
    """The page's command, as a shell would take it apart."""
    session = next(block.text for block in blocks(RULE_PAGE, "console") if "--allow-local-plugins" in block.text)
    ran = prodlint(pack, *shlex.split(session.removeprefix("$ "))[1:])
    assert ran.returncode == cli.FOUND, ran.stderr
    assert [line.split()[1] for line in ran.stdout.splitlines()] == ["ACM101"] * 4


def test_the_rule_page_has_every_argument() -> None:
    """What a rule can declare; `module` is for rules without a check."""
    declared = set(inspect.signature(Rule).parameters) - {"module"}
    assert first_words(section("writing-a-rule.md", "`Rule`")) == declared


@pytest.mark.parametrize(
    ("heading", "owner"),
    [
        ("`Site`", Site),
        ("Facts", SiteFacts),
        ("`facts.call`", CallFacts),
        ("`facts.handler`", HandlerFacts),
        ("`facts.definition`", DefinitionFacts),
        ("`facts.comment`", Comment),
    ],
)
def test_the_rule_page_has_every_member(heading: str, owner: type) -> None:
    """A fact that nobody can find is computed again by hand; the engine's own trees are not for rules."""
    engine = set() if owner is Site else {"node", "nodes", "scope"}
    assert first_words(section("writing-a-rule.md", heading)) == public(owner) - engine


def test_the_rule_page_has_the_harness() -> None:
    """The names of `prodlint.testing` and of its variants are for authors elsewhere."""
    from prodlint import testing

    text = section("writing-a-rule.md", "Fixtures")
    names = first_words(text)
    assert {"assert_fixture", "read_fixture"} <= names
    assert [name for name in names if not hasattr(testing, name)] == []
    assert [name for name in testing.VARIANTS if f"`{name}`" not in text] == []


VISITS = [visit for visit in get_args(Visit) if visit not in (Project, ProjectFiles)]
NODES = '''\
# TODO take this apart
"""A word."""


class Base(Exception):
    """A word."""

    x = get(b"1")


async def f(a=get("2")):
    """A" "word."""
    y: int = get(f"{a}")
    y += get("3" "4")
    try:
        pass
    except Base:
        return [await get(y)]
    password, secret, pwd = "hunter2-x", f"hunter2-x", "hunter2" "-x"
'''


def test_the_rule_page_has_every_visit() -> None:
    """The vocabulary is closed: what is not in this table cannot be nominated."""
    documented = {row[0].strip("`") for row in rows(section("writing-a-rule.md", "Visits"))}
    assert documented == {written(visit, visit.__name__) for visit in VISITS}
    text = section("writing-a-rule.md", "Rules about other files")
    assert all(f"visits={visit.__name__}(" in text for visit in (Project, ProjectFiles))
    members = {name for name in vars(ProjectSite) if not name.startswith("_")} | {"project", "today"}
    assert members <= first_words(text)


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.__name__)
def test_visits_give_the_nodes_that_the_rule_page_says(visit: type) -> None:
    """An author writes `isinstance` by this column; a class that is not in it would never match."""
    (row,) = [row for row in rows(section("writing-a-rule.md", "Visits")) if row[0].startswith(f"`{visit.__name__}(")]
    words = {"Calls": ("get",), "Docstrings": ("word",), "Comments": ("todo",)}.get(visit.__name__)
    rule = Rule(
        name="seen",
        code="ACM001",
        family="acme",
        since="1.0",
        summary="all places",
        visits=visit(words) if words else visit(),
    )
    seen = set()

    @rule.check
    def check(site: Site) -> Iterator[Violation]:
        seen.add(type(site.node).__name__)
        assert _facts_of(site) == set(re.findall(r"`(\w+)`", row[2]))
        yield from ()

    report = check_source(NODES, "shop/x.py", config={}, registry=Registry([rule]))
    assert not report.problems
    assert seen
    assert seen <= set(re.findall(r"`(\w+)`", row[3]))


def _facts_of(site: Site) -> set[str]:
    found = set()
    for fact in ("call", "expression", "handler", "definition", "comment", "secret"):
        with contextlib.suppress(TypeError):
            getattr(site.facts, fact)
            found.add(fact)
    return found
