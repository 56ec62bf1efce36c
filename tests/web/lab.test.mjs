import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultsOf, fieldOf, isSimulating, simulationOf, wantedOf } from "../../web/src/lab_model.js";

test("lab: what is filled in is asked for as numbers, and the rest is left to the server", () => {
  assert.deepEqual(wantedOf("aa", defaultsOf(10_000)), { experiment: "aa", listeners: 10_000, sessions: 20_000, days: 14, seed: 1 });
  assert.deepEqual(wantedOf("aa", { listeners: "", sessions: " 5 ", days: "", seed: "0" }), { experiment: "aa", sessions: 5, seed: 0 });
});

test("lab: a complaint stands at the field that it names first", () => {
  assert.equal(fieldOf("days is 0, want 1 to 365"), "days");
  assert.equal(fieldOf('"sessions": want a whole number; 10000 listeners cannot have fewer'), "sessions");
  assert.equal(fieldOf("a simulation is running"), null);
});

test("lab: only a running simulation is asked for again", () => {
  const lab = (simulation) => ({ enabled: true, listeners: 1, experiments: [], simulation });
  assert.deepEqual([lab(null), lab({ state: "running" }), lab({ state: "done" }), { enabled: false }].map((one) => Boolean(isSimulating(one))),
    [false, true, false, false]);
});

test("lab: only a simulation of the experiment itself changes it", () => {
  const lab = { enabled: true, listeners: 5, experiments: ["aa"], simulation: { id: 3, state: "running", experiment: "aa" } };
  assert.equal(simulationOf(lab, "aa"), "3 running");
  assert.deepEqual([simulationOf(lab, "bb"), simulationOf({ ...lab, simulation: null }, "aa"),
    simulationOf({ enabled: false }, "aa"), simulationOf(null, "aa")], ["", "", "", ""]);
});
