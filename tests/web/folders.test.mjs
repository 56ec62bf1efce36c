// The page's folders: small enough to look through, and without arrows back.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const source = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../web/src");
const files = readdirSync(source, { recursive: true }).filter((file) => path.extname(file) !== "");

/** What a script imports, but for packages; as seen from `source`. */
const importsOf = (file) => [...readFileSync(path.join(source, file), "utf8").matchAll(/\bfrom "(\.[^"]+)"/g)]
  .map(([, name]) => path.join(path.dirname(file), name));

/** May a file import a view? A page, views/NAME.js, its sections in views/NAME/; a section others of its page; any view a part. */
function mayImport(file, view) {
  if (file === "app.js") return true;
  if (!file.startsWith("views/")) return false;
  return [file.replace(/\.js$/, ""), path.dirname(file), "views/parts"].includes(path.dirname(view)) && path.dirname(view) !== "views";
}

test("folders: none has more than 30 files", () => {
  const counts = {};
  for (const file of files) counts[path.dirname(file)] = (counts[path.dirname(file)] ?? 0) + 1;
  assert.ok(Object.keys(counts).length >= 8, Object.keys(counts).join(" "));
  assert.deepEqual(Object.entries(counts).filter(([, count]) => count > 30), []);
});

test("folders: pages know their sections, sections each other, and all of them the parts; nothing else knows a view", () => {
  const arrows = files.filter((file) => file.endsWith(".js")).flatMap((file) => importsOf(file).map((to) => [file, to]))
    .filter(([, to]) => to.startsWith("views/"));
  assert.ok(arrows.length >= 60, `${arrows.length}`);
  assert.deepEqual(arrows.filter(([from, to]) => !mayImport(from, to)).map((arrow) => arrow.join(" -> ")), []);
});
