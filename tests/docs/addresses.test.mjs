// Every address that the documents show answers: requested on a running server, which has README's example, with names
// put in for KEY, ID and the like. Those of a lab go to a lab.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { Client } from "../e2e/support.mjs";
import { documents } from "./documents.mjs";
import { Place } from "./place.mjs";

const place = new Place();
after(() => place.remove());

const kNames = { KEY: "sticky-vs-random", ID: "7", DIMENSION: "history" };
const kResults = "/api/v1/experiments/KEY/results";

// What documents leave out of a request, as they show it.
const kBodies = {
  "/next/7": { track: 10, time: 0.3 },
  "/last/7": { track: 10, time: 0.3 },
  "/api/v1/exposures": { unit: 7, experiment: "sticky-vs-random", variant: "treatment" },
  "/api/v1/assignments": { unit: "9f1c" },
  "/api/v1/events": { unit: 7, event: "purchase", value: 9.9 },
  "/api/v1/sessions": { unit: 7, started: new Date(Date.now() - 60_000).toISOString(), items: 7 },
  "/api/v1/experiments/sticky-vs-random/looks": "",
  "/api/v1/lab/simulation": { experiment: "sticky-vs-random", sessions: 50 },
};
const kShort = { "/next": "POST /next/7", "/last": "POST /last/7" };

// The request that a text in backticks shows; nothing when it shows none. A text that begins with "?" or is one
// parameter is a query of the results; one that ends in "/" is the beginning of many.
function requestOf(span, document) {
  const [, method = "GET", target] = (kShort[span] ?? span).match(/^(?:(GET|POST|PUT|DELETE) )?([/?][a-z]\S*)$/) ?? [];
  if (target?.endsWith("/") || target?.startsWith("/problems/")) return undefined; // kinds of problems are no addresses
  const parameter = document === "docs/report-page.md" && /^[a-z_]+=\w+$/.test(span);
  if (!target && !parameter) return undefined;
  const shown = parameter ? `${kResults}?${span}` : target.startsWith("?") ? kResults + target : target;
  const full = shown.replace(/(?<![A-Z])[A-Z]+(?![A-Z])/g, (name) => {
    assert.ok(kNames[name], `${document}: \`${span}\`: what is ${name}? Give it a value in kNames`);
    return kNames[name];
  });
  return { method, target: full };
}

const requests = documents.filter(({ name }) => !name.startsWith("docs/adr/")).flatMap(({ name, spans }) =>
  spans.map((span) => ({ name, span, ...requestOf(span, name) })).filter(({ target }) => target));
const ofLab = ({ target }) => target.startsWith("/api/v1/lab");
const ofListeners = ({ target }) => /^\/(next|last|api\/v1\/(assignments|exposures|events|sessions))\b/.test(target);

async function ask(client, { name, span, method, target }) {
  const body = kBodies[target.split("?")[0]];
  assert.ok(method !== "POST" || body !== undefined, `${name}: \`${span}\` wants a body in kBodies`);
  const answer = await (method === "POST" ? client.post(target, body) : client.request(method, target));
  assert.ok(answer.status >= 200 && answer.status < 300, `${name}: \`${span}\` answers ${answer.status}: ${answer.body.slice(0, 300)}`);
  assert.ok(answer.body.length > 0 || answer.status === 204, `${name}: \`${span}\` answers nothing`);
}

test("addresses: every one that is shown answers", async () => {
  place.prepare();
  await place.serve("crossfade serve");
  const client = new Client(place.address);
  after(() => client.close());
  const shown = requests.filter((request) => !ofLab(request) && !ofListeners(request));
  assert.ok(shown.length >= 12, `${shown.length} addresses`);
  for (const request of shown) await ask(client, request);
});

// The example's store is of simulated listeners, and takes no others.
test("addresses: every one of listeners answers", async () => {
  await place.serve("crossfade serve --store live.db");
  const client = new Client(place.address);
  after(() => client.close());
  const shown = requests.filter(ofListeners);
  assert.ok(shown.length >= 3, `${shown.length} addresses`);
  for (const request of shown) await ask(client, request);
});

test("addresses: every one of a lab answers", async () => {
  await place.serve("crossfade serve --lab --store lab.db");
  const client = new Client(place.address);
  after(() => client.close());
  const shown = requests.filter(ofLab);
  assert.ok(shown.length >= 1);
  for (const request of shown) await ask(client, request);
});
