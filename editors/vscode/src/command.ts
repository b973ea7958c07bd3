// Settings and surroundings in, the command that starts the server out. Runs nothing itself.

import * as path from "node:path";
import type { Settings } from "./settings";

/** What of prodlint an interpreter has: `part` is prodlint without its extra `lsp`. */
export type Has = "all" | "part" | "nothing";

/** The interpreter that is selected in the Python extension. */
export interface Selected {
  readonly interpreter: string;
  readonly has: Has;
}

/** Where settings are read: the first folder of the workspace, if there is one, the home directory, the environment. */
export interface Surroundings {
  readonly folder: string | undefined;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A command, and what named it. */
export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly origin: "prodlint.path" | "prodlint.interpreter" | "the Python extension" | "PATH";
}

/** The command that starts the server: what a setting names, else what is found. */
export function chosenCommand(settings: Settings, selected: Selected | undefined, around: Surroundings): ServerCommand {
  const program = expanded(settings.path, around);
  if (program !== "") {
    return { program, args: ["lsp"], origin: "prodlint.path" };
  }
  const interpreter = expanded(settings.interpreter, around);
  if (interpreter !== "") {
    return { program: interpreter, args: ["-m", "prodlint", "lsp"], origin: "prodlint.interpreter" };
  }
  if (selected?.has === "all") {
    return { program: selected.interpreter, args: ["-m", "prodlint", "lsp"], origin: "the Python extension" };
  }
  return { program: "prodlint", args: ["lsp"], origin: "PATH" };
}

/** Whether two commands are one. */
export function isSame(one: ServerCommand, other: ServerCommand): boolean {
  return one.program === other.program && one.args.join("\0") === other.args.join("\0");
}

/** A command as one would type it. */
export function written(command: ServerCommand): string {
  return [command.program, ...command.args].map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(" ");
}

function expanded(setting: string, around: Surroundings): string {
  const text = setting
    .trim()
    .replace(/^~(?=[/\\]|$)/, () => around.home)
    .replace(/\$\{workspaceFolder\}/g, () => around.folder ?? "")
    .replace(/\$\{userHome\}/g, () => around.home)
    .replace(/\$\{env:([^}]+)\}/g, (_, name: string) => around.environment[name] ?? "");
  // A name alone is looked for on the PATH; the server does not run in the workspace, where a path would lead elsewhere.
  return /[/\\]/.test(text) && around.folder !== undefined ? path.resolve(around.folder, text) : text;
}
