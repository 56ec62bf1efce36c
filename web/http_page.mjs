// Writes docs/http.md from docs/schema/openapi.yaml.
//
//   node http_page.mjs [--out FILE]

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { load } from "js-yaml";

const here = dirname(fileURLToPath(import.meta.url));
const source = /** @type {any} */ (load(readFileSync(join(here, "../docs/schema/openapi.yaml"), "utf8")));

/** @typedef {Record<string, any>} Json */

/** @param {Json} value @returns {Json} with what it refers to in this file; what stands beside the reference counts */
function resolved(value) {
  if (typeof value?.$ref !== "string" || !value.$ref.startsWith("#/")) return value;
  const { $ref, ...own } = value;
  return { ...resolved($ref.slice(2).split("/").reduce((/** @type {any} */ at, /** @type {string} */ key) => at[key], source)), ...own };
}

const code = (/** @type {unknown} */ value) => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
const row = (/** @type {string[]} */ ...cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
/** @param {string[]} header @param {string[][]} rows */
const table = (header, rows) => rows.length === 0 ? "" : `${row(...header)}${"|---".repeat(header.length)}|\n${rows.map((one) => row(...one)).join("")}\n`;

const kDialect = /** @type {Record<string, string>} */ ({ string: "text", integer: "whole number", boolean: "true, false", array: "list", null: "null" });

const shown = (/** @type {number} */ number) => (Math.abs(number) >= 1e15 && Number.isInteger(Math.log10(Math.abs(number))) ? number.toExponential().replace("+", "") : String(number));

/** What may stand there, in words. @param {Json} schema @returns {string} */
function typeOf(schema) {
  const { type, anyOf, oneOf, enum: choices, items, minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, maxItems } = resolved(schema);
  if (choices) return choices.join(", ");
  const several = anyOf ?? oneOf;
  if (several) return [...new Set(several.map(typeOf))].join(", or ");
  const name = [type].flat().map((one) => kDialect[one] ?? one).join(" or ");
  if (type === "array") return `list of ${maxItems ? `up to ${maxItems} of ` : ""}${typeOf(items)}`;
  if (maxLength) return `${name} of ${minLength} to ${maxLength} bytes`;
  if (exclusiveMinimum !== undefined) return `${name} above ${exclusiveMinimum} and below ${exclusiveMaximum}`;
  if (minimum !== undefined && maximum !== undefined) return `${name} from ${shown(minimum)} to ${shown(maximum)}`;
  return minimum !== undefined ? `${name} from ${minimum} on` : name;
}

const linked = (/** @type {string} */ ref) => `[${ref.replace("#/definitions/", ", ")}](schema/${ref.replace(/#.*/, "")})`;

/** What a schema is called where another one is shown. @param {Json} schema @returns {string} */
function formOf(schema) {
  if (schema.$ref && !schema.$ref.startsWith("#/")) return linked(schema.$ref);
  const { allOf, properties, anyOf } = resolved(schema);
  if (allOf) {
    const { type } = allOf.at(-1).properties;
    return [type.const ?? type.enum].flat().map(code).join(", ");
  }
  if (schema.$ref === "#/components/schemas/Message") return `${code("{\"message\": ...}")}`;
  if (properties) return code(`{${Object.keys(properties).map((name) => `"${name}"`).join(", ")}}`);
  return anyOf ? anyOf.map(formOf).join(", or ") : "";
}

/** @param {Json} operation @param {Json} item */
function parametersOf(operation, item) {
  const all = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolved).filter(({ name }) => name !== "If-None-Match");
  return table(["parameter", "is", "default", ""], all.map(({ name, in: place, schema, description = "" }) =>
    [`${code(name)}${place === "query" ? "" : ` (${place})`}`, typeOf(schema), schema.default === undefined ? "" : code(schema.default), description.trim()]));
}

/** Objects of which a body may be one, or a list. @param {Json} schema @returns {Json[]} */
function objectsOf(schema) {
  const { anyOf, oneOf, properties, items } = resolved(schema);
  if (properties) return [resolved(schema)];
  return [...new Set((anyOf ?? oneOf ?? [items]).flatMap(objectsOf))];
}

/** @param {Json} operation */
function bodyOf({ requestBody }) {
  if (!requestBody) return "";
  const [first, ...others] = objectsOf(requestBody.content["application/json"].schema)
    .filter((one, i, all) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === i);
  if (!first) return "";
  const types = Object.keys(requestBody.content).map(code).join(" or ");
  const lists = JSON.stringify(requestBody).includes("\"oneOf\"") ? "one object, a list, or one a line" : "an object";
  const more = others.map(({ properties }) => ` Or ${code(`{"${Object.keys(properties)[0]}": [...]}`)}, a list of them.`).join("");
  const rows = Object.entries(first.properties).map(([name, schema]) =>
    [code(name), typeOf(schema), first.required?.includes(name) ? "has to be there" : resolved(schema).default === undefined ? "" : code(resolved(schema).default),
      resolved(schema).description ?? ""]);
  return `Body: ${types}, ${lists}.${more}\n\n${table(["member", "is", "default", ""], rows)}`;
}

/** @param {Json} operation */
function answersOf({ responses }) {
  return table(["status", "", "content"], Object.entries(responses).filter(([status]) => status !== "default").map(([status, reference]) => {
    const { description, content = {} } = resolved(reference);
    return [status, description.trim(), Object.entries(content).map(([type, { schema }]) => {
      const form = formOf(schema);
      return /json/.test(type) && form ? form : code(type);
    }).join(", ")];
  }));
}

/** @param {string} path @param {string} method @param {Json} item */
function sectionOf(path, method, item) {
  const operation = item[method];
  const refuses = operation["x-unknown-parameters"] === "refused" ? " Another parameter is refused." : "";
  const about = [`${operation.summary}${operation.summary.endsWith("?") ? "" : "."}`, operation.description].filter(Boolean).join(" ");
  return `### ${method.toUpperCase()} ${path}\n\n${about}${refuses}\n\n${parametersOf(operation, item)}${bodyOf(operation)}${answersOf(operation)}`;
}

function page() {
  const { info, tags, paths, components } = source;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    ["get", "post", "put", "patch", "delete"].filter((method) => item[method]).map((method) => ({ path, method, item })));
  const parts = tags.map((/** @type {Json} */ tag) => `## ${tag.name[0].toUpperCase()}${tag.name.slice(1)}\n\n${tag.description}\n\n${
    operations.filter(({ method, item }) => item[method].tags[0] === tag.name).map(({ path, method, item }) => sectionOf(path, method, item)).join("")}`);
  const { Refused } = components.responses;
  return `# The HTTP interface

<!-- Made from docs/schema/openapi.yaml by web/http_page.mjs (npm run http); not to be edited. -->

A running server describes itself at \`GET /openapi.yaml\` (OpenAPI 3.1, all schemas in it): clients can be generated from that, and a test
holds every route against it. This page is the same, to be read. How a service uses it: [your own service](service.md),
[logging](logging.md); the members of answers: [the JSON](json.md); sizes: [limits](limits.md).

${info.description.trim()}

${Refused.description.trim()} The kinds of problems are listed in [the JSON](json.md#problems).

${parts.join("").trim()}
`;
}

const { values: options } = parseArgs({ options: { out: { type: "string", default: join(here, "../docs/http.md") } } });
writeFileSync(/** @type {string} */ (options.out), page());
