// What happens to the store of a running server: locked by somebody else, out of room, moved, deleted, replaced, without
// its log, opened by a second server under another name. Clients send again what was refused, and count: of what was
// acknowledged nothing may be lost and nothing doubled. CROSSFADE_LOCK_SECONDS=12 holds the lock for longer.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, linkSync, readdirSync, readFileSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Client, crossfade, home, query, serve, until } from "./support.mjs";

const lockSeconds = Number(process.env.CROSSFADE_LOCK_SECONDS ?? 2);
const kClients = 8;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Listeners who play without end; the n-th playback of a user is of track n, so that it can be found again.
class Load {
  constructor(url) {
    this.url = url;
    this.acknowledged = []; // "user:track"
    this.refused = 0;
    this.longestMs = 0; // that somebody waited for an answer
    this.firstSince = null; // when the first was acknowledged after `mark`
    this.marked = Infinity;
    this.going = true;
    this.playing = Promise.all(Array.from({ length: kClients }, (_, user) => this.play(user)));
  }

  async play(user) {
    let client = new Client(this.url);
    for (let track = 0; this.going;) {
      const asked = performance.now();
      let answer;
      try {
        answer = await client.post(track % 7 === 6 ? `/last/${user}` : `/next/${user}`, { track, time: 0.5 });
      } catch {
        break; // the server is gone
      }
      const now = performance.now();
      this.longestMs = Math.max(this.longestMs, now - asked);
      if (answer.status === 200) {
        this.acknowledged.push(`${user}:${track++}`);
        if (asked >= this.marked || (now >= this.marked && this.firstSince === null)) this.firstSince ??= now;
      } else {
        assert.equal(answer.status, 503, answer.body);
        ++this.refused;
        await pause(20);
      }
    }
    client.close();
  }

  mark() {
    this.firstSince = null;
    this.marked = performance.now();
  }
  // Seconds from the mark to the first playback that was acknowledged after it.
  async healed() {
    await until(() => this.firstSince !== null);
    return (this.firstSince - this.marked) / 1000;
  }
  async acknowledge(count) {
    const wanted = this.acknowledged.length + count;
    await until(() => this.acknowledged.length >= wanted);
  }
  async refuse(count) {
    const wanted = this.refused + count;
    await until(() => this.refused >= wanted);
  }
  async end() {
    this.going = false;
    await this.playing;
  }

  // Holds what was acknowledged against the store.
  check(store) {
    const rows = query(store, "SELECT unit || ':' || track AS name, COUNT(*) AS n FROM playbacks GROUP BY 1");
    const stored = new Map(rows.map(({ name, n }) => [name, n]));
    const lost = this.acknowledged.filter((name) => !stored.has(name)).length;
    const doubled = rows.filter(({ n }) => n > 1).length;
    const figures = `${this.acknowledged.length} acknowledged, ${this.refused} refused, ${stored.size} stored, ${lost} lost, ` +
      `${doubled} doubled; longest wait ${(this.longestMs / 1000).toFixed(2)} s`;
    return { lost, doubled, figures };
  }
}

function assertWhole(t, load, store, more = "") {
  const { lost, doubled, figures } = load.check(store);
  t.diagnostic(figures + more);
  assert.equal(lost, 0, figures);
  assert.equal(doubled, 0, figures);
  // A session's row is the sum of its playbacks, which have the positions from 0 on; every listener was exposed, once.
  assert.deepEqual(query(store, `SELECT session FROM playbacks GROUP BY session
    HAVING COUNT(DISTINCT unit) > 1 OR MIN(position) <> 0 OR MAX(position) <> COUNT(*) - 1`), []);
  assert.deepEqual(query(store, `SELECT sessions.session FROM sessions LEFT JOIN
      (SELECT session, COUNT(*) AS tracks, SUM(fraction) AS time FROM playbacks GROUP BY session) AS sums USING (session)
    WHERE sums.session IS NULL OR sums.tracks <> sessions.tracks OR sums.time <> sessions.time`), []);
  assert.deepEqual(query(store, "SELECT COUNT(*) AS n FROM exposures"), [{ n: kClients }]);
}

const readiness = async (server) => (await fetch(`${server.url}/readyz`)).status;

