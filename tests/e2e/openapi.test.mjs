// What GET /openapi.yaml says is so: each operation is asked in good ways and bad ones on a running server, and status, headers,
// content and form of each answer are those that are described. That it has all routes and no others is a test of the room.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, test } from "node:test";
import { Description } from "./openapi_answers.mjs";
import { Client, crossfade, home, serve, temporaryDirectory } from "./support.mjs";

const owner = { after };
const kJson = { "Content-Type": "application/json" };
const kLines = { "Content-Type": "application/x-ndjson" };

async function open(directory, args = []) {
  const server = await serve(owner, directory, args);
  const client = new Client(server.url);
  after(() => client.close());
  return { ...server, client };
}

// A service that recommends by itself.
function ownHome() {
  const directory = temporaryDirectory(owner);
  writeFileSync(path.join(directory, "experiments.yaml"), `version: 1
parameters: {ranker: popular}
experiments: [{key: ranker, status: running, variants: [{key: control, control: true}, {key: als, parameters: {ranker: als}}]}]
`);
  return directory;
}

function labHome() {
  const directory = home(owner);
  execFileSync(crossfade, ["world", "generate", "--preset", "course-2025", "--out", "generated"], { cwd: directory, stdio: "pipe" });
  return directory;
}

const servers = { world: await open(home(owner)), own: await open(ownHome()), lab: await open(labHome(), ["--lab", "--world", "generated"]) };
const description = await servers.world.client.get("/openapi.yaml");
const page = await servers.world.client.get("/report");
const described = new Description(description.body);
for (const user of [7, 8, 9]) {
  const { track } = await servers.world.client.play("next", user, 1, 0.5);
  await servers.world.client.play("last", user, track, 1);
}

const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const exposure = { unit: "9f1c", experiment: "ranker", variant: "als", version: 1, at: minutesAgo(3), id: "x-1", attributes: { country: "SE" } };
const event = { unit: 7, event: "purchase", value: 9.9, at: minutesAgo(2), id: 17, properties: { revenue: 9.9 } };
const session = { unit: "9f1c", id: "s-1", started: minutesAgo(2), ended: minutesAgo(1), items: 7, time: 3.2, properties: null };
const lines = (...rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const own = (body, more = {}) => ({ on: "own", body, ...more });
const lab = (body, more = {}) => ({ on: "lab", body, ...more });

// By operation; `world` is asked unless it says otherwise, with the examples as parameters.
const kGood = {
  assign: [own({ unit: "9f1c" }), own({ unit: 7, attributes: { country: "SE" }, experiments: ["ranker"], expose: true }),
    own({ units: [{ unit: "a" }, { unit: 2, expose: true }] }), { body: { unit: "7", expose: true } }],
  logExposures: [own({ unit: 1, experiment: "ranker", variant: "control" }), own([exposure, exposure]), own(lines(exposure), { headers: kLines })],
  logEvents: [own({ unit: "a", event: "visit" }), own([event, { ...event, id: "other" }]), own(lines(event), { headers: kLines })],
  logSessions: [own({ unit: "a", started: minutesAgo(5) }), own([session]), own(lines(session), { headers: kLines })],
  listExperiments: [{}, own(undefined)],
  getResults: [{}, { query: "format=csv" }, { query: "format=markdown" }, { query: "distributions=true&traffic=true&by_day=true" },
    own(undefined, { target: "/api/v1/experiments/ranker/results" })],
  look: [{}],
  getTimeline: [{}],
  getConfigurations: [{}],
  getUnit: [{}, own(undefined, { target: "/api/v1/units/9f1c" }), { target: "/api/v1/units/nobody%2Fhere" }],
  next: [{ body: { track: 10, time: 0.3 } }, { body: { track: "10", time: "0.3", other: 1 } }],
  last: [{ body: { track: 10, time: 1 } }],
  getTrack: [{}],
  getLab: [{}, lab(undefined)],
  simulate: [lab({ experiment: "sticky-vs-random", sessions: 10_000_000, listeners: 10, days: 3, seed: 1 })],
  cancelSimulation: [lab(undefined)],
  root: [{}, { headers: { Accept: "text/html" } }],
  health: [{}], ready: [{}], metrics: [{}], describe: [{}], page: [{}], pageOf: [{}, { target: "/report/" }, { target: "/report/a/b" }],
  asset: [...page.body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, target]) => ({ target })),
};

