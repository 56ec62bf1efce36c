// The documents of the tree, as the tests take them apart.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

// Paths of all files below a folder, relative to it, without what was built or installed.
export function filesBelow(folder) {
  const skipped = new Set(["node_modules", "build", ".git", "__pycache__"]);
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    if (!entry.isDirectory()) return [entry.name];
    return filesBelow(path.join(folder, entry.name)).map((file) => `${entry.name}/${file}`);
  });
}

function documentOf(name) {
  const text = readFileSync(path.join(root, name), "utf8");
  // Fenced blocks: language, content, the prose just before, and a mark <!-- not run: why --> above it.
  const blocks = [];
  const prose = text.replace(/^```(\w*)\n([\s\S]*?)^```$/gm, (_, language, content, offset) => {
    const before = text.slice(0, offset).trimEnd().split("\n\n").at(-1);
    blocks.push({ language, content, before, reason: before.match(/<!-- not run: (.+?) -->$/)?.[1] });
    return "";
  });
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]);
  return { name, text, prose, blocks, spans };
}

const below = (folder) => readdirSync(path.join(root, folder)).filter((name) => name.endsWith(".md")).map((name) => `${folder}/${name}`);

export const documents = ["README.md", "ARCHITECTURE.md", ...below("docs"), ...below("docs/adr")].map(documentOf);
// What users read: everything shown in it is run.
export const manuals = documents.filter(({ name }) => name === "README.md" || /^docs\/[^/]+$/.test(name));
