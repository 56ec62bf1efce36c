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

// A document: its text; its prose, which is the text without fenced blocks; what stands in backticks in the prose; and
// the blocks. A block has its language, its content, the file that the paragraph above it says it is (first.yaml of
// "in a file `first.yaml`:"), and whether it stands right below the block before.
function documentOf(name) {
  const text = readFileSync(path.join(root, name), "utf8");
  const blocks = [];
  let prose = "";
  let end = 0;
  for (const match of text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)) {
    const between = text.slice(end, match.index);
    const file = between.trimEnd().split("\n\n").at(-1).match(/`([\w.-]+)`:$/)?.[1];
    blocks.push({ language: match[1], content: match[2], file, follows: blocks.length > 0 && between.trim() === "" });
    prose += between;
    end = match.index + match[0].length;
  }
  prose += text.slice(end);
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]);
  return { name, text, prose, blocks, spans };
}

const below = (folder) => readdirSync(path.join(root, folder)).filter((name) => name.endsWith(".md")).sort().map((name) => `${folder}/${name}`);

export const documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", ...below("docs"), ...below("docs/adr")].map(documentOf);
// What users read: everything that is shown in it is run.
export const manuals = documents.filter(({ name }) => name === "README.md" || /^docs\/[^/]+$/.test(name));
