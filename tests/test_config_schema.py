"""The JSON schema of the configuration: current, and of one mind with the parser."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from prodlint.config import Overrides, load
from prodlint.config.keys import EVERYWHERE
from prodlint.config.reference import reference
from prodlint.config.schema import schema, schema_text
from prodlint.registry import built_in

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
REGISTRY = built_in()
VALIDATOR = Draft7Validator(schema(REGISTRY))


def parser_accepts(document: dict[str, Any]) -> bool:
    """Whether prodlint finds no fault in a document, a file that it extends apart."""
    problems = load(Overrides(), cwd="/", registry=REGISTRY, table=document).problems
    return not [problem for problem in problems if "cannot extend" not in problem.message]


def test_the_schema_is_a_schema_and_the_published_one_is_current() -> None:
    """Editors read the file: it follows the draft, and a key that changes must change it."""
    Draft7Validator.check_schema(schema(REGISTRY))
    assert (ROOT / "docs" / "configuration.schema.json").read_text(encoding="utf-8") == schema_text(REGISTRY)


def test_the_wheel_holds_the_schemas() -> None:
    """Tools find them where prodlint is installed, without the repository."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included["docs/configuration.schema.json"] == "prodlint/configuration.schema.json"
    assert all((ROOT / path).is_file() for path in included)


def test_every_option_is_described() -> None:
    """What an editor shows beside an option is its docstring."""
    rules = schema(REGISTRY)["properties"]["rules"]["properties"]
    for rule in REGISTRY.rules:
        for name, option in rules[rule.name]["properties"].items():
            assert option["description"].endswith((".", ")")), f"{rule.name}.{name}"


VALID = [block.partition("```")[0] for block in reference().split("```toml\n")[1:]]


@pytest.mark.parametrize("text", VALID, ids=range(len(VALID)))
def test_the_examples_of_the_reference_are_accepted(text: str) -> None:
    """Both must take what the page teaches."""
    document = tomllib.loads(text)["tool"]["prodlint"]
    assert parser_accepts(document)
    assert not list(VALIDATOR.iter_errors(document))


INVALID = """\
selct = ["ALL"]
select = "ALL"
select = [1]
select = ["bare-excpt"]
select = ["PRD6"]
ignore = ["PRD900"]
ignore = ["unreadable-source"]
exclude = ["#x"]
exclude = [""]
exclude = ["/"]
exclude = ["!"]
exclude = [" "]
exclude = ["a\\nb"]
fail-on = "errr"
fail-on = 1
baseline = ""
extend = ["a"]
extend = ""
edition = 2026
edition = "1999"
contexts = ["test"]
contexts.tests = ["qa/"]
contexts.test = "qa/"
per-file-ignores = ["x"]
per-file-ignores."#" = ["ALL"]
per-file-ignores.x = ["PRD900"]
rules.bare-except = 1
rules.bare-excpt.severity = "info"
rules.bare-except.typed = true
rules.bare-except.contexts = ["tests"]
rules.unreadable-source.severity = "info"
rules.unreadable-source.contexts = []
rules.swallowed-exception.typed = 1
rules.swallowed-exception.typed = "true"
rules.print-call.front-ends = "a"
rules.print-call.front-ends = [1]
rules.print-call.style = "percentage"
overrides = {paths = ["x"]}
overrides = [1]
overrides = [{ignore = ["ALL"]}]
overrides = [{paths = ["x"], fail-on = "info"}]
overrides = [{paths = ["x"], rules.print-call.styl = "auto"}]
overrides = [{paths = ["x"], rules.unreadable-source.severity = "info"}]""".splitlines()


@pytest.mark.parametrize("text", INVALID)
def test_both_refuse_what_is_wrong(text: str) -> None:
    """A line that an editor passes and the tool refuses, or the other way round, would be a lie of one of them."""
    document = tomllib.loads(text)
    assert not parser_accepts(document)
    assert list(VALIDATOR.iter_errors(document))


WORDS = st.sampled_from(
    ["ALL", "PRD1", "errors", "print-call", "PRD900", "PRD9", "test", "a/", "#", "", "2026", "info"]
)
VALUES = st.recursive(
    st.one_of(WORDS, st.booleans(), st.integers(0, 9)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(sorted({re.sub("^<.*>$", "print-call", part) for key in EVERYWHERE for part in key.path})),
            inner,
            max_size=2,
        ),
    ),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(
    st.sampled_from(sorted({key.path[0] for key in EVERYWHERE} | {"selct"})), VALUES, max_size=3
)


@given(DOCUMENTS)
@settings(max_examples=400, deadline=None)
def test_schema_and_parser_agree(document: dict[str, Any]) -> None:
    """Whatever keys and values meet: one table drives both."""
    assert parser_accepts(document) == (not list(VALIDATOR.iter_errors(document)))


def test_the_schema_is_json_that_reads_well() -> None:
    """It is published as a file: no escapes where a reader expects letters."""
    assert json.loads(schema_text(REGISTRY)) == schema(REGISTRY)
    assert "\\u" not in schema_text(REGISTRY)
