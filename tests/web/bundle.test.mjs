// What the build made, in the folder CROSSFADE_WEB of the build tree.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../web");
const built = process.env.CROSSFADE_WEB;
assert.ok(built, "CROSSFADE_WEB names the folder that web/build.mjs wrote to");
const read = (name) => readFileSync(path.join(built, name), "utf8");

test("bundle: the page has no inline script or style, and names only files that exist", () => {
  const html = read("index.html");
  assert.doesNotMatch(html, /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/i);
  const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
  for (const file of ["page", "early", "chunk", "style", "icon", "licences"])
    assert.ok(named.some((name) => name.startsWith(`/assets/${file}-`)), file);
  for (const name of named) assert.ok(read(name).length > 0, name);
});

test("bundle: a script imports only scripts that exist, and the page does not wait for the charts", () => {
  const importsOf = (name) => [...read(`assets/${name}`).matchAll(/(?:from|import)\s*(\(?)\s*"\.\/([^"]+\.js)"/g)]
    .map(([, later, imported]) => ({ imported, later: later !== "" }));
  const scripts = readdirSync(path.join(built, "assets")).filter((file) => file.endsWith(".js"));
  const imports = scripts.flatMap(importsOf);
  assert.deepEqual(imports.filter(({ imported }) => !scripts.includes(imported)), []);
  assert.deepEqual([...new Set(imports.filter(({ later }) => later).map(({ imported }) => imported.split("-")[0]))], ["plots"]);
  assert.ok(!imports.some(({ imported, later }) => imported.startsWith("plots-") && !later));
});

test("bundle: nothing is loaded from elsewhere", () => {
  const styles = readdirSync(path.join(built, "assets")).filter((file) => file.endsWith(".css"));
  assert.equal(styles.length, 1);
  const css = read(`assets/${styles[0]}`);
  assert.ok(!css.includes("@import"));
  const urls = [...css.matchAll(/url\(\s*["']?([^"')]*)/g)].map((match) => match[1]);
  assert.deepEqual(urls.filter((url) => !url.startsWith("data:")), []);
});

test("bundle: the page weighs less than 250 KB compressed", () => {
  const files = readdirSync(path.join(built, "assets")).filter((file) => !file.startsWith("licences"));
  const weight = ["index.html", ...files.map((file) => `assets/${file}`)]
    .reduce((sum, file) => sum + gzipSync(readFileSync(path.join(built, file)), { level: 9 }).length, 0);
  assert.ok(weight < 250_000, `${weight} bytes`);
});

test("bundle: the licence of every bundled package is handed on", () => {
  const notices = read(`assets/${readdirSync(path.join(built, "assets")).find((file) => file.startsWith("licences"))}`);
  for (const name of ["preact", "htm", "@observablehq/plot", "d3-scale", "@picocss/pico", "diff"])
    assert.ok(notices.includes(`\n${name} `) || notices.startsWith(`${name} `), name);
});

test("bundle: missing or old packages are named with the remedy", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "crossfade-web-"));
  try {
    for (const name of ["build.mjs", "package.json"]) copyFileSync(path.join(web, name), path.join(folder, name));
    const build = () => spawnSync(process.execPath, ["build.mjs", "--out", "out"], { cwd: folder, encoding: "utf8" });
    assert.deepEqual([build().status, build().stderr], [1, "web/node_modules is missing: run script/bootstrap\n"]);
    mkdirSync(path.join(folder, "node_modules/@observablehq/plot"), { recursive: true });
    writeFileSync(path.join(folder, "node_modules/@observablehq/plot/package.json"), '{"version": "0.1.0"}');
    const { status, stderr } = build();
    assert.equal(status, 1);
    assert.match(stderr, /^web\/node_modules has 0\.1\.0 for @observablehq\/plot, want \d.*: run script\/bootstrap\n$/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
