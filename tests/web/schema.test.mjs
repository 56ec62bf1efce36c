// What tests make up in place of the server's answers has their form.
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checked } from "../e2e/answer_schemas.mjs";
import { distributionsOf, labOf, simulationOf, trafficOf, unitOf } from "../e2e/report_answers.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

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