// [status, type of the problem, request]; `fits`: the body has the form, but not the sense.
const kBad = {
  assign: [[400, "invalid-assignments", own({})], [400, "invalid-assignments", own({ unit: "a", experiment: "ranker" })],
    [400, "invalid-assignments", own({ units: [] })], [400, "invalid-assignments", own({ unit: 1.5 })],
    [400, "invalid-assignments", own({ unit: "a", attributes: null })],
    [400, "unknown-experiment", own({ unit: "a", experiments: ["rankr"] }, { fits: true })], [409, "conflict", lab({ unit: "a" }, { fits: true })]],
  logExposures: [[400, "invalid-rows", own({ ...exposure, variant: "gone" }, { fits: true })], [400, "invalid-rows", own([])],
    [400, "invalid-rows", own({ ...exposure, version: 0 })], [409, "conflict", lab(exposure, { fits: true })]],
  logEvents: [[400, "invalid-rows", own({ unit: "a" })], [400, "invalid-rows", own([event, { ...event, value: "9.9" }])],
    [400, "invalid-rows", own({ ...event, value: 2e15 })], [400, "invalid-rows", own({ ...event, at: "soon" }, { fits: true })],
    [400, "invalid-rows", own(lines(event, event), { headers: kJson })], [409, "conflict", lab(event, { fits: true })]],
  logSessions: [[400, "invalid-rows", own({ unit: "a" })], [400, "invalid-rows", own({ ...session, items: 1.5 })],
    [400, "invalid-rows", own({ ...session, time: -1 })], [409, "conflict", lab(session, { fits: true })]],
  getResults: [[404, "not-found", { target: "/api/v1/experiments/nothing/results" }], [400, "bad-request", { query: "by=nothing" }],
    [400, "bad-request", { query: "control=nothing" }]],
  look: [[404, "not-found", { target: "/api/v1/experiments/nothing/looks" }]],
  getTimeline: [[404, "not-found", { target: "/api/v1/experiments/nothing/timeline" }], [400, "bad-request", { query: "traffic=true" }]],
  getConfigurations: [[400, "bad-request", { query: "at=soon" }]],
  getUnit: [[400, "bad-request", { query: "sessions=0" }], [400, "bad-request", { query: "sessions=501" }]],
  next: [[400, null, { body: { track: 10 } }], [400, null, { body: { track: 10, time: 2 } }], [404, null, own({ track: 1, time: 1 }, { fits: true })],
    [409, null, lab({ track: 1, time: 1 }, { fits: true })], [400, null, { body: { track: "ten", time: 1 }, fits: true }]],
  last: [[400, null, { body: { time: 1 } }], [404, null, own({ track: 1, time: 1 }, { fits: true })], [409, null, lab({ track: 1, time: 1 }, { fits: true })]],
  getTrack: [[404, null, { target: "/track/4000" }], [404, null, own(undefined)]],
  simulate: [[400, "bad-request", lab({})], [400, "bad-request", lab({ experiment: "sticky-vs-random", days: 0 })],
    [400, "bad-request", lab({ experiment: "nothing" }, { fits: true })], [404, "not-found", { body: { experiment: "sticky-vs-random" }, fits: true }]],
  cancelSimulation: [[404, "not-found", {}]],
  asset: [[404, null, { target: "/assets/gone.js" }]],
};

// A target that there is.
const targetOf = (operation) => (operation.operationId === "asset" ? kGood.asset[0].target : described.targetOf(operation));

async function ask(operation, { on = "world", target, query, body, headers }) {
  const full = (target ?? described.targetOf(operation)) + (query ? `?${query}` : "");
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const answer = await servers[on].client.request(operation.method, full, { body: text, headers: headers ?? (body === undefined ? {} : kJson) });
  return { what: `${operation.method} ${full} ${text ?? ""}`, target: full, ...answer };
}

// A request whose head is made by hand, and which is answered with the end of the connection.
function raw(on, head) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(servers[on].port, "127.0.0.1", () => socket.write(head.join("\r\n") + "\r\n\r\n"));
    let got = "";
    socket.setEncoding("utf8").on("data", (text) => { got += text; }).on("error", reject).on("end", () => {
      socket.end();
      const [headers, body] = [got.slice(0, got.indexOf("\r\n\r\n")), got.slice(got.indexOf("\r\n\r\n") + 4)];
      const [first, ...rest] = headers.split("\r\n");
      resolve({ status: Number(first.split(" ")[1]), body,
        headers: Object.fromEntries(rest.map((line) => [line.split(": ")[0].toLowerCase(), line.split(": ")[1]])) });
    });
  });
}

test("openapi: every operation answers what it says, in good ways", async () => {
  assert.deepEqual([description.status, description.headers["content-type"]], [200, "application/yaml"]);
  for (const operation of described.operations) {
    const requests = kGood[operation.operationId] ?? [];
    assert.ok(requests.length > 0, `${operation.operationId} is asked`);
    for (const request of requests) {
      const answer = await ask(operation, request);
      assert.ok(answer.status < 400, `${answer.what}: ${answer.status} ${answer.body}`);
      described.check(operation, answer, answer.what);
      if (typeof request.body === "object") assert.deepEqual(described.bodyFaults(operation, request.body), [], answer.what);
      if (operation.operationId === "simulate") {
        const second = await ask(operation, request);
        assert.equal(second.status, 409, second.body);
        described.check(operation, second, second.what);
      }
      if (operation.method !== "GET") continue;
      const head = await servers[request.on ?? "world"].client.request("HEAD", answer.target, { headers: request.headers });
      assert.equal(head.status, answer.status, `HEAD ${answer.what}`);
      described.check(operation, head, `HEAD ${answer.what}`, true);
      if (!answer.headers.etag) continue;
      const again = await ask(operation, { ...request, headers: { "If-None-Match": answer.headers.etag } });
      assert.equal(again.status, 304, `${answer.what} again`);
      described.check(operation, again, `${answer.what} again`);
    }
  }
});

