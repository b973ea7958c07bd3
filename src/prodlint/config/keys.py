"""The table of configuration keys: reading, checking, showing and documenting the configuration all follow it.

A key's path has a part in angle brackets where users choose the word: ``rules.<rule>.severity``.
"""

from __future__ import annotations

from enum import Enum

from prodlint.light_typing import NamedTuple


class Kind(Enum):
    """What a key's value is, in the words that messages and the reference use."""

    SELECTORS = "a list of rule names, codes, code prefixes, families or `ALL`"
    PATTERNS = "a list of patterns in gitignore syntax"
    SEVERITY = '"error", "warning" or "info"'
    CONTEXTS = 'a list of "production", "script", "test" and "example"'
    FILE = "the path of a file, from the configuration's directory"
    EDITION = "the name of an edition: a year"
    MODULES = "a list of names of Python modules"
    SWITCH = "true or false"
    EXPRESSION = "a regular expression, in Python's syntax"
    GENERATED = '"check" or "skip"'
    DAYS = "a number of days, 1 or more"
    STANDARDS = "a list of names of standards that come with prodlint, or paths of TOML files"
    CLAUSES = "a list of names of clauses"
    FILES = "a list of patterns of files, from the configuration's directory"
    ATTESTATIONS = "a list of tables"
    OPTION = "what the rule's page says"


class Key(NamedTuple):
    """One key: where it stands, what it takes, and what the reference says of it.

    ``default`` and ``example`` are TOML; ``flag`` is the command-line option that speaks of the same thing. A key that
    is ``root_only`` counts in the root configuration, in what that extends and on the command line; elsewhere it is an
    error. One that is ``for_paths`` may stand in an entry of ``overrides``, too.
    """

    path: tuple[str, ...]
    kind: Kind
    default: str
    summary: str
    example: str
    flag: str = ""
    root_only: bool = False
    for_paths: bool = False

    @property
    def name(self) -> str:
        """The path as it is written in documentation: ``rules.<rule>.severity``."""
        return ".".join(self.path)


PATTERN, CONTEXT, RULE, OPTION = "<pattern>", "<context>", "<rule>", "<option>"
GATE, FORMAT = "<gate>", "<format>"
"""The parts of a path that users choose."""

EVIDENCE_FORMATS = (
    "junit", "coverage", "cobertura", "mypy", "pyright", "ruff", "flake8", "sarif", "bandit", "pip-audit", "load-test",
)  # fmt: skip
"""What can stand for ``<format>``: `prodlint.evidence` reads these."""

OVERRIDES = "overrides"
ENTRY = "<entry>"
"""The part of a path that stands for one of several tables of the same name."""

