// Those who log do not wait for those who flood: a new client's `/next` is answered soon, clients who are there go on, and
// SIGTERM ends the server, whatever others do meanwhile.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { Client, home, serve } from "../e2e/support.mjs";
import { fill, sized } from "./support.mjs";

// Of a new client, on a busy machine; a quiet one needs a tenth of that.
const kMostWaitedMs = 2000;
const kMostToEndMs = 4500;
const kSeconds = sized(2, 20);

// `count` clients' worth of `kind`, until the test ends.
async function flood(t, kind, server, count) {
  const child = spawn(process.execPath, [fileURLToPath(new URL("flood.mjs", import.meta.url)), kind, server.port, count], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  t.after(stop);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return stop;
}

// For some seconds: new clients one after another, and 64 who keep their connections.
async function measure(server) {
  const end = performance.now() + kSeconds * 1000;
  let answers = 0;
  let longest = 0;
  const timed = async (client, user) => {
    const begin = performance.now();
    const answer = await client.post(`/next/${user}`, { track: answers % 12, time: 0.5 });
    longest = Math.max(longest, performance.now() - begin);
    assert.equal(answer.status, 200, answer.body);
    ++answers;
  };
  const fresh = async () => {
    for (let user = 1000; performance.now() < end; ++user) {
      const client = new Client(server.url);
      await timed(client, user).finally(() => client.close());
    }
  };
  const kept = async (user) => {
    for (let client = new Client(server.url); performance.now() < end;) {
      try {
        await timed(client, user);
      } catch (error) { // a server may end a connection between two requests
        if (!["ECONNRESET", "EPIPE"].includes(error.code)) throw error;
        client.close();
        client = new Client(server.url);
      }
    }
  };
  await Promise.all([fresh(), ...Array.from({ length: 64 }, (_, user) => kept(user))]);
  return { rate: Math.round(answers / kSeconds), longest: Math.round(longest) };
}

const kFloods = [["idle", 1100], ["slow", 1100], ["units", sized(300, 1200)], ["reports", sized(100, 400)], ["posts", 64]];

test("attack: who logs does not wait for floods", async (t) => {
  const directory = home(t);
  await (await serve(t, directory)).end();
  fill(`${directory}/crossfade.db`, sized(5000, 20_000));
  const server = await serve(t, directory);
  const alone = await measure(server);
  t.diagnostic(`nobody else: ${alone.rate} requests a second, longest wait ${alone.longest} ms`);
  const late = [];
  for (const [kind, count] of kFloods) {
    const stop = await flood(t, kind, server, count);
    const { rate, longest } = await measure(server);
    await stop();
    t.diagnostic(`${kind}, ${count} clients: ${rate} requests a second, longest wait ${longest} ms`);
    if (longest > kMostWaitedMs) late.push(`${kind}: ${longest} ms`);
  }
  assert.deepEqual(late, []);
  assert.equal((await server.end()).code, 0);
});

test("attack: SIGTERM ends a server that is flooded", async (t) => {
  const directory = home(t);
  await (await serve(t, directory)).end();
  fill(`${directory}/crossfade.db`, sized(5000, 20_000));
  for (const kinds of [["units"], ["units", "reports", "slow"]]) {
    const server = await serve(t, directory);
    const stops = [];
    for (const kind of kinds) stops.push(await flood(t, kind, server, 200));
    const begin = performance.now();
    const { code } = await server.end();
    const took = performance.now() - begin;
    for (const stop of stops) await stop();
    t.diagnostic(`${kinds.join(" and ")}: ended after ${Math.round(took)} ms`);
    assert.equal(code, 0, server.stderr());
    assert.ok(took < kMostToEndMs, `${kinds}: ${took} ms`);
  }
});
