// NOTICE names what the program is made of: every library that CMake finds, that --version tells and that the loader
// brings, and every package in the page's bundle, each with its licence; and nothing else.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { filesBelow, root } from "./documents.mjs";

const crossfade = path.resolve(process.env.CROSSFADE ?? "build/release/crossfade");
const built = process.env.CROSSFADE_WEB ?? path.join(root, "build/release/web");
const notice = readFileSync(path.join(root, "NOTICE"), "utf8");

// Rows of a section: name, licence, copyright, two blanks or more between them.
function rowsOf(section) {
  const begin = notice.indexOf(`${section}\n---`);
  assert.ok(begin >= 0, `NOTICE has a section "${section}"`);
  const text = notice.slice(begin).split("\n\n\n")[0];
  return [...text.matchAll(/^ {2}(\S+) +(\S(?:.*?\S)?) {2,}(\S.*)$/gm)].map(([, name, licence, copyright]) => ({ name, licence, copyright }));
}
const libraries = rowsOf("Libraries of the program");
const packages = rowsOf("Packages in the report page");
const named = (name) => libraries.some((row) => row.name === name);

test("notice: every library that CMake looks for is named", () => {
  const names = { nlohmann_json: "nlohmann-json", Eigen3: "Eigen", ZLIB: "zlib", SQLITE3: "SQLite", HTTPLIB: "cpp-httplib" };
  const tools = ["Threads", "PkgConfig"]; // of the compiler and of CMake
  const sources = filesBelow(root).filter((file) => file.endsWith("CMakeLists.txt") || file.endsWith(".cmake"));
  const found = sources.flatMap((file) => [
    ...readFileSync(path.join(root, file), "utf8").matchAll(/^\s*(?:find_package|pkg_check_modules)\s*\(\s*([\w-]+)/gm),
  ].map((match) => match[1]));
  assert.ok(found.length >= 12, found.join(", "));
  for (const name of new Set(found))
    if (!tools.includes(name)) assert.ok(named(names[name] ?? name), `CMake looks for ${name}, which NOTICE does not name`);
});

test("notice: every library that --version tells is named", () => {
  const told = execFileSync(crossfade, ["--version"], { encoding: "utf8" }).split("\n")[1].replace("built with ", "").split(", ");
  assert.ok(told.length >= 10);
  for (const library of told) assert.ok(named(library.split(" ")[0]), library);
});

test("notice: every shared library that the program loads is named", () => {
  const names = { "libyaml-cpp": "yaml-cpp", libsqlite3: "SQLite", "libcpp-httplib": "cpp-httplib", libfmt: "fmt", libre2: "RE2", libz: "zlib",
    libssl: "OpenSSL", libcrypto: "OpenSSL", libbrotlidec: "Brotli", libbrotlienc: "Brotli", libbrotlicommon: "Brotli" };
  const system = ["libc", "libm", "libstdc++", "libgcc_s", "libpthread", "libdl", "libasan", "libubsan", "libtsan"];
  const loaded = [...execFileSync("ldd", [crossfade], { encoding: "utf8" }).matchAll(/^\s*(lib[\w+-]+?)(?:-[\d.]+)?\.so/gm)].map((match) => match[1]);
  assert.ok(loaded.length > 5, loaded.join(", "));
  for (const library of loaded)
    if (!system.includes(library)) assert.ok(named(names[library]), `the program loads ${library}, which NOTICE does not name`);
});

test("notice: the packages in the page's bundle are named with their licences, and no others are", () => {
  const file = readdirSync(path.join(built, "assets")).find((name) => name.startsWith("licences"));
  // web/build.mjs writes it from esbuild's list of what it read.
  const bundled = readFileSync(path.join(built, "assets", file), "utf8").split(`\n${"-".repeat(80)}\n\n`)
    .map((part) => part.split("\n")[0].replace(/ \S+$/, ""));
  assert.ok(bundled.length > 10);
  assert.deepEqual(packages.map(({ name }) => name), [...bundled].sort());
  for (const { name, licence } of packages) {
    const wanted = JSON.parse(readFileSync(path.join(root, "web/node_modules", name, "package.json"), "utf8")).license;
    assert.equal(licence.split(", ")[0], wanted, name);
  }
});

test("licence: it is the Apache License, as --version and NOTICE say", () => {
  assert.match(readFileSync(path.join(root, "LICENSE"), "utf8"), /^\s*Apache License\n\s*Version 2\.0, January 2004\n/);
  assert.match(execFileSync(crossfade, ["--version"], { encoding: "utf8" }), /^licence Apache-2\.0\n$/m);
  assert.ok(notice.includes("Apache License, Version 2.0"));
});
