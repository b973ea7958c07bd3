import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import type { ServerCommand } from "../src/command";
import { NotRun, started, whatHas } from "../src/process";

const ELSEWHERE = tmpdir();

function running(script: string): ServerCommand {
  return { program: process.execPath, args: ["-e", script], origin: "prodlint.path" };
}

test("a program that is missing is told apart from one that ends", async () => {
  const command: ServerCommand = { program: "no-such-prodlint", args: ["lsp"], origin: "PATH" };
  await assert.rejects(started(command, ELSEWHERE), (error) => {
    assert.ok(error instanceof NotRun);
    assert.deepEqual(error.ending, { kind: "not run", code: "ENOENT" });
    return true;
  });
});

test("how a server ended is known, with the end of what it said", async () => {
  const server = await started(running("console.error('x'.repeat(9000) + 'why'); process.exitCode = 2"), ELSEWHERE);
  const ending = await server.ended;
  assert.ok(ending.kind === "ended");
  assert.equal(ending.code, 2);
  assert.ok(ending.stderr.endsWith("xwhy\n") && ending.stderr.length <= 4000);
});

test("a server that does not end by itself is ended", async () => {
  const server = await started(running("setInterval(() => {}, 1000)"), ELSEWHERE);
  const ending = await server.end(10);
  assert.ok(ending.kind === "ended");
  assert.equal(ending.signal, "SIGKILL");
});

test("what is no interpreter has nothing", async () => {
  assert.equal(await whatHas("no-such-python", ELSEWHERE), "nothing");
  assert.equal(await whatHas(process.execPath, ELSEWHERE), "nothing");
});
