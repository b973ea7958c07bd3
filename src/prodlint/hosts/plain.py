"""The options of ``prodlint [check]``, and arguments plain enough to be read without a parser.

``argparse`` takes longer to import, to set up and to ask for translations than a small file takes to check. What hooks,
editors and pipelines pass is read here; everything else, and every mistake, is left to `prodlint.hosts.arguments`.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from prodlint.config import Overrides
    from prodlint.hosts.outputs import Output
    from prodlint.shards import Shard

PLAIN_FORMATS = ("text", "full", "json", "statistics")
"""The formats that are asked for often enough to be told without the parser."""


class CheckOptions:
    """What the command line says about a check, with the defaults; ``argparse`` fills it as its namespace."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    extend_ignore: tuple[str, ...] | None = None
    context: str | None = None
    isolated: bool = False
    allow_local_plugins: bool = False
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] | None = None
    no_gitignore: bool = False
    force_exclude: bool = False
    show_files: bool = False
    allow_empty: bool = False
    stdin_filename: str | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    fix_only: bool = False
    show_fixes: bool = False
    diff: bool = False
    format: str | None = None
    max_per_rule: int | None = None
    show_suppressed: bool = False
    show_source: bool = False
    verbose: bool = False
    shard: Shard | None = None
    quiet: bool = False
    color: bool | None = None
    baseline: str | None = None
    no_baseline: bool = False
    fail_on_stale: bool = False
    changed_since: str | None = None
    add_suppressions: str | None = None
    until: str | None = None
    no_suppressions: bool = False
    fail_on: str | None = None
    exit_zero: bool = False
    time_limit: float = 30  # `time_limit.SECONDS`, which argparse does not need
    jobs: int | None = None
    no_cache: bool = False
    cache_dir: str | None = None

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.per_file_ignores: list[str] = []
        self.config: list[str] = []
        self.output: list[Output] = []


def names(text: str) -> tuple[str, ...]:
    """The words of a list with commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def read_plain(given: Sequence[str]) -> CheckOptions | None:
    """What arguments say that are paths and common options in their usual spelling; None for all others."""
    options = CheckOptions()
    words = iter(given)
    for word in words:
        option, equals, value = word.partition("=")
        if not word.startswith("-"):
            options.paths.append(word)
        elif word in _FLAGS:
            setattr(options, _FLAGS[word], True)
        elif option in _LISTS or option in _WORDS:
            value = value if equals else next(words, "-")
            if value.startswith("-") or not value or (option == "--format" and value not in PLAIN_FORMATS):
                return None
            setattr(options, option[2:].replace("-", "_"), names(value) if option in _LISTS else value)
        else:
            return None
    return options


def overrides_of(options: CheckOptions | argparse.Namespace) -> Overrides:
    """What the command line says about the configuration."""
    from prodlint.config import Overrides

    return Overrides(
        select=options.select,
        extend_select=options.extend_select,
        ignore=options.ignore,
        extend_ignore=options.extend_ignore,
        per_file_ignores=tuple(options.per_file_ignores),
        exclude=getattr(options, "exclude", None),
        extend_exclude=getattr(options, "extend_exclude", None),
        config=tuple(options.config),
        isolated=options.isolated,
        context=options.context,
        fail_on=getattr(options, "fail_on", None),
        no_suppressions=getattr(options, "no_suppressions", False),
    )


_FLAGS = {
    "--isolated": "isolated",
    "--allow-local-plugins": "allow_local_plugins",
    "--no-cache": "no_cache",
    "--quiet": "quiet",
    "-q": "quiet",
    "--exit-zero": "exit_zero",
    "--force-exclude": "force_exclude",
    "--no-gitignore": "no_gitignore",
    "--allow-empty": "allow_empty",
    "--show-suppressed": "show_suppressed",
    "--show-source": "show_source",
    "--no-baseline": "no_baseline",
    "--no-suppressions": "no_suppressions",
    "--fail-on-stale": "fail_on_stale",
}
_LISTS = frozenset({"--select", "--extend-select", "--ignore", "--extend-ignore"})
_WORDS = frozenset({"--format", "--fail-on", "--cache-dir", "--stdin-filename", "--baseline", "--changed-since"})