KEYS: tuple[Key, ...] = (
    Key(
        ("extend",),
        Kind.FILE,
        "none",
        "A configuration file to inherit from: what this one does not say, that one says. It is a `pyproject.toml` "
        "with the table, or a file of any other name with the keys at the top level; it may extend another one.",
        'extend = "../prodlint.toml"',
    ),
    Key(
        ("edition",),
        Kind.EDITION,
        "the newest",
        "The year whose defaults hold. A newer prodlint then reports the same, bug fixes aside: defaults that changed "
        "since are those of the edition, and later rules run where they are selected by name or code only.",
        'edition = "2026"',
    ),
    Key(
        ("select",),
        Kind.SELECTORS,
        '["ALL"]',
        "The rules that run. Those about unreadable files and about suppressions run beside them; those about files "
        "that are not Python run only where a name, code, prefix or family selects them.",
        'select = ["errors", "PRD2"]',
        "--select",
        for_paths=True,
    ),
    Key(
        ("extend-select",),
        Kind.SELECTORS,
        "[]",
        "Rules to run besides those of `select`.",
        'extend-select = ["print-call"]',
        "--extend-select",
        for_paths=True,
    ),
    Key(
        ("ignore",),
        Kind.SELECTORS,
        "[]",
        "Rules that do not run. `unreadable-source` cannot be ignored.",
        'ignore = ["todo-comment"]',
        "--ignore",
        for_paths=True,
    ),
    Key(
        ("extend-ignore",),
        Kind.SELECTORS,
        "[]",
        "Further rules that do not run.",
        'extend-ignore = ["PRD402"]',
        "--extend-ignore",
        for_paths=True,
    ),
    Key(
        ("per-file-ignores", PATTERN),
        Kind.SELECTORS,
        "{}",
        "Rules that do not run on the files that a pattern matches, or, when it opens with `!`, on all other files. "
        "The option, `PATTERN:NAMES`, replaces the whole table.",
        '"migrations/" = ["documentation"]',
        "--per-file-ignores",
    ),
    Key(
        ("exclude",),
        Kind.PATTERNS,
        "[]",
        "Files and directories that are not looked for. Directories that hold no code of the project (`.git`, `.venv`, "
        "`build`, `node_modules`, …) are left out besides, unless a pattern takes them in again (`!build/`).",
        'exclude = ["generated/", "*_pb2.py"]',
        "--exclude",
    ),
    Key(
        ("extend-exclude",),
        Kind.PATTERNS,
        "[]",
        "Further patterns after those of `exclude`. The option adds to the key instead of replacing it.",
        'extend-exclude = ["vendor/"]',
        "--extend-exclude",
    ),
    Key(
        ("generated",),
        Kind.GENERATED,
        '"check"',
        "What becomes of files whose first comments say that a program wrote them: they are checked, and owe no "
        'documentation, or, with "skip", they are left out and told of as skipped.',
        'generated = "skip"',
    ),
    Key(
        ("fail-on",),
        Kind.SEVERITY,
        '"warning"',
        "The least severity that makes a run exit with 1. It concerns the whole run: only that of the root "
        "configuration counts.",
        'fail-on = "error"',
        "--fail-on",
    ),
    Key(
        ("baseline",),
        Kind.FILE,
        '".prodlint-baseline.json"',
        "The file of violations that are known and count no more; `prodlint baseline` writes it. Unset, it is read "
        "from the project's root if it is there; a named one must be there. It concerns the whole run: only that of "
        "the root configuration counts.",
        'baseline = "ci/known.json"',
        "--baseline",
    ),
    Key(
        ("plugins",),
        Kind.MODULES,
        "[]",
        "The [packs of rules](packs.md) to import besides the one that comes with prodlint. One that lies in the "
        "checked tree needs `--allow-local-plugins`.",
        'plugins = ["acme_rules"]',
        root_only=True,
    ),
    Key(
        ("require-reason",),
        Kind.SWITCH,
        "false",
        "Whether a suppression comment has to say why: `suppression-without-reason` reports those that do not.",
        "require-reason = true",
    ),
    Key(
        ("require-ticket",),
        Kind.EXPRESSION,
        '""',
        "What a suppression's reason has to hold somewhere, such as a ticket; `suppression-without-reason` reports "
        "those without. Empty, nothing is asked for.",
        'require-ticket = "SHOP-[0-9]+"',
    ),
    Key(
        ("max-age",),
        Kind.DAYS,
        "unset",
        "How old a suppression comment may get, by `git blame`; `prodlint suppressions` tells of older ones and exits "
        "with 1.",
        "max-age = 365",
    ),
    Key(
        ("locked",),
        Kind.SELECTORS,
        "[]",
        "Rules whose violations no comment and no baseline can hide; `forbidden-suppression` reports comments that "
        "try.",
        'locked = ["hardcoded-secret"]',
        root_only=True,
    ),
    Key(
        ("contexts", CONTEXT),
        Kind.PATTERNS,
        "{}",
        "Files that are of this context whatever their path says otherwise.",
        'test = ["qa/", "bench_*.py"]',
        "--context",
    ),
    Key(
        ("rules", RULE, "severity"),
        Kind.SEVERITY,
        "the rule's",
        "How much the rule's violations weigh. That of `unreadable-source` is fixed.",
        'severity = "warning"',
        for_paths=True,
    ),
    Key(
        ("rules", RULE, "contexts"),
        Kind.CONTEXTS,
        "the rule's",
        "The contexts of files that the rule runs on. Those of `unreadable-source` are fixed.",
        'contexts = ["production", "script"]',
        for_paths=True,
    ),
    Key(
        ("rules", RULE, OPTION),
        Kind.OPTION,
        "the rule's",
        "An option of the rule's own; its page lists them. `prodlint config --show FILE` prints those in force.",
        "typed = true",
        for_paths=True,
    ),
    Key(
        ("standards",),
        Kind.STANDARDS,
        '["production-standards"]',
        "What `prodlint policy` and `prodlint gate` judge by: standards that come with prodlint, and files of the "
        "project's own. See [the policy](policy.md).",
        'standards = ["production-standards", "priority-0"]',
        root_only=True,
    ),
    Key(
        ("attestations",),
        Kind.ATTESTATIONS,
        "[]",
        "Who vouches for what no tool can see: `clause`, `by` and `until` have to be there, `link` and `note` may be. "
        "See [attestations](policy.md#attestations).",
        '[[tool.prodlint.attestations]]\nclause = "access/multi-factor"\nby = "Ada Lovelace"\nuntil = 2027-03-31',
        root_only=True,
    ),
    Key(
        ("gates", GATE),
        Kind.CLAUSES,
        "the standards' own",
        "The clauses that have to hold for `prodlint gate` to open, by the gate's name.",
        'nightly = ["gates/tests", "gates/coverage"]',
        root_only=True,
    ),
    Key(
        ("evidence", FORMAT),
        Kind.FILES,
        "the format's",
        "Where reports of other tools are, by format: "
        + ", ".join(f"`{name}`" for name in EVIDENCE_FORMATS)
        + ". See [evidence](policy.md#evidence) for where they are looked for unless told otherwise.",
        'junit = ["out/tests/*.xml"]',
        root_only=True,
    ),
    Key(
        (OVERRIDES, ENTRY, "paths"),
        Kind.PATTERNS,
        "none; it has to be there",
        "The files for which the entry's other keys hold: `select`, `extend-select`, `ignore`, `extend-ignore`, and "
        "tables `rules.<rule>`. Of several entries that match a file and speak of the same thing, the last one holds.",
        'paths = ["scripts/"]\nignore = ["print-call"]\nrules.swallowed-exception.typed = true',
    ),
)

EVERYWHERE: tuple[Key, ...] = (
    *KEYS,
    *(key._replace(path=(OVERRIDES, ENTRY, *key.path)) for key in KEYS if key.for_paths),
)
"""The keys of the table, and those that an entry of ``overrides`` may hold, by their paths there."""