test("openapi: every operation answers what it says, in bad ways", async () => {
  for (const operation of described.operations) {
    for (const [status, type, request] of kBad[operation.operationId] ?? []) {
      const answer = await ask(operation, request);
      assert.equal(answer.status, status, `${answer.what}: ${answer.body}`);
      described.check(operation, answer, answer.what);
      if (type) assert.equal(JSON.parse(answer.body).type, `/problems/${type}`, answer.what);
      if (typeof request.body === "object") assert.equal(described.bodyFaults(operation, request.body).length === 0, request.fits ?? false, answer.what);
    }
  }
});

test("openapi: what any operation is refused with", async () => {
  for (const operation of described.operations) {
    const target = targetOf(operation);
    const first = `${operation.method} ${target} HTTP/1.1`;
    const host = "Host: localhost";
    const close = "Connection: close";
    const refusals = [
      [400, [first, host, host]], [403, [first, host, close, "Sec-Fetch-Site: cross-site"]], [413, [first, host, "Content-Length: 20000000"]],
      [414, [`${operation.method} ${target}?x=${"x".repeat(3000)} HTTP/1.1`, host]],
      [414, [`${operation.method} ${target}?x=${"x".repeat(9000)} HTTP/1.1`, host]],
      [415, [first, host, "Content-Encoding: gzip"]], [421, [first, "Host: example.org"]], [431, [first, host, `X-Long: ${"x".repeat(100_000)}`]],
    ];
    for (const [status, head] of refusals) {
      const answer = await raw("world", head);
      const what = head.map((line) => line.slice(0, 60)).join(", ");
      assert.equal(answer.status, status, `${what}: ${answer.body}`);
      described.check(operation, answer, what);
    }
  }
});

test("openapi: another method is a 405 that names those of the path", async () => {
  for (const route of Object.keys(described.document.paths)) {
    const here = described.operations.filter((one) => one.path === route);
    const target = targetOf(here[0]);
    const answer = await servers.world.client.request("PATCH", target);
    assert.deepEqual([answer.status, answer.headers.allow],
      [405, here.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])).sort().join(", ")], target);
  }
  assert.equal((await servers.world.client.get("/nowhere")).status, 404);
});

test("openapi: parameters of a query are taken, refused or ignored as it says", async () => {
  const wrong = { integer: "many", number: "2", boolean: "yes" };
  for (const operation of described.operations) {
    const [good] = kGood[operation.operationId];
    const parameters = operation.parameters.filter((one) => one.in === "query");
    for (const { name, schema, example } of parameters) {
      const value = [example].flat()[0] ?? schema.enum?.[0] ?? schema.default;
      const taken = await ask(operation, { ...good, query: `${name}=${value}` });
      assert.equal(taken.status, 200, `${taken.what}: ${taken.body}`);
      const twice = await ask(operation, { ...good, query: `${name}=${value}&${name}=${value}` });
      assert.equal(twice.status, schema.type === "array" ? 200 : 400, `${twice.what}: ${twice.body}`);
      const bad = schema.enum ? "other" : wrong[schema.type];
      if (!bad) continue;
      const refused = await ask(operation, { ...good, query: `${name}=${bad}` });
      assert.equal(refused.status, 400, refused.what);
      described.check(operation, refused, refused.what);
    }
    const unknown = await ask(operation, { ...good, query: "unknown=1" });
    if (operation["x-unknown-parameters"] === "refused") {
      assert.equal(unknown.status, 400, unknown.what);
      assert.match(JSON.parse(unknown.body).detail, /^the query has unknown, want /);
    } else {
      assert.equal(operation["x-unknown-parameters"], "ignored", operation.operationId);
      assert.ok(unknown.status < 400 || unknown.status === 409, `${unknown.what}: ${unknown.body}`);
    }
  }
  await servers.lab.client.request("DELETE", "/api/v1/lab/simulation");
});

test("openapi: every answer that is described was given, but for those of a server in need", () => {
  const wanted = described.operations.flatMap(({ operationId, responses }) => Object.keys(responses).map((status) => `${operationId} ${status}`));
  assert.deepEqual(wanted.filter((one) => !described.met.has(one) && !/ (429|503)$/.test(one)), []);
});

test("openapi: every component is referred to", () => {
  const text = JSON.stringify(described.document);
  const parts = Object.entries(described.document.components).flatMap(([kind, ones]) => Object.keys(ones).map((name) => `#/components/${kind}/${name}`));
  // Files of schemas stand whole, also what no answer of the server has.
  const unused = parts.filter((part) => !text.includes(`"${part}"`) && !/schemas\/[a-z]/.test(part));
  assert.deepEqual(unused, []);
});
