// Whoever read the log has gone: a reload that could not say so once ended the server, by SIGPIPE or by an exception of
// fmt::print out of the watch.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { answerOf, Client, configuration, home, serve, until } from "./support.mjs";

test("log: a reader of stderr who has gone ends nothing", async (t) => {
  const directory = home(t);
  const server = await serve(t, directory);
  server.stopListening();
  const hypothesis = async () => (await answerOf(server.url, "/api/v1/experiments")).experiments[0].hypothesis;
  for (const next of ["Another one.", "A third one."]) {
    writeFileSync(path.join(directory, "experiments.yaml"), configuration({ hypothesis: next }));
    server.signal("SIGHUP");
    await until(async () => (await hypothesis()) === next);
  }
  const client = new Client(server.url);
  t.after(() => client.close());
  await client.play("next", 7, 1, 1);
  assert.deepEqual(await server.end(), { code: 0, signal: null });
});
