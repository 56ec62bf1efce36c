// SIGTERM and SIGINT: what was answered is stored, the process ends with 0 within a few seconds, whatever clients do.
import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { Client, home, query, serve } from "./support.mjs";

const connect = (port) =>
  new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1", () => resolve(socket));
    socket.on("error", reject);
  });

for (const signal of ["SIGTERM", "SIGINT"]) {
  test(`shutdown: ${signal} under load answers what is under way and ends`, async (t) => {
    const server = await serve(t, home(t));
    const idle = await Promise.all(Array.from({ length: 20 }, () => connect(server.port)));
    t.after(() => idle.forEach((socket) => socket.destroy()));
    let acknowledged = 0;
    let failed = 0;
    const play = async (user) => {
      const client = new Client(server.url);
      try {
        for (let track = 0; ; ++track) {
          await client.play("next", user, track, 1);
          if (++acknowledged === 500) server.signal(signal);
        }
      } catch {
        ++failed;
      } finally {
        client.close();
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, user) => play(user)));
    const begin = Date.now();
    const { code } = await server.ended;
    assert.equal(code, 0);
    assert.ok(Date.now() - begin < 3000, "within seconds");
    assert.equal(failed, 8);
    // Stored are those that were answered; of each client's last request nobody knows whether it arrived.
    const [{ n }] = query(server.store, "SELECT COUNT(*) AS n FROM playbacks");
    assert.ok(n >= acknowledged && n <= acknowledged + 8, `${acknowledged} acknowledged, ${n} stored`);
    await assert.rejects(connect(server.port), /ECONNREFUSED/);
  });
}

test("shutdown: a client that never finishes its request does not hold it up", async (t) => {
  const server = await serve(t, home(t));
  const socket = await connect(server.port);
  t.after(() => socket.destroy());
  socket.on("error", () => {});
  socket.write("POST /next/1 HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n");
  await new Promise((resolve) => socket.once("data", resolve)); // 100 Continue: the request is under way
  const begin = Date.now();
  assert.equal((await server.end()).code, 0);
  assert.ok(Date.now() - begin < 6000);
});
