// A language client that leaves it to its user to tell why the server did not start.

import type { ChildProcess } from "node:child_process";
import type * as vscode from "vscode";
import { CloseAction, LanguageClient, type LanguageClientOptions, State } from "vscode-languageclient/node";
import { pullOptions, type InitializationOptions, type Settings } from "./settings";

/** The documents that the server judges: it takes cells of notebooks for no modules. */
export const DOCUMENTS = [
  { language: "python", scheme: "file" },
  { language: "python", scheme: "untitled" },
];

/** A client that starts a process for its server, and another one whenever that has crashed, but not for ever. */
export function clientOf(
  start: () => Promise<ChildProcess>,
  settings: Settings,
  initializationOptions: InitializationOptions,
  log: vscode.LogOutputChannel,
): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: DOCUMENTS,
    initializationOptions,
    diagnosticPullOptions: pullOptions(settings),
    outputChannel: log,
    initializationFailedHandler: () => false,
    errorHandler: {
      error: (error, message, count) => usual.error(error, message, count),
      closed: () => (client.hasStarted ? usual.closed() : { action: CloseAction.DoNotRestart, handled: true }),
    },
  };
  const client = new Client("prodlint", "prodlint", start, options);
  const usual = client.createDefaultErrorHandler();
  return client;
}

class Client extends LanguageClient {
  hasStarted = false;

  override async start(): Promise<void> {
    await super.start();
    this.hasStarted = this.state === State.Running;
  }

  override error(message: string, data?: unknown, show?: boolean | "force"): void {
    super.error(message, data, this.hasStarted ? show : false);
  }
}
