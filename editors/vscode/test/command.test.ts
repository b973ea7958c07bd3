import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenCommand, isSame, type Selected, written } from "../src/command";
import { DEFAULTS, type Settings } from "../src/settings";

const AROUND = { folder: "/shop", home: "/home/ann", environment: { TOOLS: "/opt/tools" } };

function chosen(settings: Partial<Settings>, selected?: Selected, around: Parameters<typeof chosenCommand>[2] = AROUND) {
  return chosenCommand({ ...DEFAULTS, ...settings }, selected, around);
}

test("a path counts more than an interpreter, and that more than what is selected", () => {
  const selected: Selected = { interpreter: "/env/bin/python", has: "all" };
  const both = { path: "/bin/prodlint", interpreter: "/bin/python3" };
  assert.equal(written(chosen(both, selected)), "/bin/prodlint lsp");
  assert.equal(written(chosen({ interpreter: "/bin/python3" }, selected)), "/bin/python3 -m prodlint lsp");
  assert.equal(written(chosen({}, selected)), "/env/bin/python -m prodlint lsp");
});

test("an interpreter without all that is needed is passed over for the PATH", () => {
  for (const has of ["part", "nothing"] as const) {
    const command = chosen({}, { interpreter: "/env/bin/python", has });
    assert.deepEqual(command, { program: "prodlint", args: ["lsp"], origin: "PATH" });
  }
  assert.equal(chosen({}).origin, "PATH");
});

test("a setting of spaces is none", () => {
  assert.equal(chosen({ path: "  ", interpreter: "\t" }).origin, "PATH");
});

test("variables and the home directory are replaced", () => {
  assert.equal(chosen({ path: "~/.local/bin/prodlint" }).program, "/home/ann/.local/bin/prodlint");
  assert.equal(chosen({ path: "${userHome}/bin/prodlint" }).program, "/home/ann/bin/prodlint");
  assert.equal(chosen({ path: "${workspaceFolder}/.venv/bin/prodlint" }).program, "/shop/.venv/bin/prodlint");
  assert.equal(chosen({ interpreter: "${env:TOOLS}/python" }).program, "/opt/tools/python");
  assert.equal(chosen({ path: "a~b" }).program, "a~b");
});

test("a relative path starts at the first folder, a name alone at the PATH", () => {
  assert.equal(chosen({ path: ".venv/bin/prodlint" }).program, "/shop/.venv/bin/prodlint");
  assert.equal(chosen({ path: "prodlint-next" }).program, "prodlint-next");
  assert.equal(chosen({ path: "bin/prodlint" }, undefined, { ...AROUND, folder: undefined }).program, "bin/prodlint");
});

test("commands are the same if they run the same, whatever names them", () => {
  const named = chosen({ interpreter: "/env/bin/python" });
  const selected = chosen({}, { interpreter: "/env/bin/python", has: "all" });
  assert.ok(isSame(named, selected));
  assert.ok(!isSame(named, chosen({})));
});

test("a command is written as one would type it", () => {
  assert.equal(written(chosen({ interpreter: "/my env/python" })), '"/my env/python" -m prodlint lsp');
});
