// Recommenders in other processes that misbehave: who answers, what others wait, and what the log says.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { Client, crossfade, query, serve, temporaryDirectory, until, writeWorld } from "./support.mjs";

const helper = fileURLToPath(new URL("../../clients/python/recommender.py", import.meta.url));

const configuration = (mine) => `version: 1
recommenders:
  quick: {type: random}
  behind: {type: top_pop, file: top.json}
  mine: ${mine}
parameters: {recommender: quick}
experiments:
  - key: homework
    hypothesis: Mine is better.
    owner: tests
    status: running
    variants:
      - {key: control, weight: 0.5, control: true, parameters: {recommender: quick}}
      - {key: treatment, weight: 0.5, parameters: {recommender: mine}}
`;

// A directory with a world, the helper, mine.py of that text, and the configuration.
function homework(t, { python = "", mine = '{type: process, command: "python3 mine.py", timeout_ms: 400, fallback: behind}' } = {}) {
  const directory = temporaryDirectory(t);
  writeWorld(directory);
  writeFileSync(path.join(directory, "world/top.json"), "[0]");
  copyFileSync(helper, path.join(directory, "recommender.py"));
  writeFileSync(path.join(directory, "mine.py"), python);
  writeFileSync(path.join(directory, "experiments.yaml"), configuration(mine));
  return directory;
}

// Units by variant.
function unitsOf(directory) {
  const units = Array.from({ length: 60 }, (_, unit) => String(unit));
  const lines = execFileSync(crossfade, ["assign", "homework", ...units], { cwd: directory, encoding: "utf8" }).trim().split("\n");
  const of = (variant) => lines.filter((line) => line.endsWith(`\t${variant}`)).map((line) => line.split("\t")[0]);
  return { mine: of("treatment"), others: of("control") };
}

// A server, a client, and who is served by whom.
async function served(t, options) {
  const directory = homework(t, options);
  const server = await serve(t, directory);
  const client = new Client(server.url);
  t.after(() => client.close());
  return { directory, server, client, ...unitsOf(directory) };
}

const answerers = (store) => query(store, "SELECT DISTINCT recommender FROM playbacks WHERE recommender IS NOT NULL ORDER BY 1").map((row) => row.recommender);
// Processes that work in a directory.
const runningIn = (directory) => readdirSync("/proc").filter((pid) => {
  try {
    return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(directory);
  } catch {
    return false; // it has just ended
  }
});

// Milliseconds that units of the other variant wait while those of this one ask all the time; the 99th percentile.
async function othersWait({ server, mine, others }) {
  let ends = false;
  const asking = mine.slice(0, 16).map(async (unit) => {
    const client = new Client(server.url);
    while (!ends) await client.play("next", Number(unit), 1, 0.5);
    client.close();
  });
  const client = new Client(server.url);
  const waits = [];
  for (let i = 0; i < 1000; ++i) {
    const asked = performance.now();
    await client.play("next", Number(others[i % others.length]), 1, 0.5);
    waits.push(performance.now() - asked);
  }
  client.close();
  ends = true;
  await Promise.all(asking);
  return waits.sort((a, b) => a - b)[990];
}

test("external: ten lines of Python answer, and end with the server", async (t) => {
  const python = `import os, sys
from recommender import catalogue, run
print("tracks:", len(catalogue()), file=sys.stderr)
run(lambda request: {"track": (request["previous"] + len(request["heard"])) % 12, "propensity": 0.5})
`;
  const { directory, server, client, mine } = await served(t, { python });
  assert.deepEqual(await client.play("next", Number(mine[0]), 3, 1), { user: Number(mine[0]), track: 4 });
  assert.deepEqual(await client.play("next", Number(mine[0]), 4, 1), { user: Number(mine[0]), track: 6 });
  await server.said(/^recommender "mine" says: tracks: 12$/m);
  const metrics = (await client.get("/metrics")).body;
  assert.match(metrics, /^crossfade_recommender_requests_total\{recommender="mine",outcome="answered"\} 2$/m);
  assert.match(metrics, /^crossfade_recommender_latency_seconds_count\{recommender="mine"\} 2$/m);
  assert.deepEqual(await server.end(), { code: 0, signal: null });
  assert.deepEqual(query(server.store, "SELECT recommender, propensity FROM playbacks"), Array(2).fill({ recommender: "mine", propensity: 0.5 }));
  assert.deepEqual(runningIn(directory), []);
});

