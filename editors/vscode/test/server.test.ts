// The real server, started as the extension starts it, and a client of VS Code's protocol library that is sent
// diagnostics. PRODLINT_PYTHON names a Python that has prodlint; without it there is nothing to test against.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  type CodeAction,
  CodeActionRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
} from "vscode-languageserver-protocol/node";
import { chosenCommand } from "../src/command";
import { explained } from "../src/failure";
import { type ServerProcess, started, whatHas } from "../src/process";
import { DEFAULTS, initializationOptions } from "../src/settings";

const PYTHON = process.env.PRODLINT_PYTHON ?? "";
const WITH_SERVER = PYTHON === "" ? { skip: "PRODLINT_PYTHON names no Python that has prodlint" } : { timeout: 20_000 };

const TEXT = `"""A module with what has to be fixed."""

wish = "😋"


try:
    go()
except:
    raise
x = 1; y = "😋"  # prodlint: allow bare-except -- nothing to allow


print(wish)
`;
const FIXED_ONE = TEXT.replace("except:", "except BaseException:");
const FIXED_ALL = FIXED_ONE.replace("  # prodlint: allow bare-except -- nothing to allow", "");

let home: string;
const servers: ServerProcess[] = [];

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "prodlint-"));
  mkdirSync(path.join(home, "project"));
});
afterEach(async () => {
  // Of a test that fails the server still runs, and this process would wait for it.
  await Promise.all(servers.splice(0).map((server) => server.end(0)));
  rmSync(home, { recursive: true, force: true });
});

test("diagnostics, a quick fix and a fix of all, in a document with characters of two units", WITH_SERVER, async () => {
  const editor = await Editor.open([path.join(home, "project")]);
  editor.edit("a.py", TEXT);
  assert.deepEqual(await editor.shown("a.py"), ["bare-except 7:0", "unused-suppression 9:17", "print-call 12:0"]);

  const [quick] = await editor.actions("a.py", "quickfix", 7);
  assert.ok(quick);
  assert.equal(applied(TEXT, quick, editor.uri("a.py")), FIXED_ONE);

  const [all, ...others] = await editor.actions("a.py", "source.fixAll.prodlint");
  assert.ok(all);
  assert.deepEqual([all.kind, others], ["source.fixAll.prodlint", []]);
  const fixed = applied(TEXT, all, editor.uri("a.py"));
  assert.equal(fixed, FIXED_ALL);

  editor.edit("a.py", fixed);
  assert.deepEqual(await editor.shown("a.py"), ["print-call 12:0"]);
  await editor.close();
});

test("each folder of a workspace has its own settings", WITH_SERVER, async () => {
  const other = path.join(home, "other");
  mkdirSync(other);
  writeFileSync(path.join(other, "prodlint.toml"), 'ignore = ["print-call"]\n');
  const editor = await Editor.open([path.join(home, "project"), other]);
  for (const name of ["a.py", "../other/b.py"]) {
    editor.edit(name, TEXT);
  }
  assert.equal((await editor.shown("a.py")).length, 3);
  assert.equal((await editor.shown("../other/b.py")).length, 2);
  await editor.close();
});

test("packs of a workspace are loaded if it is trusted, and only then", WITH_SERVER, async () => {
  const packs = path.join(home, "packs");
  const loaded = path.join(home, "loaded");
  mkdirSync(packs);
  writeFileSync(path.join(packs, "seen_rules.py"), `open(${JSON.stringify(loaded)}, "w").close()\nRULES = ()\n`);
  writeFileSync(path.join(home, "project/prodlint.toml"), 'plugins = ["seen_rules"]\n');
  for (const trusted of [false, true]) {
    const editor = await Editor.open([path.join(home, "project")], trusted, packs);
    editor.edit("a.py", TEXT);
    await editor.shown("a.py");
    assert.equal(existsSync(loaded), trusted);
    await editor.close();
  }
});

test("an interpreter is told apart from one without prodlint, which says so when it is run", WITH_SERVER, async () => {
  assert.equal(await whatHas(PYTHON, home), "all");
  const command = { ...chosen(PYTHON), args: ["-I", "-S", "-m", "prodlint", "lsp"] };
  const ending = await (await started(command, home)).ended;
  assert.match(explained(command, ending, undefined).message, /has no prodlint\. Install it there/);
});

function chosen(interpreter: string) {
  return chosenCommand({ ...DEFAULTS, interpreter }, undefined, { folder: undefined, home: homedir(), environment: {} });
}

