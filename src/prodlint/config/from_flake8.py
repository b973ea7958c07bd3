"""flake8's configuration in (``setup.cfg``, ``tox.ini``, ``.flake8``), what it says as `Foreign` out.

The format: https://flake8.pycqa.org/en/latest/user/configuration.html.
"""

from __future__ import annotations

import os
import re

from prodlint.config.foreign import Foreign
from prodlint.config.foreign_patterns import as_gitignore
from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = ("setup.cfg", "tox.ini", ".flake8")


def from_flake8(path: str) -> Foreign:
    """What a file, or the first of flake8's files in a directory that has its section, says.

    Raises ValueError, worded for the user, where there is none or it cannot be read.
    """
    candidates = [os.path.join(path, name) for name in _NAMES] if os.path.isdir(path) else [path]
    for candidate in candidates:
        if not os.path.isfile(candidate) and os.path.isdir(path):
            continue
        section = _section(candidate)
        if section is not None:
            return _foreign(os.path.relpath(candidate), section)
    raise ValueError(f"no section [flake8] in {' or '.join(map(os.path.relpath, candidates))}")


def _section(path: str) -> Mapping[str, str] | None:
    import configparser  # for this command only

    parser = configparser.RawConfigParser()
    try:
        with open(path, encoding="utf-8-sig") as file:
            parser.read_file(file)
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from None
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ValueError(f"cannot read {path}: {' '.join(str(error).split())}") from None
    return dict(parser["flake8"]) if parser.has_section("flake8") else None


def _foreign(label: str, section: Mapping[str, str]) -> Foreign:
    settings = {name.replace("_", "-"): value for name, value in section.items()}
    select = _words(settings.pop("select", ""))
    more = _words(settings.pop("extend-select", ""))
    ignore = (*_words(settings.pop("ignore", "")), *_words(settings.pop("extend-ignore", "")))
    per_file = {**_per_file(settings.pop("per-file-ignores", ""))}
    excludes = (*_words(settings.pop("exclude", "")), *_words(settings.pop("extend-exclude", "")))
    options = {name: _value(value) for name, value in settings.items()}
    return Foreign(
        "flake8",
        f"[flake8] in {label}",
        (*select, *more) if select else None,
        ignore,
        per_file,
        tuple(as_gitignore(pattern) for pattern in excludes),
        options,
    )


def _words(text: str) -> tuple[str, ...]:
    # flake8 6 refuses comments within a value; older files have them.
    lines = (line.partition("#")[0] for line in text.splitlines())
    return tuple(word for line in lines for word in re.split(r"[,\s]+", line) if word)


def _per_file(text: str) -> dict[str, tuple[str, ...]]:
    """Files and codes, parted by a colon, with any of commas, spaces and newlines between them."""
    found: dict[str, tuple[str, ...]] = {}
    files: list[str] = []
    is_file = True
    for piece in re.findall(r"[^\s,:]+|:", "\n".join(line.partition("#")[0] for line in text.splitlines())):
        if piece == ":":
            is_file = False
        elif not is_file and re.fullmatch(r"[A-Z][0-9]*|[A-Z]+[0-9]+|[A-Z]{1,3}", piece):
            for file in files:
                found[file] = (*found.get(file, ()), piece)
        elif is_file:
            files.append(as_gitignore(piece))
        else:
            files, is_file = [as_gitignore(piece)], True
    return found


def _value(text: str) -> object:
    lowered = text.strip().lower()
    if lowered in ("true", "yes", "on", "false", "no", "off"):
        return lowered in ("true", "yes", "on")
    return text.strip()