test("external: one that sleeps is given up, the fallback answers, and nobody else waits", async (t) => {
  const all = await served(t, { python: "import time\nfrom recommender import run\nrun(lambda request: time.sleep(100) if len(request['heard']) > 1 else 5)\n" });
  const { server, client, mine } = all;
  assert.equal((await client.play("next", Number(mine[20]), 3, 1)).track, 5);
  const asked = performance.now();
  await client.play("next", Number(mine[20]), 3, 1);
  const waited = performance.now() - asked;
  assert.ok(waited > 390 && waited < 5000, `${waited} ms`);
  const p99 = await othersWait(all);
  t.diagnostic(`others wait ${p99.toFixed(1)} ms (99th percentile)`);
  assert.ok(p99 < 200, `${p99} ms`);
  await server.said(/^recommender "mine": no answer within 4\d\d ms$/m);
  await server.said(/^recommender "mine": has failed again and again: nobody is sent there for 1000 ms$/m);
  assert.match((await client.get("/metrics")).body, /outcome="circuit_open"\} [1-9]/);
  assert.deepEqual(answerers(server.store), ["behind", "mine", "quick"]);
  assert.deepEqual(await server.end(), { code: 0, signal: null });
});

test("external: one that dies is started again, and the fallback answers meanwhile", async (t) => {
  const { server, client, mine } = await served(t, { python: "import os\nfrom recommender import run\nrun(lambda request: os._exit(3) if request['previous'] == 9 else 5)\n" });
  const unit = Number(mine[0]);
  assert.equal((await client.play("next", unit, 3, 1)).track, 5);
  assert.equal((await client.play("next", unit, 9, 1)).track, 0);
  await server.said(/^recommender "mine": ended with status 3; starts again in 100 ms$/m);
  await until(async () => (await client.play("next", unit, 3, 1)).track === 5);
});

const kMisbehaviours = [
  ["floods stderr", "import sys\nfrom recommender import run\ndef f(request):\n  print('noise\\n' * 10000, file=sys.stderr)\n  return 5\nrun(f)\n", "mine", /^recommender "mine" says: noise$/m],
  ["prints to stdout", "from recommender import run\nrun(lambda request: print('chatter') or 5)\n", "mine", /says: chatter$/m],
  ["raises", "from recommender import run\nrun(lambda request: 1 / 0)\n", "behind", /says: ZeroDivisionError: division by zero$/m],
  ["answers garbage", "import sys\nfor line in sys.stdin: print('garbage', flush=True)\n", "behind", /^recommender "mine": "garbage" is no JSON$/m],
  ["prints NaN", "import sys\nfor line in sys.stdin: print('{\"id\":1,\"track\":NaN}', flush=True)\n", "behind", /^recommender "mine": "\{"id":1,"track":NaN\}" is no JSON$/m],
  ["ends its answers with a NUL", "import json, sys\nfor line in sys.stdin: print('{\"id\":%d,\"track\":5}\\0' % json.loads(line)['id'], flush=True)\n", "behind", /^recommender "mine": "\{"id":1,"track":5\}\\x00" is no JSON$/m],
  ["names a track that does not exist", "from recommender import run\nrun(lambda request: 4711)\n", "behind", /^recommender "mine": track is 4711, which the catalogue lacks \(0\.\.11\)$/m],
  ["answers twice", "import json, sys\nfor line in sys.stdin:\n  i = json.loads(line)['id']\n  print('{\"id\":%d,\"track\":5}\\n{\"id\":%d,\"track\":6}' % (i, i), flush=True)\n", "mine", undefined],
  ["answers with a line that does not end", "import sys\nfor line in sys.stdin:\n  sys.stdout.write('x' * 6000000); sys.stdout.flush()\n", "behind", /^recommender "mine": "x{60}\.\.\." is no JSON$/m],
  ["closes its stdout", "import os, sys, time\nsys.stdin.readline()\nos.close(1)\ntime.sleep(100)\n", "behind", /^recommender "mine": has closed its stdout; starts again/m],
  ["never starts", "raise SystemExit('no model')\n", "behind", /^recommender "mine": ended with status 1; starts again/m],
  ["ignores the request to end", "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nfrom recommender import run\nrun(lambda request: 5)\ntime.sleep(100)\n", "mine", undefined],
];
for (const [what, python, who, says] of kMisbehaviours) {
  test(`external: one that ${what}`, async (t) => {
    const { directory, server, client, mine, others } = await served(t, { python });
    for (let i = 0; i < 3; ++i) {
      let asked = performance.now();
      assert.equal((await client.play("next", Number(mine[i]), 3, 1)).track, who === "mine" ? 5 : 0, what);
      // What is no JSON is passed over when it comes, and not when the time for a start is over, 10 s.
      if (String(says).includes("is no JSON")) assert.ok(performance.now() - asked < 8000, `${what}: ${performance.now() - asked} ms`);
      asked = performance.now();
      await client.play("next", Number(others[i]), 3, 1);
      assert.ok(performance.now() - asked < 300, "others do not wait");
    }
    assert.deepEqual(answerers(server.store), [who, "quick"].sort());
    if (says) await server.said(says);
    assert.ok(server.stderr().length < 100_000, `the log has ${server.stderr().length} bytes`);
    assert.deepEqual(await server.end(), { code: 0, signal: null });
    assert.deepEqual(runningIn(directory), []);
  });
}

