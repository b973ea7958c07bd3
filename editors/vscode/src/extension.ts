// Starts `prodlint lsp` and hands it the settings; everything else is the server's.

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";

const SECTION = "prodlint";
const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append(SECTION);

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand("prodlint.restart", restart),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      // Whether to fix is asked anew with each file that is saved.
      if (["path", "baseline", "workspace"].some((name) => event.affectsConfiguration(`${SECTION}.${name}`))) {
        await restart();
      }
    }),
    vscode.workspace.onWillSaveTextDocument((event) => {
      const { document } = event;
      const settings = vscode.workspace.getConfiguration(SECTION, document);
      if (document.languageId === "python" && client?.isRunning() && settings.get("fixOnSave")) {
        event.waitUntil(safeFixes(document));
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await stop();
}

async function restart(): Promise<void> {
  await stop();
  await start();
}

async function stop(): Promise<void> {
  const stopped = client;
  client = undefined;
  await stopped?.dispose();
}

async function start(): Promise<void> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const command = settings.get("path", "prodlint");
  const server: ServerOptions = { command, args: ["lsp"] };
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: "python", scheme: "file" },
      { language: "python", scheme: "untitled" },
    ],
    initializationOptions: {
      trusted: vscode.workspace.isTrusted,
      baseline: settings.get("baseline", "hide"),
      workspace: settings.get("workspace", false),
    },
  };
  const started = new LanguageClient(SECTION, "prodlint", server, options);
  try {
    await started.start();
    client = started;
  } catch (error) {
    const told = `prodlint cannot be started as \`${command} lsp\`: ${error}. Install it, or set prodlint.path.`;
    if ((await vscode.window.showErrorMessage(told, "Open settings")) !== undefined) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "prodlint.path");
    }
  }
}

/** The edits of the action that applies all safe fixes, for the one document that is saved. */
async function safeFixes(document: vscode.TextDocument): Promise<vscode.TextEdit[]> {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    whole,
    FIX_ALL.value,
    1, // so many actions are given with their edits
  );
  return actions.filter((action) => action.kind?.value === FIX_ALL.value).flatMap((action) => action.edit?.get(document.uri) ?? []);
}
