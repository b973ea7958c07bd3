"""The text of a Dockerfile in, its stages and what holds in each out.

Read by BuildKit's own parser (package ``dockerfile``); the grammar is that of Docker's "Dockerfile reference".
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.project import MissingExtraError, NotCheckedError, NothingToJudgeError
from prodlint.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.project import ProjectSite


class Instruction(NamedTuple):
    """One instruction: its name in capitals, its words, its flags (``--from=build``) and its 1-based first line."""

    name: str
    words: tuple[str, ...]
    flags: tuple[str, ...]
    line: int


class Stage(NamedTuple):
    """A part of a Dockerfile that makes an image: what it builds on, its name in lower case, what follows.

    ``image`` has the build arguments before the first stage filled in, as far as they have defaults; ``arguments`` are
    those.
    """

    image: str
    name: str
    line: int
    instructions: tuple[Instruction, ...]
    arguments: dict[str, str]


class Image(NamedTuple):
    """The image that a Dockerfile gives in the end: its last stage and those of the file that it builds on.

    ``base`` is the image from outside below them, and ``line`` that of the last stage's FROM.
    """

    base: str
    line: int
    instructions: tuple[Instruction, ...]
    arguments: dict[str, str]


def stages_of(site: ProjectSite) -> tuple[Stage, ...]:
    """The stages of a Dockerfile, in order.

    Raises Unreadable, NotCheckedError for a template of one, NothingToJudgeError where there is no stage, and
    MissingExtraError where there is no parser.
    """
    if site.file.path.lower().endswith(_TEMPLATES):
        raise NotCheckedError("a template: render it to have it checked")
    stages: tuple[Stage, ...] = site.project.shared(("stages", site.file.path), lambda: _stages(site.text))
    if not stages:
        raise NothingToJudgeError
    return stages


_TEMPLATES = (".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".erb", ".mustache", ".in", ".m4")


def image_of(stages: tuple[Stage, ...]) -> Image:
    """The image that is built of these stages, one at least, when no target is named."""
    chain = [stages[-1]]
    by_name = {stage.name: stage for stage in stages if stage.name}
    while (below := by_name.get(chain[-1].image.lower())) is not None and below not in chain:
        chain.append(below)
    instructions = tuple(each for stage in reversed(chain) for each in stage.instructions)
    return Image(chain[-1].image, stages[-1].line, instructions, stages[-1].arguments)


def external_images(stages: tuple[Stage, ...]) -> Iterator[tuple[str, int]]:
    """The images from outside that a Dockerfile uses, with the lines that name them."""
    names: set[str] = {"scratch"}
    for number, stage in enumerate(stages):
        if stage.image.lower() not in names:
            yield stage.image, stage.line
        names.update((stage.name, str(number)) if stage.name else (str(number),))
        for instruction in stage.instructions:
            for flag in instruction.flags:
                source = _FROM.match(flag)
                if source is not None and source[1].lower() not in names:
                    yield source[1], instruction.line


_FROM = re.compile(r"--(?:mount=(?:[^,]*,)*)?from=([^,]+)")


def pairs_of(instruction: Instruction) -> Iterator[tuple[str, str | None]]:
    """The names and values that an ENV or ARG sets; None where an ARG has no default."""
    words = instruction.words
    if instruction.name == "ARG":
        for word in words:
            name, equals, value = word.partition("=")
            yield name, _unquoted(value) if equals else None
    elif instruction.name == "ENV":
        for name, value in zip(words[::2], words[1::2], strict=False):
            yield name, _unquoted(value)


def filled(text: str, arguments: dict[str, str]) -> str:
    """A text with its ``$NAME``, ``${NAME}`` and ``${NAME:-default}`` filled in where they are known."""

    def value(match: re.Match[str]) -> str:
        name = match["name"] or match["plain"]
        if name in arguments:
            return arguments[name]
        return match["default"] if match["default"] is not None else match[0]

    return _VARIABLE.sub(value, text)


_VARIABLE = re.compile(r"\$(?:(?P<plain>\w+)|\{(?P<name>\w+)(?::?-(?P<default>[^{}]*))?\})")


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _stages(text: str) -> tuple[Stage, ...]:
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    body: list[Instruction] = []
    for instruction in _instructions(text):
        if instruction.name == "FROM":
            body = []
            words = instruction.words
            if not words:
                raise Unreadable("not a Dockerfile: FROM names no image", instruction.line)
            name = words[2].lower() if len(words) > 2 and words[1].upper() == "AS" else ""
            stages.append(Stage(filled(words[0], arguments), name, instruction.line, (), dict(arguments)))
        elif not stages:
            arguments.update({name: filled(value, arguments) for name, value in pairs_of(instruction) if value})
        else:
            body.append(instruction)
            stages[-1] = stages[-1]._replace(instructions=tuple(body))
    return tuple(stages)


def _instructions(text: str) -> Iterator[Instruction]:
    try:
        import dockerfile
    except ImportError:
        raise MissingExtraError("Dockerfiles are not checked: there is no parser for them here", "project") from None
    try:
        commands = dockerfile.parse_string(text)
    except dockerfile.GoParseError as error:
        # The one message of a file that holds no instruction; there is nothing to judge in it.
        if "no instructions" in str(error):
            return
        raise Unreadable(f"not a Dockerfile: {error}") from None
    for command in commands:
        # An ONBUILD has its instruction beside it, which runs in images that build on this one.
        if command.cmd.upper() != "ONBUILD":
            yield Instruction(command.cmd.upper(), tuple(command.value), tuple(command.flags), command.start_line)
