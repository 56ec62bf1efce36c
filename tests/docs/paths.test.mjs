// What a document names is there: paths of the tree, files, links, presets and programs.
import assert from "node:assert/strict";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { documents, filesBelow, root } from "./documents.mjs";

const files = filesBelow(root);
const names = new Set(files.map((file) => path.basename(file)));
const tops = ["bench", "cmake", "docs", "examples", "platform", "recommenders", "script", "simulator", "tests", "web"];

// a/{b,c/d}.h -> a/b.h, a/c/d.h
function alternatives(pattern) {
  const braces = pattern.match(/^(.*?)\{([^{}]*)\}(.*)$/);
  return braces ? braces[2].split(",").flatMap((one) => alternatives(braces[1] + one + braces[3])) : [pattern];
}

// A path, or a pattern that at least one path fits.
function exists(pattern) {
  if (!pattern.includes("*")) return existsSync(path.join(root, pattern));
  const expression = new RegExp(`^${pattern.replace(/[.+?^$()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*")}$`);
  return files.some((file) => expression.test(file));
}

test("paths: every path of the tree that a document names exists", () => {
  const pattern = new RegExp(`(?<![\\w./:-])(?:${tops.join("|")})/[\\w./*{},-]*`, "g");
  let seen = 0;
  const missing = [];
  for (const { name, text } of documents) {
    for (const [found] of text.matchAll(pattern)) {
      for (const one of alternatives(found.replace(/(\*\*|[.,])+$/, ""))) {
        ++seen;
        if (!exists(one)) missing.push(`${name}: ${one}`);
      }
    }
  }
  assert.deepEqual(missing, []);
  assert.ok(seen > 50, `${seen} paths were found`);
});

test("paths: every source file that a document names without its folder exists", () => {
  const missing = documents.flatMap(({ name, spans, blocks }) => spans
    .filter((span) => /^[\w.-]+\.(h|cpp|cmake|mjs|js|py)$/.test(span) && !names.has(span))
    .filter((span) => !blocks.some(({ file }) => file === span)) // the document itself shows it
    .map((span) => `${name}: ${span}`));
  assert.deepEqual(missing, []);
});

// As GitHub makes them of headings.
const anchorsOf = (text) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
  heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));

test("paths: every link leads to a file, and to a heading of it", () => {
  let seen = 0;
  for (const { name, text } of documents) {
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      ++seen;
      const [file, anchor] = target.split("#");
      const full = file === "" ? path.join(root, name) : path.resolve(path.dirname(path.join(root, name)), file);
      assert.ok(existsSync(full), `${name}: ${target}`);
      if (anchor) assert.ok(anchorsOf(readFileSync(full, "utf8")).includes(anchor), `${name}: ${target}`);
    }
  }
  assert.ok(seen > 10);
});

test("paths: scripts can be run, presets exist, and what is built by name is a target", () => {
  const presets = JSON.parse(readFileSync(path.join(root, "CMakePresets.json"), "utf8")).configurePresets.map(({ name }) => name);
  const targets = files.filter((file) => file.endsWith("CMakeLists.txt")).map((file) => readFileSync(path.join(root, file), "utf8")).join("\n");
  for (const { name, text } of documents) {
    for (const [script] of text.matchAll(/(?<![\w./])script\/\w+/g)) accessSync(path.join(root, script), constants.X_OK);
    for (const [, preset] of text.matchAll(/--preset (?!course)([a-z]+)/g)) assert.ok(presets.includes(preset), `${name}: --preset ${preset}`);
    for (const [, preset, program] of text.matchAll(/build\/([a-z]+)\/([a-z_]+)/g)) {
      assert.ok(presets.includes(preset), `${name}: build/${preset}`);
      assert.match(targets, new RegExp(`\\b${program}\\b`), `${name}: ${program}`);
    }
  }
});

test("changelog: what comes stands above the version that CMake builds, each group under its name", () => {
  const [, version] = readFileSync(path.join(root, "CMakeLists.txt"), "utf8").match(/project\(crossfade VERSION ([\d.]+)/);
  const text = readFileSync(path.join(root, "CHANGELOG.md"), "utf8");
  const [next, newest, ...older] = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
  assert.equal(next, "Unreleased");
  assert.match(newest, new RegExp(`^${version.replaceAll(".", "\\.")} - \\d{4}-\\d\\d-\\d\\d$`));
  for (const one of older) assert.match(one, /^\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d$/);
  for (const [, group] of text.matchAll(/^### (.+)$/gm)) assert.match(group, /^(Added|Changed|Deprecated|Removed|Fixed|Security)$/);
});
