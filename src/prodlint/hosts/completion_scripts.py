"""Commands with their options in, completion scripts for bash, zsh and fish out.

The scripts hold everything they offer: pressing the tabulator starts no program. The first word may be a command or a
path, which ``check`` takes.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.hosts.completion import Command, Option, Value

# bash: https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html


def bash(commands: tuple[Command, ...]) -> str:
    """The script for bash, which runs under its version 3.2 as well."""
    names = " ".join(command.name for command in commands)
    cases = "\n".join(line for command in commands for line in _bash_command(command))
    return _BASH.replace("@NAMES@", names).replace("@CASES@", cases)


def _bash_command(command: Command) -> Iterator[str]:
    for option in command.options:
        if option.value is not None:
            pattern = "|".join(f"{command.name}:{name}" for name in option.names)
            yield f"        {pattern}) {_bash_value(option.value)}; return ;;"
    names = " ".join(name for option in command.options for name in option.names)
    argument = _bash_value(command.argument) if command.argument else ":"
    yield f"        {command.name}:*) if [[ $cur == -* ]]; then _prodlint_words '{names}'; else {argument}; fi ;;"


def _bash_value(value: Value) -> str:
    if value.is_file:
        return "_prodlint_files"
    if not value.words:
        return ":"
    return f"_prodlint_{'list' if value.is_list else 'words'} '{' '.join(value.words)}'"


_BASH = """\
# Completion of prodlint's command line for bash; load it with:  source <(prodlint completion bash)

_prodlint_words() {
    COMPREPLY=($(compgen -W "$1" -- "$cur"))
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
}

_prodlint_list() {
    local done="${cur%"${cur##*,}"}"
    COMPREPLY=($(compgen -P "$done" -W "$1" -- "${cur##*,}"))
}

_prodlint_files() {
    local IFS=$'\\n'
    COMPREPLY=("${COMPREPLY[@]}" $(compgen -f -- "$cur"))
    compopt -o filenames 2>/dev/null
}

_prodlint() {
    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" command=check name
    COMPREPLY=()
    # bash takes `--format=json` for three words.
    if [[ $cur == = ]]; then
        cur=""
    elif [[ $prev == = ]]; then
        prev="${COMP_WORDS[COMP_CWORD-2]}"
    fi
    for name in @NAMES@; do
        if [[ $COMP_CWORD -gt 1 && ${COMP_WORDS[1]} == "$name" ]]; then
            command=$name
        fi
    done
    if [[ $COMP_CWORD -eq 1 && $cur != -* ]]; then
        COMPREPLY=($(compgen -W '@NAMES@' -- "$cur"))
    fi
    case "$command:$prev" in
@CASES@
    esac
}

complete -F _prodlint prodlint
"""


# zsh: https://zsh.sourceforge.io/Doc/Release/Completion-System.html


def zsh(commands: tuple[Command, ...]) -> str:
    """The script for zsh, to be sourced or to lie in a directory of ``fpath`` as ``_prodlint``."""
    described = "\n".join(f"        {_quoted(f'{c.name}:{c.meaning}')}" for c in commands)
    cases = "\n".join(_zsh_command(command) for command in commands)
    return _ZSH.replace("@COMMANDS@", described).replace("@CASES@", cases)


def _zsh_command(command: Command) -> str:
    specifications = [_zsh_option(option, name) for option in command.options for name in option.names]
    if command.argument:
        specifications.append(_quoted(f"*:argument:{_zsh_value(command.argument)}"))
    lines = " \\\n".join(f"                {each}" for each in specifications)
    return f"        {command.name})\n            _arguments -S \\\n{lines}\n            ;;"


def _zsh_option(option: Option, name: str) -> str:
    meaning = re.sub(r"([\\\[\]:])", r"\\\1", option.meaning)
    if option.value is None:
        return _quoted(f"*{name}[{meaning}]")
    joined = "=" if name.startswith("--") else "+"
    return _quoted(f"*{name}{joined}[{meaning}]:value:{_zsh_value(option.value)}")


def _zsh_value(value: Value) -> str:
    if value.is_file:
        return "_files"
    if not value.words:
        return " "
    words = " ".join(value.words)
    if value.is_list:
        return f"_sequence compadd - {words}"
    return f"compadd -S '' - {words}" if words.endswith("=") else f"({words})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


_ZSH = """\
#compdef prodlint
# Completion of prodlint's command line for zsh; load it with:  source <(prodlint completion zsh)

_prodlint() {
    local -a commands
    commands=(
@COMMANDS@
    )
    local command=check
    if (( CURRENT > 2 )) && [[ -n ${(M)commands:#${words[2]}:*} ]]; then
        command=${words[2]}
        words=(prodlint ${words[3,-1]})
        (( CURRENT-- ))
    elif (( CURRENT == 2 )) && [[ ${words[2]} != -* ]]; then
        _describe command commands
    fi
    case $command in
@CASES@
    esac
}

if [[ ${funcstack[1]} == _prodlint ]]; then
    _prodlint "$@"
else
    (( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit }
    compdef _prodlint prodlint
fi
"""


# fish: https://fishshell.com/docs/current/cmds/complete.html


def fish(commands: tuple[Command, ...]) -> str:
    """The script for fish."""
    lines = [_FISH.replace("@NAMES@", " ".join(command.name for command in commands))]
    for command in commands:
        described = f"-a {command.name} -d {_fish_quoted(command.meaning)}"
        lines.append(f"complete -c prodlint -n __prodlint_is_first {described}")
    for command in commands:
        lines += _fish_command(command)
    return "\n".join(lines) + "\n"


def _fish_command(command: Command) -> Iterator[str]:
    start = f"complete -c prodlint -n '__prodlint_is {command.name}'"
    if command.argument and command.argument.words:
        yield f"{start} -f -a {_fish_quoted(' '.join(command.argument.words))}"
    elif command.argument is None:
        yield f"{start} -f"
    for option in command.options:
        spellings = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
        yield f"{start} {spellings}{_fish_value(option.value)} -d {_fish_quoted(option.meaning)}"


def _fish_value(value: Value | None) -> str:
    if value is None:
        return ""
    if value.is_file:
        return " -r -F"
    if not value.words:
        return " -x"
    words = " ".join(value.words)
    return f" -x -a {_fish_quoted(f'(__prodlint_list {words})' if value.is_list else words)}"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_FISH = """\
# Completion of prodlint's command line for fish; load it with:  prodlint completion fish | source

function __prodlint_command
    set -l words (commandline -opc)
    if set -q words[2]; and contains -- $words[2] @NAMES@
        echo $words[2]
    else
        echo check
    end
end

function __prodlint_is
    test (__prodlint_command) = $argv[1]
end

function __prodlint_is_first
    test (count (commandline -opc)) -eq 1
end

function __prodlint_list
    set -l done (commandline -ct | string replace -r '^--[a-z-]+=' '' | string match -r '.*,')
    for word in $argv
        echo "$done$word"
    end
end
"""
