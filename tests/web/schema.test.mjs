// The page's types are those of docs/schema, and what tests make up in place of the server's answers has their form.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checked, kFiles } from "../e2e/answer_schemas.mjs";
import { distributionsOf, labOf, simulationOf, trafficOf, unitOf } from "../e2e/report_answers.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const textsIn = (folder) =>
  Object.fromEntries(readdirSync(folder).sort().map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));

test("schema: the types in web/src/types are what `npm run types` writes", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "crossfade-types-"));
  try {
    const { status, stderr } = spawnSync(process.execPath, ["types.mjs", "--out", folder],
      { cwd: path.join(root, "web"), encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const written = textsIn(folder);
    assert.deepEqual(Object.keys(written), kFiles.map((name) => `${name}.d.ts`).sort());
    assert.deepEqual(textsIn(path.join(root, "web/src/types")), written);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("schema: the example of the C++ tests is a Report", () => {
  const example = readFileSync(path.join(root, "tests/platform/analysis/report_example.json"), "utf8");
  checked("report.schema.json#", JSON.parse(example), "report_example.json");
});

test("schema: what the tests of the page answer has the form of the server's answers", () => {
  const variants = ["random", "top_pop", "sticky_artist"];
  checked("report.schema.json#/definitions/Distributions", distributionsOf(variants), "distributionsOf");
  for (const options of [{}, { measured: false }, { fallback: 0.3 }])
    checked("report.schema.json#/definitions/Traffic", trafficOf(variants, options), "trafficOf");
  checked("unit.schema.json#", unitOf("7", { total: 9 }), "unitOf");
  checked("lab.schema.json#", labOf(), "labOf");
  for (const state of ["running", "done", "cancelled", "failed"])
    checked("lab.schema.json#", labOf(simulationOf(state)), "simulationOf");
});
