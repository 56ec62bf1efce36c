// kill -9 in the middle of a load, restart, count: no acknowledged playback or event is missing, nothing stands twice. While
// the load goes on others read results, and the configuration is read again.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Client, configuration, home, query, serve } from "../e2e/support.mjs";
import { sized } from "./support.mjs";

const kClients = sized(16, 32);
const kRounds = sized(3, 60);
const kAcknowledged = sized(1500, 4000); // of one round, before the kill

// A listener with one session after another. The n-th playback of a user is of track n, so that it can be found again.
class Listener {
  constructor(user) {
    this.user = user;
    this.playbacks = 0; // sent
    this.acknowledged = []; // {track, last}
    this.inSession = 0; // acknowledged playbacks of the open session
  }

  // Plays until the server is gone. `acknowledge` is called after each answer.
  async play(client, acknowledge) {
    for (;;) {
      const track = this.playbacks++;
      const last = this.inSession >= 3 + (this.user % 5);
      try {
        await client.play(last ? "last" : "next", this.user, track, (track % 10) / 10);
      } catch {
        return;
      }
      this.acknowledged.push({ track, last });
      this.inSession = last ? 0 : this.inSession + 1;
      acknowledge();
    }
  }
}

// Who logs events, two a request, until the server is gone. The n-th is called "n".
class Reporter {
  sent = 0;
  acknowledged = [];

  async report(client) {
    for (;;) {
      const names = [this.sent++, this.sent++];
      try {
        const answer = await client.post("/api/v1/events", names.map((n) => ({ unit: `reporter`, event: `${n}` })));
        assert.equal(answer.status, 200);
      } catch {
        return;
      }
      this.acknowledged.push(...names);
    }
  }
}

// Looks at results until the server is gone.
async function look(client) {
  try {
    for (let n = 0; ; ++n) await client.get(`/api/v1/experiments/sticky-vs-random/results?confidence_level=0.${900 + (n % 99)}`);
  } catch {}
}

async function loadUntilKilled(server, listeners, reporter, directory, round) {
  let count = 0;
  const clients = Array.from({ length: listeners.length + 2 }, () => new Client(server.url));
  const others = [reporter.report(clients.at(-1)), look(clients.at(-2))];
  const playing = listeners.map((listener, i) =>
    listener.play(clients[i], () => {
      ++count;
      if (count === kAcknowledged / 2) {
        writeFileSync(path.join(directory, "experiments.yaml"), configuration({ hypothesis: `Round ${round}.` }));
        server.signal("SIGHUP");
      }
      if (count === kAcknowledged) server.signal("SIGKILL");
    }),
  );
  await Promise.all([...playing, ...others]);
  for (const client of clients) client.close();
  assert.equal((await server.ended).signal, "SIGKILL");
  assert.ok(count >= kAcknowledged);
}

function checkEvents(store, reporter) {
  const stored = new Map(query(store, "SELECT name, COUNT(*) AS n FROM events GROUP BY name").map((row) => [Number(row.name), row.n]));
  for (const n of reporter.acknowledged) assert.equal(stored.get(n), 1, `event ${n}`);
  for (const [n, rows] of stored) {
    assert.equal(rows, 1, `event ${n}`);
    assert.equal(stored.get(n ^ 1), 1, "events of one request stand together");
  }
}

