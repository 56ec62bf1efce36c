import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decimalsFor, formatCount, formatEffect, formatInterval, formatLift, formatLiftInterval, formatMean, formatP,
  formatPlural, formatShare, formatStatistic, formatTime, kNone,
} from "../../web/src/format.js";

// A narrow no-break space stands before "%", and a real minus sign before what is below 0.
const plain = (text) => text.replaceAll("\u202f", " ").replaceAll("\u2212", "-").replaceAll("\u00a0", " ");

test("format: decimals show two digits of the uncertainty", () => {
  assert.equal(decimalsFor(0.152, 2.057), 2);
  assert.equal(decimalsFor(0.0152, 2.057), 3);
  assert.equal(decimalsFor(4.8, 54.1), 1);
  assert.equal(decimalsFor(48, 541), 0);
  assert.equal(decimalsFor(4800, 54100), 0);
  assert.equal(decimalsFor(1, 5), 1);
  assert.equal(decimalsFor(1e-30, 5), 9);
});

test("format: without an uncertainty, three digits of the value", () => {
  assert.equal(decimalsFor(null, 3.14159), 2);
  assert.equal(decimalsFor(0, 0.00123456), 5);
  assert.equal(decimalsFor(Number.POSITIVE_INFINITY, 12.3456), 1);
  assert.equal(decimalsFor(null, 2500), 0);
  assert.equal(decimalsFor(null, 0), 0);
});

test("format: an effect and its bounds end at the same decimal, with their signs", () => {
  const interval = [1.9050743661, 2.2089256339];
  assert.equal(plain(formatEffect(2.0569999999999995, interval)), "+2.06");
  assert.equal(plain(formatInterval(interval)), "[+1.91, +2.21]");
  assert.equal(plain(formatEffect(-0.797, [-0.908, -0.686])), "-0.80");
});

test("format: a lift is in percent, rounded to what its interval supports", () => {
  const interval = [0.4936577359, 0.5903428406];
  assert.equal(plain(formatLift(0.5411733754, interval)), "+54.1 %");
  assert.equal(plain(formatLiftInterval(interval)), "[+49.4, +59.0] %");
  assert.equal(plain(formatLift(-0.0894521, null)), "-8.95 %");
  assert.equal(plain(formatLift(0.0000123, [-0.02, 0.02])), "0.0 %");
});

test("format: a share above 0 never reads as 0", () => {
  assert.deepEqual([0, 0.0004, 0.0006, 0.5].map((share) => plain(formatShare(share))), ["0.0 %", "< 0.1 %", "0.1 %", "50.0 %"]);
  assert.deepEqual([[0.004, 0], [0.0000004, 3]].map((part) => plain(formatShare(...part))), ["< 1 %", "< 0.001 %"]);
});

test("format: what rounds to zero has no sign", () => {
  assert.equal(formatEffect(-0.0001, [-0.1, 0.1]), "0.00");
  assert.equal(formatInterval([-0.0001, 0.4]), "[0.00, +0.40]");
  assert.equal(formatMean(-0.0001, 0.1), "0.00");
});

test("format: an open bound is infinite, a missing interval is a dash", () => {
  assert.equal(plain(formatInterval([null, 0.25])), "[-∞, +0.250]");
  assert.equal(plain(formatLiftInterval([0.1, null])), "[+10, ∞] %");
  assert.equal(formatInterval(null), kNone);
  assert.equal(formatLiftInterval(null), kNone);
});

test("format: what is not defined is a dash, never NaN", () => {
  for (const text of [formatMean(null, null), formatEffect(null, null), formatLift(null, null), formatP(null),
    formatShare(null), formatStatistic(null), formatTime(null)])
    assert.equal(text, kNone);
});

test("format: p-values keep two digits and at least two decimals", () => {
  const expected = [
    [0, "< 1e-12"], [3.3e-155, "< 1e-12"], [7.18e-6, "7.2e-6"], [0.000123, "0.00012"], [0.0123369, "0.012"],
    [0.5, "0.50"], [0.7577, "0.76"], [0.999, "1.00"], [1, "1.00"],
  ];
  for (const [p, text] of expected) assert.equal(plain(formatP(p)), text);
});

test("format: counts have thousands, nouns their number, times are UTC", () => {
  assert.equal(formatCount(1234567), "1,234,567");
  assert.equal(formatPlural(1, "unit"), "1 unit");
  assert.equal(formatPlural(2503, "unit"), "2,503 units");
  assert.equal(plain(formatTime("2026-01-11T23:41:07.204Z")), "Jan 11, 2026, 23:41 UTC");
});
