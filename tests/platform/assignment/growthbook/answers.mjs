// node tests/platform/assignment/growthbook/answers.mjs > tests/platform/assignment/growthbook/answers.json
// What GrowthBook's SDK answers: `conditions` are pairs of a condition on the attribute a and a text with a 1 for each of
// `values` that it holds for as this attribute, and a 0 for the others; the last of the values stands for none at all.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../../web/package.json", import.meta.url));
const { evalCondition } = require("@growthbook/growthbook");

const values = [
  null, true, false, 0, -1, 1, 9, 10, 12, 16, 0.1, 1e21, 1e-7, 123456789012, 5e-324, 9007199254740991,
  "", " ", "0", "-0", "1", "9", "10", "010", " 12 ", "\u00a012\ufeff", "0x10", "0b11", "0o17", "1e3", "1e400", "-1e400", "1e-400", ".5", "5.",
  "+5", "Infinity", "NaN", "null", "true", "false", "abc", "ABC", "Abc", "zebra", "AZL", "a b", "a\nb", "a\u2028b", "\u000b",
  "\u00e9", "\u00c9", "stra\u00dfe", "STRASSE", "\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c2", "\u03bf\u03b4\u03bf\u03c3",
  "\u0130zmir", "i\u0307zmir", "izmir", "\ud800\udc00", "\ue000", "\uffff", "SE", "se",
  "1.0.0", "v1.0.0", "1.0.0+build", "1.0.0-rc.1", "1.0.0-rc.10", "1.10.0", "1.9.0", "1.9", "1", "2.0.0-0", "a.b.c", "100000.0.0", "1.0.0+a\nb",
  [], [null], [0], [5], ["9"], [1, 2], ["a", "b"], ["A", "B"], ["abc", null, true], [[1, 2], 3], [[]], [{ x: 1 }], [{ x: 2, y: "b" }, { x: 5 }],
  {}, { x: 1 }, { x: 1, y: 2 }, { y: 2, x: 1 }, { 2: "b", 1: "a" }, { x: { y: "deep" } }, { x: [1, "two"] }, { length: 3 },
  "[object Object]", "1,2", "1,2,3", ",", "a,b",
];

const scalars = [null, true, false, 0, 1, 9, 10, 16, 0.1, 1e21, 1e-7, "", "0", "9", "10", "null", "true", "abc", "\u00e9", "1,2", "a,b", "[object Object]", "1e+21"];
const bounds = [0, 9, 10, -1, 0.1, "", "0", "9", "10", "abc", "alphabet", "zebra", "\u00e9", "\ud800\udc00", "\ue000", "0x10", "1,2"];
const versions = ["1.0.0", "v1.0.0", "1.0.0-rc.1", "1.0.0-rc.2", "1.10.0", "1.9.0", "1.9", "2.0.0", "99999.0.0", "100000.0.0", "1", "a.b.c", "1.0.0+b"];
const lists = [[], [1, 2, 3], ["9", "10"], [null], [true, false], ["abc", "SE"], ["\u00c9", "\u03bf\u03b4\u03bf\u03c3"], ["\u03bf\u03b4\u03bf\u03c2", "\u0130zmir"],
  ["STRASSE"], ["a", 5, null], ["A", "1"], [0]];
// Without "^.$": a character above U+FFFF is two to JavaScript.
const patterns = ["abc", "^abc$", "^$", ".", "\\d", "^\\d+$", "\\s", "^\\S+$", "\\w+", "[^a]", "[\\s,]", "[a-c]{2,}", "null", "true", "object", "^1,2",
  "a.b", "a[^]b", "[]", "\\u00e9", "\\x41", "(?:a|b)c?", "(?<letter>b)", "\\bb", "\\.0$", "^v?1\\.", "[[:alpha:]]", "e+", "^1e\\+21$", "\\/", "/", "a{,2}", "i", "\u03c3", "^[^\\S]+$"];

const tests = [
  ...scalars,
  ...scalars.flatMap((one) => [{ $eq: one }, { $ne: one }]),
  ...bounds.flatMap((one) => ["$lt", "$lte", "$gt", "$gte"].map((name) => ({ [name]: one }))),
  ...lists.flatMap((one) => ["$in", "$nin", "$ini", "$nini", "$all", "$alli"].map((name) => ({ [name]: one }))),
  ...patterns.flatMap((one) => [{ $regex: one }, { $regexi: one }]),
  ...versions.flatMap((one) => ["$veq", "$vne", "$vgt", "$vgte", "$vlt", "$vlte"].map((name) => ({ [name]: one }))),
  ...["null", "boolean", "number", "string", "array", "object"].map((one) => ({ $type: one })),
  { $exists: true }, { $exists: false }, { $size: 0 }, { $size: 2 }, { $size: { $gt: 1 } }, { $size: { $in: [1, 3] } },
  { $elemMatch: { $gt: 1 } }, { $elemMatch: { $eq: 0 } }, { $elemMatch: { x: 5 } }, { $elemMatch: { x: { $gt: 1 }, y: "b" } }, { $elemMatch: {} },
  { $elemMatch: { $elemMatch: { $eq: 2 } } }, { $elemMatch: { $not: { $type: "string" } } }, { $elemMatch: { 0: 1 } }, { $all: [{ $gt: 0 }, "b"] }, { $all: [[1, 2]] },
  { $not: "abc" }, { $not: { $gt: 5 } }, { $not: { $not: { $in: ["abc"] } } }, { $not: null }, { $gt: 5, $lt: 11 }, { $gt: "5", $lt: "b" },
  { $inGroup: "members" }, { $notInGroup: "members" }, { $inGroup: "nobody" }, { $notInGroup: "nobody" },
  [], [1, 2], ["a", "b"], [[1, 2], 3], {}, { x: 1 }, { x: 1, y: 2 }, { 1: "a", 2: "b" }, { x: { y: "deep" } },
];
const whole = [
  { "a.x": 1 }, { "a.x.y": "deep" }, { "a.0": 5 }, { "a.1.x": 5 }, { "a.0.0": 1 }, { "a.00": 1 }, { "a.x.1": "two" }, { "a.x.z": null }, { b: null }, { "a.": null },
  { $or: [{ a: "abc" }, { a: 9 }] }, { $nor: [{ a: "abc" }, { a: 9 }] }, { $and: [{ a: { $gt: 0 } }, { a: { $lt: 10 } }] }, { $not: { a: 9 } }, { $or: [] }, { $nor: [] }, { $and: [] },
  { $or: [{ a: 1 }], $nor: [{ a: "1" }] }, {},
];
const groups = { members: ["abc", 9, true, null], nobody: [] };
console.error = () => {}; // of operators that it does not know
const answers = [...tests.map((one) => ({ a: one })), ...whole].map((condition) => [
  condition,
  [...values, undefined].map((value) => (evalCondition(value === undefined ? {} : { a: value }, condition, groups) ? "1" : "0")).join(""),
]);
console.log(`{"groups": ${JSON.stringify(groups)},\n"values": ${JSON.stringify(values)},\n"conditions": [\n${answers.map((one) => JSON.stringify(one)).join(",\n")}]}`);
