// More connections than threads: 64 kept-alive clients on --threads 8, and each has its turn. How long one waits is counted
// in answers that all get meanwhile, not in seconds: a busy machine is slow for everybody, a server that starves clients
// answers some again and again while others wait. CROSSFADE_LOAD_SECONDS=30 for the long run.
import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { test } from "node:test";
import { Client, home, serve } from "./support.mjs";

const seconds = Number(process.env.CROSSFADE_LOAD_SECONDS ?? 0);
const kClients = 64;
const kAnswers = kClients * 200; // at least
const kMostWaited = kClients * 50; // as if all others had fifty turns before one has his

test(`starvation: ${kClients} clients on 8 threads${seconds > 0 ? ` for ${seconds} s` : ""}`, async (t) => {
  const server = await serve(t, home(t), ["--threads", "8"]);
  const load = await playAll(server.url);
  t.diagnostic(`${load.answers} answers, ${Math.round(load.answers / load.seconds)} a second; longest wait ${load.longest} answers, ` +
    `${load.longestMs.toFixed(1)} ms; fewest answers of a client ${load.fewest}`);
  assert.ok(load.longest <= kMostWaited, `somebody waited while ${load.longest} answers were given, want at most ${kMostWaited}`);
  assert.ok(load.fewest > (load.answers / kClients) * 0.2, `${load.fewest} of ${load.answers / kClients}`);
});

// Each once held a thread, of which there were 1 024, until it had been silent for a second and its turn came: 8.7 s.
test("starvation: a new client among 1 100 silent ones is answered at once", async (t) => {
  const server = await serve(t, home(t));
  const silent = [];
  t.after(() => silent.forEach((socket) => socket.destroy()));
  for (let i = 0; i < 1100; ++i) {
    const socket = net.connect(server.port, "127.0.0.1");
    socket.on("error", () => {});
    silent.push(socket);
    await once(socket, "connect");
  }
  const client = new Client(server.url);
  t.after(() => client.close());
  const asked = performance.now();
  await client.play("next", 7, 1, 1);
  const waited = performance.now() - asked;
  t.diagnostic(`${waited.toFixed(1)} ms`);
  assert.ok(waited < 1000, `${waited} ms`);
});

// Ends when there are answers and seconds enough, or as soon as somebody has waited for too long.
async function playAll(url) {
  const begin = performance.now();
  const waiting = new Map(); // client -> how many answers there were when he asked
  let answers = 0;
  let longest = 0;
  let longestMs = 0;
  const goesOn = () => longest <= kMostWaited && (answers < kAnswers || performance.now() < begin + seconds * 1000);
  const play = async (user) => {
    const client = new Client(url);
    let requests = 0;
    for (; goesOn(); ++requests) {
      const asked = performance.now();
      waiting.set(user, answers);
      await client.play(requests % 10 === 9 ? "last" : "next", user, requests % 12, 1);
      waiting.delete(user);
      ++answers;
      longest = Math.max(longest, ...[...waiting.values()].map((before) => answers - before));
      longestMs = Math.max(longestMs, performance.now() - asked);
    }
    client.close();
    return requests;
  };
  const requests = await Promise.all(Array.from({ length: kClients }, (_, user) => play(user)));
  return { answers, longest, longestMs, fewest: Math.min(...requests), seconds: (performance.now() - begin) / 1000 };
}
