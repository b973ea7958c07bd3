import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DEFAULTS, initializationOptions, pullOptions, readSettings } from "../src/settings";

const DECLARED: Record<string, { default: unknown }> = JSON.parse(readFileSync("package.json", "utf8")).contributes
  .configuration.properties;

test("the settings and their defaults are those that package.json declares", () => {
  const declared = Object.entries(DECLARED).filter(([name]) => name !== "prodlint.trace.server"); // the client's own
  assert.deepEqual(Object.fromEntries(declared.map(([name, { default: unset }]) => [name, unset])), {
    ...Object.fromEntries(Object.entries(DEFAULTS).map(([name, unset]) => [`prodlint.${name}`, unset])),
  });
});

test("what the editor knows is read, the rest is as unset", () => {
  const known: Record<string, unknown> = { run: "onSave", workspace: true };
  const settings = readSettings((name, unset) => (known[name] ?? unset) as typeof unset);
  assert.deepEqual(settings, { ...DEFAULTS, run: "onSave", workspace: true });
});

test("the server is told of trust, and of what it does with the baseline and the workspace", () => {
  assert.deepEqual(initializationOptions(DEFAULTS, false), { trusted: false, baseline: "hide", workspace: false });
  const settings = { ...DEFAULTS, baseline: "hint", workspace: true } as const;
  assert.deepEqual(initializationOptions(settings, true), { trusted: true, baseline: "hint", workspace: true });
});

test("diagnostics are asked for on each change or on each save, never on neither", () => {
  assert.deepEqual(pullOptions(DEFAULTS), { onChange: true, onSave: false });
  assert.deepEqual(pullOptions({ ...DEFAULTS, run: "onSave" }), { onChange: false, onSave: true });
});
