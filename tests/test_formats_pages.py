"""The formats for people in browsers: what the pages say, that they are well-formed, and that nothing foreign acts."""

from __future__ import annotations

import re
from base64 import b64decode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from reports import ALLOWED, EXCEPT, HOSTILE, LEAK, PRINT, PROBLEM, WHOLE_FILE, hostile, pages, report, shown

from prodlint.model import Problem, Report, Skipped, Span
from prodlint.report import View
from prodlint.report.prose import html_of, with_code

ALL = View(show_suppressed=True, rules=pages())
BARE = EXCEPT._replace(code="PRD101", rule="bare-except")
MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</code></pre></style>",
    "&lt;b&gt;",
    "'`*_|[x](y)",
]
VOID = {"meta", "input", "br"}


class Page(HTMLParser):
    """The elements of a page; fails where they are not nested as they should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and its attributes."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """An element ends where its parent expects it."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text, without that of style and script."""
        if not {"style", "script"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        """All that a reader sees."""
        return " ".join("".join(self.words).split())


def html(given: Report, view: View = ALL) -> Page:
    """The page of a report."""
    return Page(shown(given, "html", view))


EVERYTHING = report(
    WHOLE_FILE, BARE, LEAK, PRINT, ALLOWED, problems=(PROBLEM,), skipped=(Skipped("a.py", "generated"),)
)


# HTML


def test_the_page_tells_everything() -> None:
    """Totals, rules, places, messages, related places, reasons, problems."""
    text = html(EVERYTHING).text
    for part in (
        "7 files checked, 1 skipped by prodlint",
        "3 errors", "1 warning", "0 info", "2 files with violations", "1 allowed",
        "PRD101 bare-except", "except: also catches SystemExit", "12:5", "src/cart.py",
        "src/pool.py:3:1 opened here", "(allowed until 2026-12-31: legacy, SHOP-12)", ".cache: cannot be written",
        "Handlers that name no exception.",
    ):  # fmt: skip
        assert part in text, part


def test_the_page_of_a_clean_run() -> None:
    """It says so, and has nothing to search."""
    page = html(report())
    assert "7 files checked by prodlint" in page.text
    assert "all clear." in page.text
    assert not [tag for tag, _ in page.tags if tag in ("form", "table", "details")]
    assert "all clear" not in html(report(problems=(PROBLEM,))).text


def test_the_page_loads_nothing() -> None:
    """One file that can be mailed and kept: no address outside of it is in an attribute or the style."""
    page = html(EVERYTHING)
    for tag, attributes in page.tags:
        assert tag not in ("link", "img", "iframe", "object", "base")
        assert not {"src", "srcset", "action", "style"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("href", "#").startswith("#")  # type: ignore[union-attr]
    printed = shown(EVERYTHING, "html", ALL)
    assert "url(" not in printed
    assert "@import" not in printed


def test_the_policy_allows_our_script_and_no_other() -> None:
    """The hash in the policy has to be that of the script, to the byte, or the search is dead."""
    printed = shown(EVERYTHING, "html", ALL)
    [script] = re.findall(r"<script>(.*?)</script>", printed, re.DOTALL)
    [digest] = re.findall(r"script-src 'sha256-([^']+)'", printed)
    assert b64decode(digest) == sha256(script.encode()).digest()
    assert "default-src 'none'" in printed


def test_the_page_is_whole_without_its_script() -> None:
    """The form is hidden until the script is there; nothing else is, and files are open."""
    page = html(EVERYTHING)
    assert [tag for tag, attributes in page.tags if "hidden" in attributes] == ["form", "p"]
    files = [attributes for tag, attributes in page.tags if tag == "details" and attributes.get("class") == "file"]
    assert len(files) == 2
    assert all("open" in attributes for attributes in files)


def test_links_and_search_lead_to_what_exists() -> None:
    """Each rule in the table leads to its page, and each violation has the rule that the search offers."""
    page = html(report(BARE, PRINT._replace(code="PRD201")))
    targets = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = {str(attributes["href"])[1:] for tag, attributes in page.tags if tag == "a"}
    assert len(links) == 2
    assert links <= targets
    offered = {attributes.get("value") for tag, attributes in page.tags if tag == "option"}
    assert {attributes["data-rule"] for tag, attributes in page.tags if "data-rule" in attributes} <= offered


@pytest.mark.parametrize("text", [*HOSTILE, *MARKUP])
def test_foreign_text_stays_text(text: str) -> None:
    """The same elements whatever stands in the report, and the text as it was written."""
    rule = EXCEPT._replace(rule=text, code=text)
    problems = (Problem(text, text, text, 1, text),)
    printed = shown(report(hostile(text), rule, problems=problems), "html", ALL)
    plain = shown(report(hostile("x"), rule._replace(rule="y", code="y"), problems=problems), "html", ALL)
    assert printed.isascii()
    ticks = {"code"} if "`" in text else set()
    # Sorted, since rules stand in the order of their codes.
    assert sorted(tag for tag, _ in Page(printed).tags if tag not in ticks) == sorted(
        tag for tag, _ in Page(plain).tags if tag not in ticks
    )
    if text in MARKUP and "`" not in text:
        assert text in "".join(Page(printed).words)


def test_the_region_is_marked() -> None:
    """Of several lines the first to its end; a very long line is cut around it."""

    def marked(excerpt: str, span: Span) -> tuple[str, str]:
        printed = shown(report(EXCEPT._replace(excerpt=excerpt, span=span)), "html")
        [line] = re.findall(r"<pre><code>(.*?)</code></pre>", printed)
        [mark] = re.findall(r"<mark>(.*?)</mark>", line)
        return line, mark

    assert marked("    x = call()", Span(1, 9, 1, 13)) == ("x = <mark>call</mark>()", "call")
    assert marked("    x = call(", Span(1, 9, 3, 2))[1] == "call("
    assert marked("abc", Span(1, 50, 1, 60)) == ("abc<mark></mark>", "")
    line, mark = marked("x" * 500_000 + "call" + "y" * 500_000, Span(1, 500_001, 1, 500_005))
    assert mark == "call"
    assert len(line) < 400


def test_pages_of_rules_become_html() -> None:
    """Headings, paragraphs, lists, code and emphasis; of links the words."""
    page = (
        "# name (PRD101)\n\nFirst *line*\nand **second**.\n\n## Why\nBecause `x < y`.\n\n"
        "- one `a`\n- two\n  goes on\n\n```python\nif a < b:\n    pass\n```\nSee [there](other.md)."
    )
    assert html_of(page) == (
        "<p>First <em>line</em> and <strong>second</strong>.</p>\n"
        "<h3>Why</h3>\n<p>Because <code>x &lt; y</code>.</p>\n"
        "<ul><li>one <code>a</code></li><li>two goes on</li></ul>\n"
        "<pre><code>if a &lt; b:\n    pass</code></pre>\n<p>See there.</p>\n"
    )


@pytest.mark.parametrize(
    "text", ["```", "- ", "-", "# ", "*", "`", "**", "[x](", "\n\n", "- a\n```\nb", *HOSTILE, *MARKUP]
)
def test_pages_that_are_odd_end(text: str) -> None:
    """A plugin's page may be cut off anywhere, and no construct may keep us in a loop."""
    Page(html_of(text))
    Page(html_of(f"# x\n{text}\n{text}"))


def test_code_in_messages() -> None:
    """A backtick without its pair is a character like any other; asterisks are operators there."""
    assert with_code("`a` and `b`") == "<code>a</code> and <code>b</code>"
    assert with_code("`a and *b*") == "`a and *b*"


# Markdown


def markdown(given: Report, view: View = ALL) -> str:
    """The summary of a report."""
    return shown(given, "markdown", view)


def test_the_summary_is_short_and_in_order() -> None:
    """The exact text, since nobody looks at the source of what a server renders."""
    other = PRINT._replace(code="PRD201")
    assert markdown(report(BARE, BARE, other, ALLOWED._replace(code="PRD201"), problems=(PROBLEM,))) == (
        "## prodlint: 2 errors, 1 warning in 2 of 7 files, 1 allowed\n"
        "\n"
        "| violations | files | rule | severity | what it reports |\n"
        "|---:|---:|---|---|---|\n"
        "| 2 | 1 | `PRD101` `bare-except` | error | `except:` names no exception |\n"
        "| 2 | 1 | `PRD201` `print-call` | warning | production code writes to the terminal instead of the log |\n"
        "\n"
        "### Worst files\n"
        "\n"
        "| violations | file |\n"
        "|---:|---|\n"
        "| 2 | `src/cart.py` |\n"
        "| 2 | `src/log.py` |\n"
        "\n"
        "### Problems\n"
        "\n"
        "- <code>.cache: cannot be written (pass --no-cache)</code>\n"
    )


def test_the_summary_of_nothing() -> None:
    """A green line, and a plain one where nothing was looked at."""
    assert markdown(report()) == "## prodlint: all clear, 7 files checked\n"
    assert markdown(Report(0, 0, (), (), ())) == "## prodlint: no files checked\n"
    assert markdown(report(problems=(PROBLEM,))).startswith("## prodlint: no violations in 7 files\n")
    assert markdown(report(ALLOWED)).startswith("## prodlint: all clear, 7 files checked, 1 allowed\n")


def test_the_summary_is_bounded() -> None:
    """Servers cut or refuse long ones; what is left out is counted."""
    violations = [
        EXCEPT._replace(path=f"src/{number}.py", rule=f"rule-{number}", code=f"ABC{number:03}", message="x" * 1000)
        for number in range(500)
    ]
    text = markdown(report(*violations, problems=(PROBLEM,) * 50))
    assert len(text) < 10_000
    assert "… and 470 violations of 470 other rules.\n" in text
    assert "… and 490 violations in 490 other files.\n" in text
    assert "… and 40 other problems.\n" in text
    assert len(markdown(report(EXCEPT._replace(path="x" * 100_000)))) < 2_000


@pytest.mark.parametrize(
    "text", [*HOSTILE, *MARKUP, "a|b", "\\|", "``", "@team #12", "https://example.org", "www.x.org", "__init__"]
)
def test_foreign_text_in_the_summary_is_code(text: str) -> None:
    """No cell ends early, no tag, link or mention is made: only letters, and references to characters, are left."""
    rule = EXCEPT._replace(rule=text, code=text, path=text)
    lines = markdown(report(rule, problems=(Problem("x", text, text),))).splitlines()
    plain = markdown(
        report(rule._replace(rule="y", code="y", path="y"), problems=(Problem("x", "y", "y"),))
    ).splitlines()
    assert [line.count("|") for line in lines] == [line.count("|") for line in plain]
    for line in lines:
        inside = "".join(re.findall(r"<code>(.*?)</code>", line))
        outside = re.sub(r"<code>.*?</code>|`[\w ./-]+`", "", line)
        assert re.fullmatch(r"(?:[^\W_]|&#\d+;|[ ./:()…-]|[^\x00-\x7f])*", inside), inside
        assert not set(outside) & set("<>[]@`*_"), outside
        assert "://" not in line
        assert "www." not in outside
