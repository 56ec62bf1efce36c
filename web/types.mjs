// Writes the types of the program's answers, src/types/NAME.d.ts, from the schemas in docs/schema.
//
//   node types.mjs [--out DIR]

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compile } from "json-schema-to-typescript";

const here = dirname(fileURLToPath(import.meta.url));
const schemas = join(here, "../docs/schema");
const kEnd = ".schema.json";

/**
 * With the definition that the root refers to in its place: the compiler would write that type twice.
 * @param {import("json-schema-to-typescript").JSONSchema} schema
 */
function rooted(schema) {
  if (!schema.$ref) return schema;
  const name = schema.$ref.replace("#/definitions/", "");
  const { [name]: root, ...definitions } = schema.definitions ?? {};
  return JSON.parse(JSON.stringify({ ...root, title: name, definitions }).replaceAll(`"${schema.$ref}"`, '"#"'));
}

/** @param {string} file of a schema @returns {Promise<string>} */
async function typesOf(file) {
  const text = await compile(rooted(JSON.parse(readFileSync(join(schemas, file), "utf8"))), file, {
    bannerComment: `// Made from docs/schema/${file} by web/types.mjs (npm run types); not to be edited.`,
    unreachableDefinitions: true,
    style: { printWidth: 120 },
  });
  // Where a type was referred to says nothing about it.
  return text.replace(/( \*\n)? \* This interface was referenced by `\w+`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g, "")
    .replace(/\/\*\*\n \*\/\n/g, "");
}

const { values: options } = parseArgs({ options: { out: { type: "string", default: join(here, "src/types") } } });
mkdirSync(options.out, { recursive: true });
for (const file of readdirSync(schemas).filter((name) => name.endsWith(kEnd)).sort())
  writeFileSync(join(options.out, file.replace(kEnd, ".d.ts")), await typesOf(file));
