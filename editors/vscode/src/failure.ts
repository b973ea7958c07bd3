// Why the server is not there in, what the user is told and can do about it out.

import type { Selected, ServerCommand } from "./command";
import type { Ending } from "./process";

/** A message, and the command that installs what is missing where something is. */
export interface Failure {
  readonly message: string;
  readonly install: string | undefined;
}

const REQUIREMENT = '"prodlint[lsp]"';
const NO_SUCH = new Set(["ENOENT", "ENOTDIR"]);

/** What to tell of a server that did not start. */
export function explained(command: ServerCommand, ending: Ending, selected: Selected | undefined): Failure {
  if (ending.kind === "not run") {
    return notRun(command, ending.code, selected);
  }
  const isInterpreter = command.args.includes("-m");
  const install = isInterpreter ? installation(command.program) : `pipx install --force ${REQUIREMENT}`;
  if (isInterpreter && /No module named '?prodlint\b/.test(ending.stderr)) {
    return { message: `\`${command.program}\` has no prodlint. Install it there: ${install}`, install };
  }
  if (ending.stderr.includes("prodlint[lsp]")) {
    return { message: `\`${command.program}\` has prodlint without its language server. Install it: ${install}`, install };
  }
  const last = ending.stderr.trim().split("\n").at(-1)?.trim();
  const how = ending.signal === null ? `with ${ending.code ?? "no code"}` : `by ${ending.signal}`;
  return { message: `\`${command.program}\` ended ${how}${last ? `: ${last}` : ""}`, install: undefined };
}

function notRun(command: ServerCommand, code: string, selected: Selected | undefined): Failure {
  if (command.origin !== "PATH") {
    const why = NO_SUCH.has(code) ? "is not there" : `cannot be run (${code})`;
    return { message: `\`${command.program}\`, which ${command.origin} names, ${why}.`, install: undefined };
  }
  if (!NO_SUCH.has(code)) {
    return { message: `\`${command.program}\` on the PATH cannot be run (${code}).`, install: undefined };
  }
  if (selected === undefined) {
    const install = `pipx install ${REQUIREMENT}`;
    return { message: `prodlint is not on the PATH. Install it: ${install}, or set prodlint.path.`, install };
  }
  const install = installation(selected.interpreter);
  const lacks = selected.has === "part" ? "has prodlint without its language server" : "has no prodlint";
  return { message: `\`${selected.interpreter}\` ${lacks}, nor is it on the PATH. Install it: ${install}`, install };
}

function installation(interpreter: string): string {
  const program = /\s/.test(interpreter) ? `"${interpreter}"` : interpreter;
  return `${program} -m pip install ${REQUIREMENT}`;
}
