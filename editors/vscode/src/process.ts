// Commands in, processes and how they ended out.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Has, ServerCommand } from "./command";

/** How a process ended: it could not be started at all, or ran and left something on standard error. */
export type Ending =
  | { readonly kind: "not run"; readonly code: string }
  | { readonly kind: "ended"; readonly code: number | null; readonly signal: string | null; readonly stderr: string };

/** How much of standard error is kept: its end, where the reason is. */
const KEPT = 4000;

/** A running server. */
export class ServerProcess {
  readonly ended: Promise<Ending>;

  constructor(readonly child: ChildProcessWithoutNullStreams) {
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-KEPT);
    });
    this.ended = new Promise((resolve) => {
      child.once("close", (code, signal) => resolve({ kind: "ended", code, signal, stderr }));
    });
  }

  /** Have the process end, by itself if it does so in time. */
  async end(milliseconds: number): Promise<Ending> {
    const timer = setTimeout(() => this.child.kill("SIGKILL"), milliseconds);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A process that could not be started. */
export class NotRun extends Error {
  readonly ending: Ending;

  constructor(error: NodeJS.ErrnoException) {
    super(error.message);
    this.ending = { kind: "not run", code: error.code ?? error.message };
  }
}

/**
 * Start the server in a directory, which must not be one of the workspace: Python imports what lies where it runs, and
 * Windows looks for programs there. Throws NotRun.
 */
export function started(command: ServerCommand, directory: string): Promise<ServerProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.program, [...command.args], { cwd: directory });
    child.once("spawn", () => resolve(new ServerProcess(child)));
    child.on("error", (error: NodeJS.ErrnoException) => reject(new NotRun(error)));
  });
}

const LOOK = "import importlib.util as u; print(*(bool(u.find_spec(name)) for name in ('prodlint', 'pygls')))";

/** What of prodlint an interpreter has; nothing, if it does not say so in time. Imports none of it. */
export async function whatHas(interpreter: string, directory: string): Promise<Has> {
  const child = spawn(interpreter, ["-c", LOOK], { cwd: directory, timeout: 10_000, stdio: ["ignore", "pipe", "ignore"] });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    told += text;
  });
  await new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  return told.trim() === "True True" ? "all" : told.startsWith("True") ? "part" : "nothing";
}
