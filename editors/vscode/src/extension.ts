// Starts `prodlint lsp` and hands it the settings; everything else is the server's.

import * as vscode from "vscode";
import { Connection } from "./connection";
import { onInterpreterChange } from "./python";
import { DEFAULTS } from "./settings";

const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append("prodlint");

let connection: Connection | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const made = (connection = new Connection(context.extensionPath));
  const follow = async (): Promise<void> => {
    try {
      const listening = await onInterpreterChange(() => made.refresh());
      context.subscriptions.push(...(listening ? [listening] : []));
    } catch (error) {
      made.log.warn(`the Python extension does not start: ${error}`);
    }
  };
  context.subscriptions.push(
    made,
    vscode.commands.registerCommand("prodlint.restart", () => made.restart()),
    vscode.commands.registerCommand("prodlint.showLog", () => made.log.show()),
    vscode.commands.registerCommand("prodlint.fixFile", () =>
      vscode.commands.executeCommand("editor.action.sourceAction", { kind: FIX_ALL.value, apply: "first" }),
    ),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (Object.keys(DEFAULTS).some((name) => event.affectsConfiguration(`prodlint.${name}`))) {
        await made.restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(async () => {
      await made.restart();
      await follow();
    }),
  );
  await made.restart();
  await follow();
}

export async function deactivate(): Promise<void> {
  await connection?.end();
}