// Resolves with a function that lets the lock go, once it is held.
async function lock(t, store) {
  const shell = spawn("sqlite3", [store], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => shell.kill("SIGKILL"));
  const held = new Promise((resolve) => shell.stdout.once("data", resolve));
  shell.stdin.write(".timeout 10000\nBEGIN IMMEDIATE;\nSELECT 'held';\n");
  await held;
  return () => new Promise((resolve) => shell.on("close", resolve).stdin.end("COMMIT;\n"));
}

test("store: a lock that somebody else holds refuses requests, and heals", async (t) => {
  const server = await serve(t, home(t));
  const load = new Load(server.url);
  await load.acknowledge(100);
  const release = await lock(t, server.store);
  const held = performance.now();
  await until(async () => (await readiness(server)) === 503);
  await load.refuse(kClients);
  while (performance.now() < held + lockSeconds * 1000) await pause(50);
  load.mark();
  await release();
  const seconds = await load.healed();
  await load.acknowledge(100);
  assert.equal(await readiness(server), 200);
  await load.end();
  assert.equal((await server.end()).code, 0);
  assertWhole(t, load, server.store, `; healed ${seconds.toFixed(2)} s after the lock was let go`);
  assert.ok(seconds < 2, `healed after ${seconds} s, want 2`);
  assert.ok(load.longestMs < 3000, `somebody waited for ${load.longestMs} ms`);
  assert.equal(server.stderr().match(/database is locked; nothing is logged until/g).length, 1, server.stderr());
  assert.equal(server.stderr().match(/logging goes on/g).length, 1, server.stderr());
});

// The sweep that ends idle sessions met the lock, and ended the server.
test("store: sessions that are idle while it is locked end later", async (t) => {
  const server = await serve(t, home(t), ["--session-timeout", "0.02"]);
  const client = new Client(server.url);
  t.after(() => client.close());
  for (let user = 0; user < 20; ++user) await client.play("next", user, 1, 0.5);
  const release = await lock(t, server.store);
  const open = () => query(server.store, "SELECT 20 - COUNT(*) AS n FROM sessions")[0].n;
  const before = open();
  await until(async () => (await readiness(server)) === 503);
  assert.equal(open(), before);
  await release();
  await until(() => open() === 0);
  assert.equal(await readiness(server), 200);
  assert.equal((await server.end()).code, 0);
  assert.ok(before > 0, "none was idle under the lock");
});

// No file may grow beyond the limit of its process: what a full disk is to SQLite.
test("store: a full disk refuses requests, and heals", async (t) => {
  const server = await serve(t, home(t));
  const limit = (bytes) => execFileSync("prlimit", ["--pid", String(server.pid), `--fsize=${bytes}:`]);
  const load = new Load(server.url);
  await load.acknowledge(100);
  limit(4096);
  await until(async () => (await readiness(server)) === 503);
  await load.refuse(kClients);
  load.mark();
  limit("unlimited");
  const seconds = await load.healed();
  await load.acknowledge(100);
  assert.equal(await readiness(server), 200);
  await load.end();
  assert.equal((await server.end()).code, 0);
  assertWhole(t, load, server.store, `; healed ${seconds.toFixed(2)} s after there was room`);
  assert.ok(seconds < 2, `healed after ${seconds} s, want 2`);
});

test("store: moved away while it is served, it is missed, and used again when it is back", async (t) => {
  const directory = home(t);
  const server = await serve(t, directory);
  const load = new Load(server.url);
  await load.acknowledge(100);
  const away = path.join(directory, "away.db");
  renameSync(server.store, away);
  await load.refuse(kClients);
  assert.equal(await readiness(server), 503);
  assert.equal((await fetch(`${server.url}/api/v1/units/1`)).status, 503);
  assert.ok(!existsSync(server.store), "nothing was made in its place");
  load.mark();
  renameSync(away, server.store);
  const seconds = await load.healed();
  await load.acknowledge(100);
  assert.equal(await readiness(server), 200);
  assert.equal((await fetch(`${server.url}/api/v1/units/1`)).status, 200);

  // Another file in its place is neither written nor read.
  renameSync(server.store, away);
  const other = home(t);
  const second = await serve(t, other);
  await second.end();
  copyFileSync(second.store, server.store);
  const hash = () => createHash("sha256").update(readFileSync(server.store)).digest("hex");
  const before = hash();
  await load.refuse(kClients);
  const answer = await fetch(`${server.url}/api/v1/experiments`);
  assert.equal(answer.status, 503, await answer.text());
  assert.equal(hash(), before);
  renameSync(away, server.store);
  await load.acknowledge(100);
  await load.end();
  assert.equal((await server.end()).code, 0);
  assertWhole(t, load, server.store, `; healed ${seconds.toFixed(2)} s after it was back`);
  assert.match(server.stderr(), /crossfade\.db: moved or deleted since it was opened, want the same one back/);
  assert.match(server.stderr(), /crossfade\.db: another file stands in its place/);
});

