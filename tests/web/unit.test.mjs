import assert from "node:assert/strict";
import { test } from "node:test";
import { routeOf } from "../../web/src/address.js";
import { unitPath } from "../../web/src/router.js";
import { moreSessions, openSessions, outcomeOf, sessionsWanted, standingsOf, withMore, withSession } from "../../web/src/unit_model.js";

test("router: a listener has a page of its own, and an experiment may be called units", () => {
  assert.deepEqual(routeOf("/report/units"), { view: "experiment", key: "units" });
  assert.deepEqual(routeOf("/report/units/"), { view: "experiment", key: "units" });
  assert.deepEqual(routeOf("/report/units/7"), { view: "unit", unit: "7" });
  for (const unit of ["a/b", "50 % more", "<b>", "ключ", "?#"])
    assert.deepEqual(routeOf(unitPath(unit)), { view: "unit", unit });
  assert.deepEqual(routeOf("/report/units/7/8"), { view: "unknown" });
  assert.deepEqual(routeOf("/report/units/%"), { view: "unknown" });
});

test("unit: a row has what is assigned and what was seen; experiments of the past come last", () => {
  const seen = (experiment, variant) => ({ experiment, version: 1, variant, first_seen: "2026-01-05T00:00:00Z", last_seen: null });
  const rows = standingsOf({
    assignments: [{ experiment: "a", status: "running", variant: "x" }, { experiment: "b", status: "draft", variant: null }],
    exposures: [seen("old", "y"), seen("a", "x"), seen("a", "z")],
  });
  assert.deepEqual(rows.map(({ experiment, configured, exposures }) => [experiment, configured, exposures.map(({ variant }) => variant)]),
    [["a", true, ["x", "z"]], ["b", true, []], ["old", false, ["y"]]]);
});

test("unit: a recommendation was followed, passed over, or came too late", () => {
  const play = (track, next) => ({ track, recommended: next === null ? null : { track: next } });
  const session = (end) => ({ end, playbacks: [play(1, 2), play(2, 3), play(9, null), play(4, 5)] });
  assert.deepEqual([0, 1, 2, 3].map((i) => outcomeOf(session("last"), i)), ["followed", "other", "none", "ended"]);
  assert.equal(outcomeOf(session(null), 3), "open");
  assert.equal(outcomeOf(session(null), 4), "none");
  assert.equal(outcomeOf({ ...session("last"), playbacks_total: 900 }, 3), "none"); // what came next was left out
});

test("unit: the address says how many sessions, between 1 and 500", () => {
  const wanted = (query) => sessionsWanted(new URLSearchParams(query));
  assert.deepEqual(["", "sessions=100", "sessions=9999", "sessions=0", "sessions=x", "sessions=1.5"].map(wanted),
    [50, 100, 500, 50, 50, 50]);
  assert.deepEqual([moreSessions(50, 123), moreSessions(50, 50), moreSessions(400, 900), moreSessions(500, 900), moreSessions(3, 9)],
    [100, null, 500, null, 50]);
});

test("unit: the address keeps which sessions are open, the newest unless it says", () => {
  const sessions = [{ session: 9 }, { session: 7 }, { session: 4 }];
  const open = (query) => [...openSessions(new URLSearchParams(query), sessions)];
  assert.deepEqual([open(""), open("open="), open("open=4,7"), open("open=x,4,-1")], [[9], [], [4, 7], [4]]);
  const query = new URLSearchParams("sessions=100");
  assert.equal(String(withSession(query, sessions, 4, true)), "sessions=100&open=9%2C4");
  assert.equal(String(withSession(query, sessions, 9, false)), "sessions=100&open=");
  assert.equal(String(withMore(new URLSearchParams("open=4"), 200)), "open=4&sessions=200");
});
