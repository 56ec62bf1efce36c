import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { kChapters, kGlossary } from "../../web/src/glossary.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

test("glossary: every entry says what it is, by which formula, and which file defines it", () => {
  const entries = Object.entries(kGlossary);
  assert.ok(entries.length >= 30);
  for (const [key, { title, what, formula, sources }] of entries) {
    assert.match(title, /^\S.*\S$|^p$/, key);
    assert.match(what, /^[A-Z][\s\S]*[.)]$/, `${key}: sentences`);
    assert.ok(what.length > 40 && what.length < 420, `${key}: ${what.length} letters`);
    assert.ok(formula.length > 5, key);
    assert.ok(sources.length > 0, key);
    for (const source of sources) assert.ok(existsSync(path.join(root, source)), `${key}: ${source}`);
  }
});

test("glossary: no two chapters define the same term", () => {
  assert.equal(kChapters.reduce((n, { terms }) => n + Object.keys(terms).length, 0), Object.keys(kGlossary).length);
});

test("glossary: SQL names the experiment as a text, whatever its key", () => {
  const sql = kGlossary.units.sql("it's; DROP TABLE x");
  assert.ok(sql.includes("'it''s; DROP TABLE x'"), sql);
  for (const [key, term] of Object.entries(kGlossary)) {
    const text = term.sql?.("key") ?? "SELECT 1;";
    assert.match(text, /^SELECT [\s\S]*;$/, key);
    assert.equal(text.match(/;/g).length, 1, `${key}: one statement`);
  }
});

// Every term that a view explains, written as term="..." or explain("...", ...).
test("glossary: what the page explains is defined", () => {
  const folder = path.join(root, "web/src/views");
  const used = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".js")).flatMap((file) => {
    const text = readFileSync(path.join(folder, file), "utf8");
    return [...text.matchAll(/\bterm(?:=|: )"(\w+)"|\bexplain\("(\w+)"/g)].map(([, a, b]) => [file, a ?? b]);
  });
  assert.ok(used.length >= 25);
  for (const [file, term] of used) assert.ok(kGlossary[term], `${file}: ${term}`);
});
