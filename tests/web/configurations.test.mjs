import assert from "node:assert/strict";
import { test } from "node:test";
import { diffOf, folded, pairOf } from "../../web/src/configurations.js";

const lines = (...names) => names.map((name) => `${name}\n`).join("");

test("configurations: a difference has each line with its numbers in both texts", () => {
  assert.deepEqual(diffOf(lines("a", "b", "c"), lines("a", "x", "c")), [
    { kind: "same", before: 1, after: 1, text: "a" },
    { kind: "removed", before: 2, after: null, text: "b" },
    { kind: "added", before: null, after: 2, text: "x" },
    { kind: "same", before: 3, after: 3, text: "c" },
  ]);
});

test("configurations: empty lines count, the end of the last line does not", () => {
  assert.deepEqual(diffOf("a\n\nb\n", "a\n\nb\n").map(({ text }) => text), ["a", "", "b"]);
  assert.deepEqual(diffOf("a\n", "a\nb\n").map(({ kind }) => kind), ["same", "added"]);
});

test("configurations: what is the same is folded, three lines beside a change stay", () => {
  const many = Array.from({ length: 20 }, (_, i) => `line ${i}`);
  const after = many.map((line, i) => (i === 10 ? "changed" : line));
  const shown = folded(diffOf(lines(...many), lines(...after)));
  assert.deepEqual(shown[0], { kind: "gap", lines: 7 });
  assert.deepEqual(shown.at(-1), { kind: "gap", lines: 6 });
  assert.deepEqual(shown.slice(1, -1).map(({ text }) => text),
    ["line 7", "line 8", "line 9", "line 10", "changed", "line 11", "line 12", "line 13"]);
});

test("configurations: the newest against the one before, unless the address says otherwise", () => {
  const three = [{}, {}, {}];
  const pair = (config, against) => pairOf(three, { config, against, at: "" });
  assert.deepEqual(pair("", ""), { chosen: 2, before: 1 });
  assert.deepEqual(pair("2", ""), { chosen: 1, before: 0 });
  assert.deepEqual(pair("1", ""), { chosen: 0, before: -1 });
  assert.deepEqual(pair("1", "3"), { chosen: 0, before: 2 });
  assert.deepEqual(pair("3", "none"), { chosen: 2, before: -1 });
  assert.deepEqual(pair("9", "7"), { chosen: 2, before: 1 });
});

test("configurations: of a report as of a day, the one that was in force before it", () => {
  const configurations = ["2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z", "2026-01-09T12:00:00Z"].map((since) => ({ since }));
  const chosen = (at, config = "") => pairOf(configurations, { config, against: "", at }).chosen;
  assert.deepEqual(["2026-01-05", "2026-01-06", "2026-01-09", "2026-01-10", ""].map((at) => chosen(at)), [0, 1, 1, 2, 2]);
  assert.equal(chosen("2025-12-24"), 0);
  assert.equal(chosen("2026-01-05", "3"), 2);
});
