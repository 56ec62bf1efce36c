// Bundles the report page and writes it as C++ source, so that the program serves it from its own memory; so the
// description of its routes.
//
//   node build.mjs --out DIR [--depfile FILE --target NAME]
//
// DIR gets index.html, openapi.yaml and assets/NAME-HASH.* as a browser would request them (to look at), and assets.cpp, which
// defines crossfade::web::assets(). The depfile tells Ninja which files went into the bundle; NAME is assets.cpp as
// Ninja knows it.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));

/** @typedef {{path: string, type: string, content: Buffer}} Asset */

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}

// What benchmarks compare with is no part of the page.
const kPeers = new Set(["@growthbook/growthbook"]);

// An old node_modules would be bundled in silence, so the installed versions are compared with the wanted ones.
function checkPackages() {
  const wanted = JSON.parse(readFileSync(join(here, "package.json"), "utf8")).devDependencies;
  if (!existsSync(join(here, "node_modules"))) fail("web/node_modules is missing: run script/bootstrap");
  for (const [name, version] of Object.entries(wanted).filter(([name]) => !kPeers.has(name))) {
    const file = join(here, "node_modules", name, "package.json");
    const installed = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : "nothing";
    if (installed !== version)
      fail(`web/node_modules has ${installed} for ${name}, want ${version}: run script/bootstrap`);
  }
}

/** Hash of the content as it stands in names and ETags. @param {Buffer} content */
const hashOf = (content) => createHash("sha256").update(content).digest("hex").slice(0, 16);

/** What a Content-Security-Policy calls an inline script or style. @param {string} text */
const policyHash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

