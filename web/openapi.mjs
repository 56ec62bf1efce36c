// The description of the server's routes as one document: docs/schema/openapi.yaml with the schemas that it refers to.
//
//   node openapi.mjs        prints it

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { dump, load } from "js-yaml";

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, "../docs/schema");
const kFile = "openapi.yaml";
const kEnd = ".schema.json";

/** @typedef {Record<string, any>} Json */

/** `value` with every object in it changed. @param {any} value @param {(object: Json) => Json} change @returns {any} */
function mapped(value, change) {
  if (Array.isArray(value)) return value.map((one) => mapped(one, change));
  if (value === null || typeof value !== "object") return value;
  return change(Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, change)])));
}

/**
 * Where a place in a schema file stands in the one document: "report.Timeline" for "#/definitions/Timeline".
 * @param {string} file "report.schema.json" @param {string} place "", "#", "#/definitions/NAME" or a place in one
 */
const componentOf = (file, place) => file.replace(kEnd, "") + place.replace(/^#?(\/definitions\/)?/, (_, inner) => (inner ? "." : ""));

/** draft-07 as JSON Schema 2020-12 has it, which is OpenAPI's. @param {Json} schema */
function modern(schema) {
  if (!Array.isArray(schema.items)) return schema;
  const { items, additionalItems, ...rest } = schema;
  return { ...rest, prefixItems: items, ...(additionalItems === undefined ? {} : { items: additionalItems }) };
}

/** The schemas of a file, by the names of their components. @param {string} file @returns {Json} */
function schemasOf(file) {
  const { $schema, $id, definitions = {}, ...root } = JSON.parse(readFileSync(join(folder, file), "utf8"));
  const local = (/** @type {Json} */ object) => modern(typeof object.$ref === "string"
    ? { ...object, $ref: `#/components/schemas/${componentOf(file, object.$ref)}` } : object);
  const named = Object.entries(definitions).map(([name, schema]) => [componentOf(file, `#/definitions/${name}`), schema]);
  return mapped(Object.fromEntries([[componentOf(file, ""), root], ...named]), local);
}

/** @returns {{document: Json, inputs: string[]}} inputs: files that it is made of, relative to this folder */
export function openapi() {
  /** @type {Set<string>} */
  const files = new Set();
  const document = mapped(load(readFileSync(join(folder, kFile), "utf8")), (object) => {
    const [, file, place = ""] = String(object.$ref ?? "").match(/^([\w-]+\.schema\.json)(#.*)?$/) ?? [];
    if (!file) return object;
    files.add(file);
    return { ...object, $ref: `#/components/schemas/${componentOf(file, place)}` };
  });
  for (const file of [...files].sort()) Object.assign(document.components.schemas, schemasOf(file));
  return { document, inputs: [kFile, ...files].map((file) => `../docs/schema/${file}`) };
}

/** What `GET /openapi.yaml` answers. */
export const openapiText = () => dump(openapi().document, { noRefs: true, lineWidth: 120 });

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(openapiText());
