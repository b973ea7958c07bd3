// One connection to one server for the whole window: started, started anew, ended; and what the user sees of it.

import { homedir } from "node:os";
import * as vscode from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import { clientOf, DOCUMENTS } from "./client";
import { chosenCommand, isSame, type Selected, type ServerCommand, written } from "./command";
import { explained, type Failure } from "./failure";
import { type Ending, NotRun, type ServerProcess, started, whatHas } from "./process";
import { selectedInterpreter } from "./python";
import { initializationOptions, readSettings, type Settings } from "./settings";

/** How long a server may take to end by itself, in milliseconds. */
const PATIENCE = 2000;

/** What to start, and with which settings. */
interface Choice {
  readonly settings: Settings;
  readonly selected: Selected | undefined;
  readonly command: ServerCommand;
}

export class Connection implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel("prodlint", { log: true });
  private readonly status = vscode.languages.createLanguageStatusItem("prodlint", DOCUMENTS);
  private command: ServerCommand | undefined;
  private client: LanguageClient | undefined;
  private server: ServerProcess | undefined;
  private last: Promise<void> = Promise.resolve();

  /** `directory` is where the server runs: none of the workspace. */
  constructor(private readonly directory: string) {
    this.status.name = "prodlint";
  }

  /** Start the server; end it before, if it runs. */
  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.stop();
      await this.start(await this.choice());
    });
  }

  /** Start the server anew if it would be another one by now. */
  refresh(): Promise<void> {
    return this.inTurn(async () => {
      const choice = await this.choice();
      if (this.command === undefined || !isSame(choice.command, this.command)) {
        await this.stop();
        await this.start(choice);
      }
    });
  }

  /** End the server. */
  end(): Promise<void> {
    return this.inTurn(() => this.stop());
  }

  dispose(): void {
    this.status.dispose();
    this.log.dispose();
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.last = this.last.then(work).catch((error: unknown) => this.log.error(String(error)));
    return this.last;
  }

  private async choice(): Promise<Choice> {
    const section = vscode.workspace.getConfiguration("prodlint");
    const settings = readSettings((name, unset) => section.get(name, unset));
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const isNamed = settings.path.trim() !== "" || settings.interpreter.trim() !== "";
    const selected = isNamed ? undefined : await this.selected(folder);
    const around = { folder: folder?.fsPath, home: homedir(), environment: process.env };
    return { settings, selected, command: chosenCommand(settings, selected, around) };
  }

  private async selected(folder: vscode.Uri | undefined): Promise<Selected | undefined> {
    try {
      const interpreter = await selectedInterpreter(folder);
      return interpreter === undefined ? undefined : { interpreter, has: await whatHas(interpreter, this.directory) };
    } catch (error) {
      // It is another's code, and prodlint may well be found without it.
      this.log.warn(`the Python extension tells of no interpreter: ${error}`);
      return undefined;
    }
  }

  private async start({ settings, selected, command }: Choice): Promise<void> {
    this.command = command;
    this.show({ text: "prodlint starts", busy: true });
    this.log.info(`starts \`${written(command)}\`: ${command.origin}`);
    try {
      // Before there is a client, which would tell of a program that is missing in its own words.
      let first: ServerProcess | undefined = await started(command, this.directory);
      const next = async (): Promise<ServerProcess["child"]> => {
        if (client !== this.client) {
          throw new Error("another server has been started");
        }
        this.server = first ?? (await started(command, this.directory));
        first = undefined;
        return this.server.child;
      };
      const told = initializationOptions(settings, vscode.workspace.isTrusted);
      const client: LanguageClient = (this.client = clientOf(next, settings, told, this.log));
      client.onDidChangeState(({ newState }) => this.follow(newState, client));
      await client.start();
    } catch (error) {
      this.fail(explained(command, await this.ending(error), selected));
    }
  }

  private async stop(): Promise<void> {
    const { client, server } = this;
    this.client = this.server = undefined;
    if (client?.state === State.Running) {
      await client.dispose(PATIENCE).catch((error: unknown) => this.log.warn(String(error)));
    }
    await server?.end(PATIENCE);
  }

  private async ending(error: unknown): Promise<Ending> {
    if (error instanceof NotRun) {
      return error.ending;
    }
    const ending = await this.server?.end(PATIENCE);
    return ending ?? { kind: "ended", code: null, signal: null, stderr: String(error) };
  }

  // What the user sees

  private follow(state: State, client: LanguageClient): void {
    if (client !== this.client) {
      return;
    }
    if (state === State.Running) {
      this.show({ text: `prodlint ${client.initializeResult?.serverInfo?.version ?? ""}`.trim() });
    } else if (state === State.Stopped) {
      this.show({ text: "prodlint has stopped", severity: vscode.LanguageStatusSeverity.Error });
    }
  }

  private show({ text, busy = false, severity = vscode.LanguageStatusSeverity.Information }: Shown): void {
    const isFaulty = severity === vscode.LanguageStatusSeverity.Error;
    this.status.text = text;
    this.status.detail = this.command === undefined ? "" : written(this.command);
    this.status.busy = busy;
    this.status.severity = severity;
    this.status.command = isFaulty
      ? { command: "prodlint.restart", title: "Restart" }
      : { command: "prodlint.showLog", title: "Show Log" };
  }

  private fail({ message, install }: Failure): void {
    this.log.error(message);
    this.show({ text: "prodlint is not running", severity: vscode.LanguageStatusSeverity.Error });
    // Nothing waits for the answer: the user may never give one.
    void this.offer(message, install);
  }

  private async offer(message: string, install: string | undefined): Promise<void> {
    const copy = install === undefined ? [] : ["Copy Command"];
    const chosen = await vscode.window.showErrorMessage(message, ...copy, "Open Settings", "Show Log");
    if (chosen === "Copy Command" && install !== undefined) {
      await vscode.env.clipboard.writeText(install);
    } else if (chosen === "Open Settings") {
      await vscode.commands.executeCommand("workbench.action.openSettings", "prodlint.");
    } else if (chosen === "Show Log") {
      this.log.show();
    }
  }
}

interface Shown {
  readonly text: string;
  readonly busy?: boolean;
  readonly severity?: vscode.LanguageStatusSeverity;
}
