// The commands of the manuals work as they stand. Those in `sh` blocks run in order, README's in an empty directory,
// each other manual's in what README has left there; the block below one is what it prints. Commands in the prose run
// with names put in for what they leave open. What is not run stands in kNotRun, with the reason.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { manuals } from "./documents.mjs";
import { assertShown, linesOf, Place, readme } from "./place.mjs";

const kNotRun = [
  [/^script\/(bootstrap|demo|test)\b/, "they install and build everything; CI runs them, and paths.test.mjs looks whether they can be run"],
  [/^(cmake|ctest|npm) /, "they build and test the tree, as CI does; paths.test.mjs looks for the presets"],
  [/^build\/release\/\w+_bench$/, "takes minutes; paths.test.mjs looks whether it is a target"],
  [/^CROSSFADE=\S+ node bench\/report_bench\.mjs$/, "takes minutes"],
  [/^node bench\/assign_bench\.mjs$/, "takes minutes"],
  [/^python3 tests\/oracle\/run\.py \S+$/, "the test of the oracle runs it"],
  [/^python3 server\.py /, "remote.test.mjs starts it"],
  [/^crossfade simulate .*--remote http:\/\/127\.0\.0\.1:9000 /, "remote.test.mjs runs it, where that server is"],
  [/^simulate --remote URL$/, "remote.test.mjs plays against a server"],
  [/^world import --format hetrec SOURCE$/, "the data set is not part of the tree"],
];
const used = new Set();
const notRun = (line) => {
  const entry = kNotRun.find(([pattern]) => pattern.test(line));
  if (entry) used.add(entry);
  return entry !== undefined;
};

const place = new Place();
before(() => place.takePort());
after(() => place.remove());

async function runBlocks({ name, blocks }) {
  let printed = "";
  let shown = true; // nothing is printed by a block of which nothing is run
  let ran = 0;
  for (const { language, content, file, follows } of blocks) {
    if (file) place.write(file, content);
    if (language === "" && follows && shown) assertShown(content, printed, name);
    if (language !== "sh") continue;
    printed = "";
    shown = linesOf({ content }).some((line) => !notRun(line));
    for (const line of linesOf({ content })) {
      if (notRun(line)) continue;
      if (line.startsWith("crossfade serve")) {
        await place.serve(line);
      } else {
        const text = place.run(line.replace(/\b(EXPERIMENT|KEY)\b/g, "sticky-vs-random"));
        if (/^(crossfade|curl|sqlite3) [^>]*$/.test(line)) assert.notEqual(text, "", `${name}: ${line} prints something`);
        printed += text;
      }
      ++ran;
    }
  }
  return ran;
}

test("commands: what looks like a command stands in an sh block, or in backticks", () => {
  for (const { name, prose, blocks } of manuals) {
    const command = /^(?: {4}|\$ )*(crossfade|curl|sqlite3|script\/\w+|cmake|ctest) .*$/m;
    for (const { language, content } of blocks) if (language !== "sh") assert.doesNotMatch(content, command, name);
    assert.doesNotMatch(prose, /^ {4}(crossfade|curl|sqlite3) .*$/m, `${name}: indented, so it is not run`);
  }
});

test("commands: README's blocks, in an empty directory", async () => {
  assert.ok((await runBlocks(readme)) >= 7, "README shows its commands in sh blocks");
  place.run("cp first.yaml experiments.yaml"); // what commands read that name none
});

for (const manual of manuals.filter((one) => one !== readme && one.blocks.some(({ language }) => language === "sh")))
  test(`commands: the blocks of ${manual.name}`, async () => {
    assert.ok((await runBlocks(manual)) >= 1);
  });