// The page as one file, which opens from a disk: its policy lets in nothing but its own script and style.
/** @param {string} script @param {string} style @param {string} icon an SVG */
function sharedPage(script, style, icon) {
  const inline = script.replaceAll("</script", "<\\/script");
  const policy = `default-src 'none'; script-src ${policyHash(inline)}; style-src ${policyHash(style)}; img-src data:; `
    + "base-uri 'none'; form-action 'none'";
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Crossfade</title>
    <link rel="icon" href="data:image/svg+xml;base64,${Buffer.from(icon).toString("base64")}">
    <style>${style}</style>
  </head>
  <body>
    <div id="page"></div>
    <noscript><p class="notice">This report needs JavaScript.</p></noscript>
    <script type="application/json" id="crossfade-data">{"answers":"by path"}</script>
    <script type="module">${inline}</script>
  </body>
</html>
`;
}

// What is bundled is given away with the program, and each of these licences asks to be given along.
/** @param {string[]} inputs paths of bundled files */
function licences(inputs) {
  const packages = new Set(inputs.map((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? ""));
  packages.delete("");
  return [...packages].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
    const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((f) => join(here, folder, f)).find(existsSync);
    if (!file) fail(`${name} is bundled, but has no LICENSE file to hand on`);
    return `${name} ${version}\n\n${readFileSync(file, "utf8").trim()}\n`;
  }).join(`\n${"-".repeat(80)}\n\n`);
}

/**
 * @param {import("esbuild").BuildOptions} options
 * @returns {Promise<import("esbuild").BuildResult<{write: false, metafile: true}>>}
 */
async function esbuild(options) {
  const { build } = await import("esbuild");
  return build({
    ...options,
    absWorkingDir: here,
    outdir: "assets",
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: ["es2022"],
    legalComments: "none",
    logLevel: "warning",
  });
}

/** @param {string} path */
const typeOf = (path) => (path.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8");

/** How the page itself is delivered: some scripts of several parts, so that the first is soon there. */
async function bundleParts() {
  const { outputFiles, metafile } = await esbuild({
    entryPoints: { early: "src/early.js", page: "src/main.js", style: "src/style.css" },
    splitting: true,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
  });
  /** @type {Asset[]} */
  const assets = outputFiles.map(({ path, contents }) => ({
    path: `/${relative(here, path)}`, type: typeOf(path), content: Buffer.from(contents),
  }));
  return { assets, inputs: Object.keys(metafile.inputs) };
}

/** The same in one part each, for a file that can load nothing. */
async function bundleWhole() {
  const { outputFiles } = await esbuild({ entryPoints: { page: "src/main.js", style: "src/style.css" } });
  const textOf = (/** @type {string} */ end) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? fail(`esbuild made no ${end}`);
  return { script: textOf(".js"), style: textOf(".css") };
}

/**
 * The page's own file, with the names that its parts have got. What several entries share is loaded along with them,
 * rather than when the first of them asks for it. Charts are not wanted at once.
 * @param {Asset[]} assets
 */
function pageOf(assets) {
  let html = readFileSync(join(here, "src/index.html"), "utf8");
  const common = assets.filter(({ path }) => {
    const plain = path.replace(/-[0-9A-Za-z]+(?=\.[a-z]+$)/, "");
    const named = html.includes(`"${plain}"`);
    html = html.replaceAll(`"${plain}"`, `"${path}"`);
    return !named && plain.startsWith("/assets/chunk");
  });
  const preloads = common.map(({ path }) => `<link rel="modulepreload" href="${path}">\n    `).join("");
  html = html.replace("<script", `${preloads}<script`);
  const unhashed = html.match(/\/assets\/[^"-]+"/);
  if (unhashed) fail(`src/index.html names ${unhashed[0]} which is not built`);
  return html;
}

/**
 * Bundles the page.
 * @returns {Promise<{assets: Asset[], shared: string, inputs: string[]}>} inputs relative to this folder
 */
async function bundle() {
  const { assets, inputs } = await bundleParts();
  const icon = readFileSync(join(here, "src/icon.svg"));
  /** @type {(name: string, type: string, content: Buffer) => Asset} */
  const asset = (name, type, content) => ({
    path: `/assets/${name.replace(/(?=\.[^.]+$)/, `-${hashOf(content)}`)}`, type, content,
  });
  assets.push(
    asset("icon.svg", "image/svg+xml", icon),
    asset("licences.txt", "text/plain; charset=utf-8", Buffer.from(licences(inputs))),
  );
  assets.unshift({ path: "/report", type: "text/html; charset=utf-8", content: Buffer.from(pageOf(assets)) });
  const { openapi, openapiText } = await import("./openapi.mjs");
  assets.push({ path: "/openapi.yaml", type: "application/yaml", content: Buffer.from(openapiText()) });
  const { script, style } = await bundleWhole();
  return {
    assets, shared: sharedPage(script, style, String(icon)),
    inputs: [...inputs, "src/index.html", "src/icon.svg", ...openapi().inputs],
  };
}

/** A string literal, broken into lines; bytes that are not plain ASCII as three octal digits. @param {Buffer} bytes */
function literal(bytes) {
  const lines = [];
  for (let start = 0; start < bytes.length; start += 4096) {
    let text = "";
    for (const byte of bytes.subarray(start, start + 4096)) {
      const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
      text += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
    }
    lines.push(`"${text}"`);
  }
  return lines.join("\n");
}

/** @param {Asset[]} assets @param {string} shared the page as one file */
function cppSource(assets, shared) {
  const entries = assets.map(({ path, type, content }) => {
    const gzip = gzipSync(content, { level: 9 });
    const etag = `"\\"${hashOf(content)}\\""`;
    return `    {"${path}", "${type}",\n     {${literal(gzip)},\n      ${gzip.length}},\n     ${etag}},\n`;
  });
  return `// Made by web/build.mjs; not to be edited.
#include "web/assets.h"

#include <array>

namespace crossfade::web {
namespace {
constexpr std::array<Asset, ${assets.length}> kAssets{{
${entries.join("")}}};
}  // namespace

std::span<const Asset> assets() { return kAssets; }

std::string_view shared_page() {
  static constexpr char page[] =
${literal(Buffer.from(shared))};
  return {page, sizeof page - 1};
}

}  // namespace crossfade::web
`;
}

const { values: options } = parseArgs({
  options: { out: { type: "string" }, depfile: { type: "string" }, target: { type: "string" } },
});
if (!options.out) fail("usage: node build.mjs --out DIR [--depfile FILE --target NAME]");
checkPackages();
const { assets, shared, inputs } = await bundle();

rmSync(join(options.out, "assets"), { recursive: true, force: true });
mkdirSync(join(options.out, "assets"), { recursive: true });
for (const { path, content } of assets)
  writeFileSync(join(options.out, path === "/report" ? "index.html" : path), content);
writeFileSync(join(options.out, "assets.cpp"), cppSource(assets, shared));
writeFileSync(join(options.out, "shared.html"), shared);
if (options.depfile && options.target) {
  const escaped = inputs.map((path) => join(here, path).replace(/[ #$]/g, "\\$&"));
  writeFileSync(options.depfile, `${options.target}: ${escaped.join(" ")}\n`);
}

let total = 0;
for (const { path, content } of assets) {
  const size = gzipSync(content, { level: 9 }).length;
  if (!/licences|openapi/.test(path)) total += size;
  console.log(`${path} ${content.length} bytes, ${size} compressed`);
}
console.log(`the page weighs ${(total / 1000).toFixed(1)} KB compressed (${relative(process.cwd(), options.out)})`);
