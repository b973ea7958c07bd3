"""Where a value comes from: the origin of a hole names its root, its way and its checks; tables say what that means."""

from __future__ import annotations

import pytest
from prodlint_rules._sources import is_harmless, outside_source

from prodlint.facts import FileFacts, OriginKind
from prodlint.index import build, parse, plan_for
from prodlint.rule import Calls
from prodlint.source import Source

PLAN = plan_for([Calls(("show",))])


def origin(body: str, before: str = "", parameters: str = "x, y"):
    """The origin of the only hole of what the last call of `show` in a function is given."""
    indented = "\n".join("    " + line for line in body.split("\n"))
    source = Source("m.py", f"{before}\ndef f({parameters}):\n{indented}\n".encode())
    file = FileFacts(source, build(parse(source), PLAN), PLAN, "m.py")
    node, scope = max(file.index.calls["show"], key=lambda place: place[0].lineno)
    holes = [hole for template in file.templates.built(node.args[0], scope).templates for hole in template.holes]
    return holes[0].origin


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("show(f'{int(x)}')", OriginKind.NUMBER),
        ("show(f'{x:d}')", OriginKind.NUMBER),
        ("show(x)", OriginKind.PARAMETER),
        ("show(x.name['a'].strip())", OriginKind.PARAMETER),
        ("show(g())", OriginKind.RESULT),
        ("show(module.name)", OriginKind.VALUE),
        ("if x not in ('a', 'b'):\n    raise ValueError\nshow(x)", OriginKind.CHECKED),
    ],
)
def test_kinds(body, kind):
    """The root of a value decides what is known of it."""
    assert origin(body).kind is kind


def test_the_path_leads_from_root_to_hole():
    """Each name on the way is a step, the first where the value comes in."""
    found = origin("a = x\nb = a\nshow('q' + b)")
    assert [step.text for step in found.path] == ["x", "a", "b"]
    assert found.span == found.path[0].span
    assert found.parameter is not None
    assert (found.parameter.name, found.parameter.function, found.parameter.is_public) == ("x", "f", True)


def test_what_is_taken_from_a_parameter_is_its_trail():
    """Attributes, subscripts and methods between the parameter and the value are kept, through names."""
    assert origin("form = x.form\nshow(form['a'].strip())").trail == ".form[]"


def test_checks_are_named():
    """Functions that saw the value before, or that it passed through, and what it was compared with."""
    assert "app.check" in origin("check(x)\nshow(x)", "from app import check").checks
    assert "fullmatch" in origin("if not P.fullmatch(x):\n    raise ValueError\nshow(x)").checks
    assert ":q" in origin("show(q(x))", "def q(v):\n    return 'a' + v").checks
    assert any(name.startswith("in ") for name in origin("if x not in y:\n    raise ValueError\nshow(x)").checks)


@pytest.mark.parametrize(
    ("body", "before", "parameters", "words"),
    [
        ("show(request.args['a'])", "from flask import request", "", "a request"),
        ("a = request.get_json()\nshow(a['b'].lower())", "from flask import request", "", "a request"),
        ("show(request.GET.get('a'))", "", "request", "a request"),
        ("show(request.match_info['a'])", "", "request", "a request"),
        ("show(r.query_params['a'])", "from fastapi import Request", "r: Request", "a request"),
        ("show(self.request.GET['a'])", "", "self", None),
        ("show(sys.argv[1])", "import sys", "", "the command line"),
        ("show(input())", "", "", "a person at the terminal"),
        ("show(os.environ['A'])", "import os", "", "the environment"),
        ("show(os.getenv('A', 'b'))", "import os", "", "the environment"),
        ("show(sys.stdin.readline())", "import sys", "", "standard input"),
        ("show(clean(sys.argv[1]))", "import sys\nfrom app import clean", "", "the command line"),
        ("show(x)", "", "x", None),
        ("show(module.name)", "import module", "", None),
    ],
)
def test_sources(body, before, parameters, words):
    """The tables know what brings input in, also through names and calls that are not followed."""
    assert outside_source(origin(body, before, parameters)) == words


def test_view_parameters_come_from_the_request():
    """The parameters of a function that a framework calls for a route are what somebody sent."""
    before = "from flask import Flask\napp = Flask('a')\n@app.route('/<x>')"
    assert outside_source(origin("show(x)", before, "x")) == "a request"
    before = "import click\n@click.command()\n@click.argument('x')"
    assert outside_source(origin("show(x)", before, "x")) == "the command line"


def test_own_sources():
    """A project can name what brings input in."""
    assert outside_source(origin("show(inbox.body)", "from app import inbox", ""), ("app.inbox",)) == "`app.inbox`"


@pytest.mark.parametrize(
    ("body", "before", "parameters", "harmless"),
    [
        ("show(quote(x))", "from app import quote", "x", True),
        ("show(conn.escape(x))", "", "conn, x", True),
        ("show(NAME)", "from app import NAME", "", True),
        ("show(uuid.uuid4())", "import uuid", "", True),
        ("show(x)", "import datetime", "x: datetime.date", True),
        ("show(x.isoformat())", "", "x", True),
        ("show(m._meta.db_table)", "", "m", True),
        ("validate(x)\nshow(x)", "from app import validate", "x", True),
        ("show(x)", "", "x: str", False),
        ("show(name)", "from app import name", "", False),
        ("show(g(x))", "", "x", False),
        ("print(x)\nshow(x)", "", "x", False),
    ],
)
def test_harmless(body, before, parameters, harmless):
    """What was quoted, checked or is of a type without quotes cannot change a statement."""
    assert is_harmless(origin(body, before, parameters)) is harmless


def test_own_trusted_functions():
    """A project's own functions make safe what they return and what they saw."""
    result = origin("show(as_text(x))", "from app import as_text")
    assert not is_harmless(result)
    assert is_harmless(result, ("app.as_text",))
    assert is_harmless(result, ("as_text",))
    assert is_harmless(origin("seen(x)\nshow(x)", "from app import seen"), ("seen",))
