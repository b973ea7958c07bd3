// The user's settings in, what the server and the client are told of them out.

import type { DiagnosticPullOptions } from "vscode-languageclient/node";

/** The settings of the section `prodlint`, as `package.json` declares them. */
export interface Settings {
  readonly path: string;
  readonly interpreter: string;
  readonly run: "onType" | "onSave";
  readonly workspace: boolean;
  readonly baseline: "hide" | "hint" | "show";
}

export const DEFAULTS: Settings = { path: "", interpreter: "", run: "onType", workspace: false, baseline: "hide" };

/** What `prodlint lsp` reads as initialization options. */
export interface InitializationOptions {
  readonly trusted: boolean;
  readonly baseline: string;
  readonly workspace: boolean;
}

/** The settings as given by the editor, with the defaults of those that it does not know. */
export function readSettings(get: <T>(name: string, unset: T) => T): Settings {
  return {
    path: get("path", DEFAULTS.path),
    interpreter: get("interpreter", DEFAULTS.interpreter),
    run: get("run", DEFAULTS.run),
    workspace: get("workspace", DEFAULTS.workspace),
    baseline: get("baseline", DEFAULTS.baseline),
  };
}

/** What the server is told; it loads the rule packs that a workspace names only if the workspace is trusted. */
export function initializationOptions(settings: Settings, trusted: boolean): InitializationOptions {
  return { trusted, baseline: settings.baseline, workspace: settings.workspace };
}

/** When the client asks for diagnostics, beside whenever a file is opened: it would ask for no others by itself. */
export function pullOptions(settings: Settings): DiagnosticPullOptions {
  return { onChange: settings.run !== "onSave", onSave: settings.run === "onSave" };
}
