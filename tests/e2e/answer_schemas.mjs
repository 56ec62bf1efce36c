// The form of the program's JSON is described in docs/schema; what tests see is held against it. An address is a file and a
// place in it: "report.schema.json#/definitions/Srm".
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { default: Ajv } = require("ajv");

export const kFiles = ["report", "configurations", "unit", "lab", "problem", "taken", "assignments"];
const schemaText = (name) => readFileSync(new URL(`../../docs/schema/${name}.schema.json`, import.meta.url), "utf8");

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
for (const name of kFiles) ajv.addSchema(JSON.parse(schemaText(name)));

/** What stands at an address. @param {string} address */
export function schemaAt(address) {
  const found = ajv.getSchema(address);
  assert.ok(found, `${address} is in no schema`);
  return found.schema;
}

/** Has `value` the form that stands at `address`? */
export function fits(address, value) {
  const form = ajv.getSchema(address);
  assert.ok(form, `${address} is in no schema of kFiles`);
  return form(value);
}

// As the answers of one run are many, what is wrong with one is told once for each kind of fault.
function faultsOf(address, value) {
  if (fits(address, value)) return [];
  const { errors } = ajv.getSchema(address);
  const lines = errors.map(({ instancePath, message, params }) =>
    `${instancePath.replace(/\/\d+(?=\/|$)/g, "/*")} ${message} ${JSON.stringify(params)}`);
  return [...new Set(lines)];
}

const watchers = new Set();

/** Tells `watcher` of every value that is checked from now on: (address, value). */
export const watch = (watcher) => watchers.add(watcher);

/** Throws where `value` has not the form that stands at `address`. @returns `value` */
export function checked(address, value, what) {
  const faults = faultsOf(address, value);
  assert.ok(faults.length === 0, `${what} is not what docs/schema says:\n${faults.join("\n")}`);
  for (const watcher of watchers) watcher(address, value);
  return value;
}

const kAnswers = [
  [/^\/api\/v1\/experiments$/, "report.schema.json#/definitions/Overview"],
  [/^\/api\/v1\/experiments\/[^/]+\/results$/, "report.schema.json#"],
  [/^\/api\/v1\/experiments\/[^/]+\/timeline$/, "report.schema.json#/definitions/Timeline"],
  [/^\/api\/v1\/experiments\/[^/]+\/configurations$/, "configurations.schema.json#"],
  [/^\/api\/v1\/units\/[^/]+$/, "unit.schema.json#"],
  [/^\/api\/v1\/(exposures|events|sessions)$/, "taken.schema.json#"],
  [/^\/api\/v1\/assignments$/, "assignments.schema.json#"],
  [/^\/api\/v1\/lab(\/simulation)?$/, "lab.schema.json#"],
];

/** Where the form of an answer stands; null where it has none: other content, or none of the JSON interface. */
export function addressOf(target, status, contentType) {
  const [path] = target.split("?");
  if (contentType === "application/problem+json") return "problem.schema.json#";
  if (status >= 300 || contentType !== "application/json" || !path.startsWith("/api/")) return null;
  const found = kAnswers.find(([pattern]) => pattern.test(path));
  assert.ok(found, `${path} answers JSON whose form nobody described: want it in docs/schema and in kAnswers`);
  return found[1];
}

/** Throws where an answer of the server has not the form that is described. */
export function checkAnswer(target, status, contentType, body) {
  const address = addressOf(target, status, contentType);
  if (address) checked(address, JSON.parse(body), `the answer to ${target}`);
}