test("store: deleted while it is served, nothing is acknowledged, and nothing is made", async (t) => {
  const directory = realpathSync(home(t));
  const server = await serve(t, directory);
  const load = new Load(server.url);
  await load.acknowledge(100);
  rmSync(server.store);
  await load.refuse(kClients);
  const acknowledged = load.acknowledged.length;
  await load.refuse(10 * kClients);
  assert.equal(load.acknowledged.length, acknowledged);
  assert.equal(await readiness(server), 503);
  await load.end();
  // As long as the server lives, the file can be had back: it is whole once nothing is left in its log.
  await until(() => statSync(`${server.store}-wal`).size === 0);
  const open = readdirSync(`/proc/${server.pid}/fd`).map((name) => `/proc/${server.pid}/fd/${name}`);
  const rescued = path.join(path.dirname(server.store), "rescued.db");
  copyFileSync(open.find((name) => readlinkSync(name) === `${directory}/crossfade.db (deleted)`), rescued);
  assertWhole(t, load, rescued);
  await server.end();
  assert.ok(!existsSync(server.store));
});

test("store: without its log nothing is acknowledged, and what was survives kill -9", async (t) => {
  const directory = home(t);
  const server = await serve(t, directory);
  const load = new Load(server.url);
  await load.acknowledge(200);
  rmSync(`${server.store}-wal`);
  await load.refuse(kClients);
  assert.equal(await readiness(server), 503);
  await until(() => statSync(server.store).size > 4096 * 10); // what was in the log is in the file
  const rows = () => Number(execFileSync("sqlite3", ["-readonly", `file:${server.store}?immutable=1`, "SELECT COUNT(*) FROM playbacks"]));
  await until(() => rows() >= load.acknowledged.length);
  await server.end("SIGKILL");
  await load.end();
  const again = await serve(t, directory);
  assertWhole(t, load, again.store);
  await again.end();

  // The same while nobody logs: it is seen within a second or two.
  const idle = await serve(t, directory);
  rmSync(`${idle.store}-wal`);
  await until(async () => (await readiness(idle)) === 503);
  await idle.end();
});

test("store: a second server is refused under every name of the file", async (t) => {
  const directory = home(t);
  const server = await serve(t, directory);
  const second = (store) => {
    const { status, stderr } = spawnSync(crossfade, ["serve", "--port", "0", "--store", store], { cwd: directory, encoding: "utf8", timeout: 5000 });
    return `${status} ${stderr}`;
  };
  const pid = String(server.pid);
  assert.equal(second("crossfade.db"), `2 crossfade.db: another process writes this store (process ${pid}), want one at a time\n`);
  symlinkSync("crossfade.db", path.join(directory, "soft.db"));
  assert.equal(second("soft.db"), `2 soft.db: another process writes this store (process ${pid}), want one at a time\n`);
  linkSync(server.store, path.join(directory, "hard.db"));
  assert.equal(second("hard.db"), "2 hard.db: another process writes this store, want one at a time\n");
  rmSync(`${server.store}.lock`);
  assert.equal(second("crossfade.db"), "2 crossfade.db: another process writes this store, want one at a time\n");
  assert.equal(statSync(server.store).mode & 0o777, 0o600);

  const load = new Load(server.url);
  await load.acknowledge(100);
  await load.end();
  assert.equal((await server.end()).code, 0);
  assertWhole(t, load, server.store);
  assert.match(second("hard.db"), /^2 hard\.db: has 2 names \(hard links\), want one: /);
});

test("store: what cannot heal ends the server, with its reason", async (t) => {
  const server = await serve(t, home(t));
  const client = new Client(server.url);
  t.after(() => client.close());
  await client.play("next", 1, 1, 0.5);
  execFileSync("sqlite3", [server.store, "DROP TABLE playbacks"]);
  assert.equal((await client.post("/next/1", { track: 2, time: 0.5 })).status, 503);
  assert.equal((await server.ended).code, 1);
  assert.match(server.stderr(), /crossfade\.db: no such table: playbacks\n$/);
});
