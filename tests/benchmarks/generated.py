"""Source files made for one question each: a clean one, one with a known number of findings, a tree of thousands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TREE_FILES = 5_000
_FILES_PER_FOLDER = 50

_CLEAN = '''"""The area of simple shapes."""

HALF = 0.5


def triangle(base: float, height: float) -> float:
    """Return the area of a triangle."""
    return HALF * base * height
'''

_CLEAN_FUNCTION = '''

def area_{number}(base: float, height: float) -> float:
    """Return the area of shape {number}."""
    scaled = base * {number}
    if scaled > height:
        scaled = height
    return HALF * scaled * height
'''

# One finding each, for prodlint and for ruff's equivalent rules alike.
_FAULTS = (
    """

def undocumented_{number}(base: float) -> float:
    return HALF * base * {number}
""",
    '''

def printed_{number}(base: float) -> None:
    """Show the base."""
    print(base * {number})
''',
    '''

def caught_{number}(base: str) -> float:
    """Return the base as a number."""
    try:
        return float(base)
    except:
        raise ValueError({number})
''',
    '''

def unfinished_{number}(base: float) -> float:
    """Return half of the base."""
    return HALF * base  # HACK number {number}
''',
)


def clean_source(functions: int = 0) -> str:
    """Return 8 lines that break no rule, followed by `functions` documented functions of 8 lines."""
    return _CLEAN + "".join(_CLEAN_FUNCTION.format(number=number) for number in range(functions))


def faulty_source(findings: int) -> str:
    """Return a module with exactly `findings` findings, of four kinds in turn."""
    faults = (_FAULTS[number % len(_FAULTS)].format(number=number) for number in range(findings))
    return _CLEAN + "".join(faults)


def write_sources(folder: Path, sources: dict[str, str]) -> None:
    """Write each source below `folder`, which is made if need be."""
    for name, source in sources.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")


def write_tree(folder: Path) -> None:
    """Write a tree of 5,000 clean modules of different content, unless it is there already."""
    if (folder / "complete").is_file():
        return
    for number in range(TREE_FILES):
        name = f"shapes/part_{number // _FILES_PER_FOLDER}/shape_{number}.py"
        write_sources(folder, {name: f"{clean_source(3)}\n\nNUMBER = {number}\n"})
    write_sources(folder, {"complete": ""})
