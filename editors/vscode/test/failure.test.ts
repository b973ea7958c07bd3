import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerCommand } from "../src/command";
import { explained } from "../src/failure";
import type { Ending } from "../src/process";

const ON_PATH: ServerCommand = { program: "prodlint", args: ["lsp"], origin: "PATH" };
const BY_PYTHON: ServerCommand = {
  program: "/env/bin/python",
  args: ["-m", "prodlint", "lsp"],
  origin: "prodlint.interpreter",
};
const MISSING: Ending = { kind: "not run", code: "ENOENT" };

function ended(stderr: string, code: number | null = 1, signal: string | null = null): Ending {
  return { kind: "ended", code, signal, stderr };
}

test("prodlint that is nowhere is to be installed", () => {
  const { message, install } = explained(ON_PATH, MISSING, undefined);
  assert.equal(install, 'pipx install "prodlint[lsp]"');
  assert.ok(message.includes("not on the PATH") && message.includes(install));
});

test("prodlint that the selected interpreter lacks is to be installed there", () => {
  const { message, install } = explained(ON_PATH, MISSING, { interpreter: "/my env/python", has: "nothing" });
  assert.equal(install, '"/my env/python" -m pip install "prodlint[lsp]"');
  assert.match(message, /^`\/my env\/python` has no prodlint, nor is it on the PATH/);
  const part = explained(ON_PATH, MISSING, { interpreter: "/env/python", has: "part" });
  assert.match(part.message, /has prodlint without its language server/);
});

test("a setting that leads nowhere is named", () => {
  const command: ServerCommand = { program: "/no/prodlint", args: ["lsp"], origin: "prodlint.path" };
  assert.deepEqual(explained(command, MISSING, undefined), {
    message: "`/no/prodlint`, which prodlint.path names, is not there.",
    install: undefined,
  });
  const denied = explained(command, { kind: "not run", code: "EACCES" }, undefined);
  assert.match(denied.message, /cannot be run \(EACCES\)/);
});

test("an interpreter without prodlint says so in several ways", () => {
  for (const told of ["/env/bin/python: No module named prodlint\n", "ModuleNotFoundError: No module named 'prodlint'"]) {
    const { message, install } = explained(BY_PYTHON, ended(told), undefined);
    assert.match(message, /^`\/env\/bin\/python` has no prodlint/);
    assert.equal(install, '/env/bin/python -m pip install "prodlint[lsp]"');
  }
});

test("the missing extra is told with the command that installs it", () => {
  const told = "prodlint: the language server needs pygls: `pip install 'prodlint[lsp]'` where prodlint is installed\n";
  const byPython = explained(BY_PYTHON, ended(told, 2), undefined);
  assert.match(byPython.message, /prodlint without its language server/);
  assert.equal(byPython.install, '/env/bin/python -m pip install "prodlint[lsp]"');
  assert.equal(explained(ON_PATH, ended(told, 2), undefined).install, 'pipx install --force "prodlint[lsp]"');
});

test("whatever else ends the server is told in its own words", () => {
  const { message } = explained(BY_PYTHON, ended("Traceback\n  ...\nImportError: no libffi\n\n"), undefined);
  assert.equal(message, "`/env/bin/python` ended with 1: ImportError: no libffi");
  assert.equal(explained(ON_PATH, ended("", null, "SIGKILL"), undefined).message, "`prodlint` ended by SIGKILL");
});
