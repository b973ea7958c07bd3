// The Python extension, where it is installed and active: the interpreter that is selected there.

import * as vscode from "vscode";

const EXTENSION = "ms-python.python";

/** The part of the extension's public API that is used here. */
interface PythonApi {
  readonly environments: {
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: { readonly path: string }): Promise<
      { readonly executable: { readonly uri: vscode.Uri | undefined } } | undefined
    >;
  };
}

/** The path of the interpreter that is selected for a folder; undefined without the extension, or without any. */
export async function selectedInterpreter(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const api = await pythonApi();
  const environment = await api?.environments.resolveEnvironment(api.environments.getActiveEnvironmentPath(folder));
  return environment?.executable.uri?.fsPath;
}

/** Have something done whenever another interpreter is selected. */
export async function onInterpreterChange(listener: () => void): Promise<vscode.Disposable | undefined> {
  return (await pythonApi())?.environments.onDidChangeActiveEnvironmentPath(listener);
}

async function pythonApi(): Promise<PythonApi | undefined> {
  // It is the code of the workspace that runs with its interpreter.
  if (!vscode.workspace.isTrusted) {
    return undefined;
  }
  const extension = vscode.extensions.getExtension<PythonApi | undefined>(EXTENSION);
  return extension && (extension.isActive ? extension.exports : await extension.activate());
}