test("commands: pieces of a configuration are valid", () => {
  let seen = 0;
  for (const { name, blocks } of manuals.filter((one) => one !== readme)) {
    for (const { language, content, file } of blocks) {
      if (language !== "yaml" || file) continue; // a whole one is what the commands below it read
      const rest = content.includes("recommenders:") ? "" : "recommenders: {random: {type: random}}\n";
      const first = content.match(/^recommenders:\s*\{?\s*(\w+):/m)?.[1] ?? "random";
      place.write("piece.yaml", `version: 1\n${rest}parameters: {recommender: ${first}}\n${content}`);
      assert.match(place.run("crossfade validate piece.yaml"), /^piece\.yaml: ok/, name);
      ++seen;
    }
  }
  assert.ok(seen >= 3);
});

// What a command in the prose leaves open.
let stores = 0;
function filledIn(span) {
  const text = span.startsWith("crossfade ") ? span : `crossfade ${span}`;
  const imports = /^crossfade import/.test(text);
  const words = text.replace(/[[\]]/g, "").split(" ").map((word) => ({
    FILE: "log.jsonl", "FILE...": "log.jsonl", F: imports ? `import-${++stores}.db` : "crossfade.db", DIR: "world",
    "DIR/similar.jsonl": "world/similar.jsonl", EXPERIMENT: "sticky-vs-random", KEY: "sticky-vs-random", NAME: "history",
    TIME: "2026-01-12", SOURCE: "world", "...": "--world world --out world/trained.jsonl",
  })[word] ?? word);
  if (imports && !words.includes("--store")) words.push(`--store import-${++stores}.db`);
  if (words[1] === "world" && !words.includes("--out")) words.push("--out another");
  return words.join(" ");
}

let help = "";
let commands = [];
before(() => {
  const subcommandsOf = (text) => [...(text.split("Subcommands:")[1] ?? "").matchAll(/^ {2}([\w-]+)/gm)].map((match) => match[1]);
  const read = (command) => {
    const text = place.run(`crossfade ${command} --help`);
    help += text;
    return subcommandsOf(text).map((one) => (read(`${command} ${one}`), one));
  };
  commands = read("");
});

test("commands: those in the prose run, and their flags exist", async () => {
  const log = (message, timestamp, track) => JSON.stringify({ message, timestamp, user: 7, track, time: 0.5, latency: 0.002,
    recommendation: message === "last" ? null : 9, experiments: { E: "C" } });
  place.write("log.jsonl", `${log("next", 1767571200000, 1)}\n${log("last", 1767571260000, 9)}\n`);
  await place.endServer(); // it would hold the store
  let ran = 0;
  for (const { name, spans } of manuals) {
    for (const span of spans) {
      const first = span.split(" ")[0];
      if (/^--[a-z]/.test(span)) {
        assert.ok(new RegExp(`${first}[ ,:=]`).test(help), `${name}: no command has ${first}`);
      } else if (/^(cmake|ctest|node|npm|python3|curl|sqlite3|build\/\w+\/|[A-Z]+=)/.test(span) && (span.includes(" ") || span.startsWith("build/"))) {
        assert.ok(notRun(span), `${name}: \`${span}\` is not run: give it an sh block, or kNotRun a reason`);
      } else if (first === "crossfade" || (commands.includes(first) && span.includes(" "))) {
        const command = span.replace(/^crossfade /, "");
        if (notRun(span)) continue;
        assert.ok(command.startsWith("--") || commands.includes(command.split(" ")[0]), `${name}: ${span} is no command`);
        if (command.startsWith("--")) {
          place.run(span);
        } else if (command.startsWith("serve")) {
          await place.serve(`${filledIn(span)} --store serve.db`);
          await place.endServer();
        } else if (/ (-|[A-Z])/.test(command)) {
          place.run(filledIn(span));
        } else {
          place.run(`crossfade ${command} --help`); // a command's name alone
        }
        ++ran;
      }
    }
  }
  assert.ok(ran >= 15, `${ran} commands`);
});

test("commands: what is not run is shown somewhere", () => {
  const stale = kNotRun.filter((entry) => !used.has(entry)).map(([pattern]) => String(pattern));
  assert.deepEqual(stale, []);
});