/** Do something while Python finds modules in a further directory first. */
async function withPath<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  const before = process.env.PYTHONPATH;
  process.env.PYTHONPATH = before ? directory + path.delimiter + before : directory;
  try {
    return await work();
  } finally {
    if (before === undefined) {
      delete process.env.PYTHONPATH;
    } else {
      process.env.PYTHONPATH = before;
    }
  }
}

/** A client that is sent diagnostics. Documents are named by their paths from the first folder. */
class Editor {
  private readonly versions = new Map<string, number>();
  private readonly sent = new Map<string, PublishDiagnosticsParams>();
  private arrived = (): void => undefined;

  private constructor(
    private readonly folder: string,
    private readonly server: ServerProcess,
    private readonly connection: ProtocolConnection,
  ) {
    connection.onNotification(PublishDiagnosticsNotification.type, (sent) => {
      this.sent.set(sent.uri, sent);
      this.arrived();
    });
    connection.listen();
  }

  static async open(folders: readonly string[], trusted = false, packs?: string): Promise<Editor> {
    const start = () => started(chosen(PYTHON), home);
    const server = await (packs === undefined ? start() : withPath(packs, start));
    servers.push(server);
    const reader = new StreamMessageReader(server.child.stdout);
    const connection = createProtocolConnection(reader, new StreamMessageWriter(server.child.stdin));
    const editor = new Editor(folders[0] ?? home, server, connection);
    const result: InitializeResult = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: folders.map((folder) => ({ uri: pathToFileURL(folder).href, name: path.basename(folder) })),
      capabilities: {
        textDocument: {
          publishDiagnostics: { versionSupport: true },
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll"] } } },
        },
      },
      initializationOptions: initializationOptions(DEFAULTS, trusted),
    });
    assert.equal(result.serverInfo?.name, "prodlint");
    assert.equal(result.capabilities.diagnosticProvider, undefined);
    await connection.sendNotification(InitializedNotification.type, {});
    return editor;
  }

  uri(name: string): string {
    return pathToFileURL(path.join(this.folder, name)).href;
  }

  /** Open a document, or replace its text. */
  edit(name: string, text: string): void {
    const uri = this.uri(name);
    const version = (this.versions.get(uri) ?? 0) + 1;
    this.versions.set(uri, version);
    void (version === 1
      ? this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
          textDocument: { uri, languageId: "python", version, text },
        })
      : this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
          textDocument: { uri, version },
          contentChanges: [{ text }],
        }));
  }

  /** The rules and places of what is sent of a document as it is now. */
  async shown(name: string): Promise<string[]> {
    return (await this.current(name)).map(({ code, range: { start } }) => `${code} ${start.line}:${start.character}`);
  }

  /** What is offered of a kind for a line, or for the whole document. */
  async actions(name: string, kind: string, line?: number): Promise<CodeAction[]> {
    const diagnostics = (await this.current(name)).filter(({ range }) => line === undefined || range.start.line === line);
    const start = { line: line ?? 0, character: 0 };
    const found = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: this.uri(name) },
      range: { start, end: line === undefined ? { line: 999, character: 0 } : start },
      context: { diagnostics, only: [kind] },
    });
    return (found ?? []).filter((action): action is CodeAction => "kind" in action);
  }

  async close(): Promise<void> {
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const ending = await this.server.end(10_000);
    assert.ok(ending.kind === "ended");
    assert.deepEqual([ending.code, ending.signal], [0, null]);
    this.connection.dispose();
  }

  private async current(name: string): Promise<Diagnostic[]> {
    const uri = this.uri(name);
    for (;;) {
      const sent = this.sent.get(uri);
      if (sent?.version === this.versions.get(uri)) {
        return sent?.diagnostics ?? [];
      }
      await new Promise<void>((resolve) => {
        this.arrived = resolve;
      });
    }
  }
}

/** A text after an action; offsets are counted in UTF-16, as JavaScript does. */
function applied(text: string, action: CodeAction, uri: string): string {
  const edits: TextEdit[] = action.edit?.changes?.[uri] ?? [];
  assert.ok(edits.length > 0);
  const starts = [0];
  for (const newline of text.matchAll(/\n/g)) {
    starts.push(newline.index + 1);
  }
  const offset = ({ line, character }: TextEdit["range"]["start"]): number => (starts[line] ?? text.length) + character;
  return [...edits]
    .sort((one, other) => offset(other.range.start) - offset(one.range.start))
    .reduce((made, { range, newText }) => made.slice(0, offset(range.start)) + newText + made.slice(offset(range.end)), text);
}
