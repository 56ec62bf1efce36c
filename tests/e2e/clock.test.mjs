// The clock was set back by two days: 175 of 225 sessions that ended after that were silently not analysed, as they had
// begun before their units' exposures.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Client, home, query, serve } from "./support.mjs";

test("clock: sessions after it was set back are analysed, and the log says so", async (t) => {
  const directory = home(t);
  const playAll = async (server) => {
    const client = new Client(server.url);
    for (let user = 0; user < 10; user++) {
      await client.play("next", user, 1, 1);
      await client.play("last", user, 2, 0.5);
    }
    client.close();
    assert.deepEqual(await server.end(), { code: 0, signal: null });
  };
  const first = await serve(t, directory);
  await playAll(first);
  // As if the clock had been two days ahead until now.
  execFileSync("sqlite3", [first.store, `UPDATE playbacks SET at_ms = at_ms + 172800000;
    UPDATE sessions SET started_ms = started_ms + 172800000, ended_ms = ended_ms + 172800000;
    UPDATE exposures SET first_seen_ms = first_seen_ms + 172800000`]);
  const second = await serve(t, directory);
  await playAll(second);
  assert.match(second.stderr(), /^crossfade: the machine's clock shows .*, 17\d{4} s before what has been logged/m);
  assert.deepEqual(query(first.store, "SELECT COUNT(*) AS n FROM sessions"), [{ n: 20 }]);
  assert.deepEqual(query(first.store, "SELECT COUNT(*) AS n FROM analysed_sessions"), [{ n: 20 }]); // 10 in former times
  assert.deepEqual(query(first.store, "SELECT COUNT(*) AS n FROM playbacks p, playbacks q WHERE p.id < q.id AND p.at_ms > q.at_ms"), [{ n: 0 }]);
});