test("external: a changed configuration starts another one, which takes over", async (t) => {
  const { directory, server, client, mine } = await served(t, { python: "from recommender import run\nrun(lambda request: 5)\n" });
  const unit = Number(mine[0]);
  assert.equal((await client.play("next", unit, 3, 1)).track, 5);
  writeFileSync(path.join(directory, "other.py"), "from recommender import run\nrun(lambda request: 7)\n");
  const text = configuration('{type: process, command: "python3 other.py", timeout_ms: 400, fallback: behind}').replace("status: running", "status: running\n    version: 2");
  writeFileSync(path.join(directory, "experiments.yaml"), text);
  server.signal("SIGHUP");
  await server.said(/reloaded/);
  assert.equal((await client.play("next", unit, 3, 1)).track, 7);
  assert.deepEqual(answerers(server.store), ["mine"]);
});

// One that reads no stdin, and a child of a shell: the end of stdin told neither that the server was gone.
const kDeaf = "import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(1000)\n";
const kEnds = [
  ["one that listens", "import os\nfrom recommender import run\nopen('pid', 'w').write(str(os.getpid()))\nrun(lambda request: 5)\n", "python3 mine.py"],
  ["one that ignores the end of stdin and SIGTERM", kDeaf, "python3 mine.py"],
  ["one that a shell has started", kDeaf, "(python3 mine.py); true"],
];
for (const [what, python, command] of kEnds) {
  test(`external: ${what} ends when the server is killed`, async (t) => {
    const { directory, server, client, mine } = await served(t, { python, mine: `{type: process, command: "${command}", timeout_ms: 400, fallback: behind}` });
    let pid = 0;
    await until(() => (pid = Number(readFileSync(path.join(directory, "pid"), { encoding: "utf8", flag: "a+" }))) > 0);
    if (python !== kDeaf) await client.play("next", Number(mine[0]), 3, 1);
    await server.end("SIGKILL");
    await until(() => {
      try {
        process.kill(pid, 0);
        return readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z "); // whoever adopts it has not looked yet
      } catch {
        return true;
      }
    });
    await until(() => runningIn(directory).length === 0);
  });
}

test("external: another content of a script is another treatment, unless that is meant", async (t) => {
  const { directory, server, client, mine } = await served(t, { python: "from recommender import run\nrun(lambda request: 5)\n" });
  const unit = Number(mine[0]);
  assert.equal((await client.play("next", unit, 3, 1)).track, 5);
  assert.match(query(server.store, "SELECT recommender, file, checksum FROM configuration_files WHERE file = 'mine.py'")[0].checksum, /^[0-9a-f]{8,}/);
  writeFileSync(path.join(directory, "mine.py"), "from recommender import run\nrun(lambda request: 7)\n");
  server.signal("SIGHUP");
  await server.said(/content of mine\.py of recommender mine is .*\n.*not reloaded/);
  assert.equal((await client.play("next", unit, 3, 1)).track, 5);
  writeFileSync(path.join(directory, "experiments.yaml"), readFileSync(path.join(directory, "experiments.yaml"), "utf8").replace("status: running", "status: running\n    version: 2"));
  server.signal("SIGHUP");
  await server.said(/: reloaded/);
  await until(async () => (await client.play("next", unit, 3, 1)).track === 7);
});

test("external: validate runs no command", (t) => {
  const directory = homework(t, { mine: '{type: process, command: "touch was-run", fallback: behind}' });
  const { status, stdout } = spawnSync(crossfade, ["validate"], { cwd: directory, encoding: "utf8" });
  assert.equal(status, 0, stdout);
  assert.throws(() => readFileSync(path.join(directory, "was-run")));
});

test("external: over HTTP, by connections that are kept, and while nobody is there", async (t) => {
  const python = "from recommender import run\nrun(lambda request: 5, http=0)\n";
  const directory = homework(t, { python });
  const start = () => {
    const child = spawn("python3", ["mine.py"], { cwd: directory, stdio: ["ignore", "ignore", "pipe"] });
    t.after(() => child.kill("SIGKILL"));
    const port = new Promise((resolve) => {
      child.stderr.setEncoding("utf8").on("data", (text) => {
        const listening = text.match(/listening on http:\/\/127\.0\.0\.1:(\d+)/);
        if (listening) resolve(Number(listening[1]));
      });
    });
    return { child, port, ended: new Promise((resolve) => child.on("exit", (code) => resolve(code))) };
  };
  const recommender = start();
  const url = `http://127.0.0.1:${await recommender.port}/recommend`;
  writeFileSync(path.join(directory, "experiments.yaml"), configuration(`{type: http, url: "${url}", timeout_ms: 400, fallback: behind}`));
  const server = await serve(t, directory);
  const client = new Client(server.url);
  t.after(() => client.close());
  const { mine } = unitsOf(directory);
  for (const unit of mine.slice(0, 5)) assert.equal((await client.play("next", Number(unit), 3, 1)).track, 5);
  recommender.child.kill("SIGTERM");
  assert.equal(await recommender.ended, 0, "it ends on SIGTERM");
  assert.equal((await client.play("next", Number(mine[0]), 3, 1)).track, 0);
  await server.said(/^recommender "mine": http:\S+: (cannot connect|the connection was closed.*)$/m);
});
