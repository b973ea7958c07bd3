"""The benchmark's own environments and the published packages it is run on: pinned, fetched once, reused.

Everything lies below one folder; nothing is installed into, or read from, the environment of the caller.
"""

from __future__ import annotations

import hashlib
import shlex
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parents[2]
PEERS = ("ruff==0.17.6", "flake8==7.5.0", "bandit==1.9.4", "fixit==2.2.1")
# Beside a flake8 without plugins, which is the stricter comparison: plugins only make it slower.
FLAKE8_PLUGINS = ("flake8==7.5.0", "flake8-bugbear==26.10.27", "flake8-print==5.0.0")


class Package(NamedTuple):
    """A published package to lint: its pin and the folder or file inside its wheel."""

    name: str
    requirement: str
    target: str


PACKAGES = (
    Package("django", "Django==5.2", "django"),
    Package("sqlalchemy", "SQLAlchemy==2.1.9", "sqlalchemy"),
    Package("requests", "requests==2.34.2", "requests"),
    Package("single", "Django==5.2", "django/db/models/sql/query.py"),
)


class Tools(NamedTuple):
    """Where the programs are; `prodlint` is an argument list, `variables` are set for it alone."""

    python: str
    ruff: str
    flake8: str
    flake8_plugins: str
    bandit: str
    fixit: str
    prodlint: tuple[str, ...]
    variables: tuple[tuple[str, str], ...]


class SetupError(Exception):
    """An environment or a package could not be made; the message is the installer's."""


def prepare_tools(workspace: Path, python: str, override: str | None) -> Tools:
    """Return the programs, installing what is missing; `override` names a prodlint to use in place of a fresh wheel."""
    home = workspace / f"python-{_fingerprint(python)}"
    peers = _environment(home / "peers", python, PEERS)
    plugins = _environment(home / "flake8-plugins", python, FLAKE8_PLUGINS)
    programs = peers if override else _install_checkout(home)
    variables, prodlint = _split_command(override or shlex.quote(str(programs / "prodlint")))
    return Tools(
        python=str(programs / "python"),
        ruff=str(peers / "ruff"),
        flake8=str(peers / "flake8"),
        flake8_plugins=str(plugins / "flake8"),
        bandit=str(peers / "bandit"),
        fixit=str(peers / "fixit"),
        prodlint=prodlint,
        variables=variables,
    )


def describe_python(tools: Tools) -> str:
    """Return the version and the compiler of the interpreter that runs prodlint and the peers."""
    script = "import platform; print(platform.python_version(), f'({platform.python_compiler()})')"
    return f"Python {_call(tools.python, '-c', script).strip()}"


def unpack(package: Package, workspace: Path, python: str) -> Path:
    """Return the folder that holds the package's unpacked wheel, downloading it the first time."""
    folder = workspace / "packages" / package.requirement.replace("==", "-")
    if folder.is_dir():
        return folder
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    # `--platform any`: the pure Python wheel, so that every machine lints the same files.
    options = ("--no-deps", "--only-binary=:all:", "--platform", "any")
    _pip(python, "download", *options, "--dest", str(partial), package.requirement)
    (wheel,) = partial.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(partial)
    wheel.unlink()
    partial.rename(folder)
    return folder


def clear_caches(workspace: Path) -> Path:
    """Return an empty folder for the linters' caches: one filled by an earlier build would not be this build's."""
    caches = workspace / "caches"
    shutil.rmtree(caches, ignore_errors=True)
    caches.mkdir(parents=True)
    return caches


def _environment(folder: Path, python: str, requirements: tuple[str, ...]) -> Path:
    programs, receipt = folder / "bin", folder / "installed.txt"
    wanted = "\n".join(requirements)
    if not receipt.is_file() or receipt.read_text(encoding="utf-8") != wanted:
        _call(python, "-m", "venv", "--clear", str(folder))
        if requirements:
            _pip(str(programs / "python"), "install", *requirements)
        receipt.write_text(wanted, encoding="utf-8")
    return programs


def _install_checkout(home: Path) -> Path:
    """Install the checkout as its users get it: a wheel, whose modules pip compiles to bytecode."""
    programs = _environment(home / "prodlint", str(home / "peers" / "bin" / "python"), ())
    python, wheels = str(programs / "python"), home / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    _pip(python, "wheel", "--no-deps", "--wheel-dir", str(wheels), str(CHECKOUT))
    (wheel,) = wheels.glob("*.whl")
    # The version of a checkout rarely changes: without removing it first, pip would keep the old files.
    _pip(python, "uninstall", "--yes", "prodlint")
    _pip(python, "install", str(wheel))
    return programs


def _split_command(command: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Split `NAME=value program argument` as a shell would, so that no `env` process is measured with the program."""
    words = shlex.split(command)
    variables: list[tuple[str, str]] = []
    while words and words[0].partition("=")[0].isidentifier() and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        variables.append((name, value))
    return tuple(variables), tuple(words)


def _fingerprint(python: str) -> str:
    """Return a short name for an interpreter: environments of another one cannot be reused."""
    build = _call(python, "-c", "import sys; print(sys.version, sys.base_prefix, sys.executable)")
    return hashlib.sha256(build.encode()).hexdigest()[:10]


def _pip(python: str, *arguments: str) -> None:
    _call(python, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments)


def _call(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupError(f"{shlex.join(command)}\n{done.stderr.strip()}")
    return done.stdout