function checkStore(store, listeners) {
  // Each acknowledged playback stands there once.
  const stored = new Map(query(store, "SELECT unit || ':' || track AS name, COUNT(*) AS n FROM playbacks GROUP BY 1").map((row) => [row.name, row.n]));
  for (const listener of listeners) {
    for (const { track } of listener.acknowledged) {
      assert.equal(stored.get(`${listener.user}:${track}`), 1, `user ${listener.user}, playback ${track}`);
    }
  }
  // Nothing stands twice, and nothing that was never sent.
  const sent = listeners.reduce((sum, listener) => sum + listener.playbacks, 0);
  const acknowledged = listeners.reduce((sum, listener) => sum + listener.acknowledged.length, 0);
  const rows = [...stored.values()].reduce((sum, n) => sum + n, 0);
  assert.equal(rows, stored.size);
  assert.ok(rows >= acknowledged && rows <= sent, `${acknowledged} <= ${rows} <= ${sent}`);

  // A session has one unit and the positions 0..n-1, and its row is the sum of its playbacks.
  const broken = query(
    store,
    `SELECT session FROM playbacks GROUP BY session
     HAVING COUNT(DISTINCT unit) > 1 OR COUNT(DISTINCT position) < COUNT(*) OR MIN(position) <> 0 OR MAX(position) <> COUNT(*) - 1`,
  );
  assert.deepEqual(broken, []);
  const wrong = query(
    store,
    `SELECT sessions.session FROM sessions LEFT JOIN
       (SELECT session, unit, COUNT(*) AS tracks, SUM(fraction) AS time FROM playbacks GROUP BY session) AS sums
       ON sums.session = sessions.session
     WHERE sums.session IS NULL OR sums.unit <> sessions.unit OR sums.tracks <> sessions.tracks OR ABS(sums.time - sessions.time) > 1e-9`,
  );
  assert.deepEqual(wrong, []);
  assert.deepEqual(query(store, "SELECT session FROM sessions GROUP BY session HAVING COUNT(*) > 1"), []);
  // At most one session of a unit is open at any time.
  assert.deepEqual(
    query(
      store,
      `SELECT unit FROM (SELECT DISTINCT unit, session FROM playbacks) WHERE session NOT IN (SELECT session FROM sessions)
       GROUP BY unit HAVING COUNT(*) > 1`,
    ),
    [],
  );
  return acknowledged;
}

test("attack: what was acknowledged survives kill -9, and sessions go on", async (t) => {
  const directory = home(t);
  const listeners = Array.from({ length: kClients }, (_, user) => new Listener(user));
  const reporter = new Reporter();
  let server;
  for (let round = 0; round < kRounds; ++round) {
    server = await serve(t, directory);
    await loadUntilKilled(server, listeners, reporter, directory, round);
    checkStore(server.store, listeners);
    checkEvents(server.store, reporter);
  }

  server = await serve(t, directory);
  const openBefore = new Map(
    query(
      server.store,
      `SELECT unit, MAX(session) AS session FROM playbacks WHERE session NOT IN (SELECT session FROM sessions) GROUP BY unit`,
    ).map((row) => [row.unit, row.session]),
  );
  assert.ok(openBefore.size > 0, "some sessions were cut");
  const client = new Client(server.url);
  t.after(() => client.close());
  for (const listener of listeners) {
    const track = listener.playbacks++;
    await client.play("last", listener.user, track, 0.5);
    listener.acknowledged.push({ track, last: true });
    const [row] = query(server.store, `SELECT session, position FROM playbacks WHERE unit = ${listener.user} AND track = ${track}`);
    if (openBefore.has(listener.user)) {
      assert.equal(row.session, openBefore.get(listener.user), "the session that was open goes on");
      assert.ok(row.position > 0);
    }
  }
  const acknowledged = checkStore(server.store, listeners);

  // Every session has ended, and the analysis counts each of them once.
  const [{ ended }] = query(server.store, "SELECT COUNT(*) AS ended FROM sessions");
  const [{ begun }] = query(server.store, "SELECT COUNT(DISTINCT session) AS begun FROM playbacks");
  assert.equal(ended, begun);
  const results = JSON.parse((await client.get("/api/v1/experiments/sticky-vs-random/results")).body);
  const sessions = results.metrics.find((metric) => metric.metric === "sessions").variants;
  const counted = sessions.reduce((sum, variant) => sum + variant.n * (variant.mean ?? 0), 0);
  assert.equal(Math.round(counted * 1e6) / 1e6, ended);
  assert.equal((await server.end()).code, 0);
  checkStore(server.store, listeners);
  t.diagnostic(`${kRounds} kills, ${kClients} clients: ${acknowledged} playbacks and ${reporter.acknowledged.length} events acknowledged, ` +
    `lost 0, doubled 0; ${ended} sessions`);
});
