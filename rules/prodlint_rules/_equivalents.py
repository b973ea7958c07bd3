"""Which codes of other linters say what a rule of this pack decides.

The codes are those of ruff, and of flake8 with its plugins. ``flake8:`` opens those that only flake8 has: ruff's
selectors would cover some of them, and mean something else.
"""

PARTS: dict[str, tuple[str, ...]] = {
    "bare-except": ("E722 flake8:B001 flake8:PLW0702",),
    "swallowed-exception": ("S110", "S112"),
    "missing-cleanup": ("SIM115 flake8:PLR1732",),
    "print-call": ("T201 flake8:T001",),
    "interpolated-log": ("G004 flake8:PLW1203",),
    "hardcoded-secret": ("S105", "S106", "S107"),
    "unparameterized-sql": ("S608",),
    "undocumented-public": ("D101 flake8:PLC0115", "D102", "D103 flake8:PLC0116"),
    "incomplete-docstring": ("D417",),
    "todo-comment": ("FIX002 flake8:T101 flake8:PLW0511",),
}
"""The parts of a rule's verdict, each with the codes that say it. A project that ignores them all ignores the rule."""

FURTHER: dict[str, str] = {
    "swallowed-exception": "BLE001 flake8:PLW0703 flake8:PLW0718",
    "print-call": "T203 flake8:T002 flake8:T003",
    "interpolated-log": "G001 G002 G003 flake8:PLW1201 flake8:PLW1202",
    "sql-identifier-interpolation": "S608",
    "undocumented-public": "D100 D104 D105 D106 D107 flake8:PLC0114",
    "incomplete-docstring": "DOC201 DOC202 DOC402 DOC403 DOC501 DOC502 flake8:DAR101 flake8:DAR201 flake8:DAR401",
    "todo-comment": "FIX001 FIX003 FIX004 TD001 TD002 TD003 TD004 TD005 TD006 TD007 flake8:T100 flake8:T102",
}
"""Further codes that a rule answers: a project that selects one of them selects the rule."""

OPTIONS: dict[str, tuple[str, ...]] = {
    "lint.logger-objects": ("interpolated-log.loggers", "unstructured-log.loggers"),
    "lint.flake8-bandit.check-typed-exception": ("swallowed-exception.typed",),
}
"""Settings that are called otherwise here: `rule.option`, which takes the same value."""
