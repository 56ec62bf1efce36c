// What the end-to-end tests share: a small world of their own, a running `crossfade serve`, requests over kept-alive
// connections, and the store through the sqlite3 shell. JSON that comes by here is held against docs/schema.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkAnswer, checked } from "./answer_schemas.mjs";

export const crossfade = path.resolve(process.env.CROSSFADE ?? "build/release/crossfade");

// An empty directory that is removed when the test `t` ends.
export function temporaryDirectory(t) {
  const directory = mkdtempSync(path.join(tmpdir(), "crossfade-e2e-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

// Twelve tracks of four artists; track 0 names similar ones.
export function writeWorld(directory) {
  mkdirSync(path.join(directory, "world"), { recursive: true });
  const tracks = Array.from({ length: 12 }, (_, track) => ({
    track,
    artist: `Artist ${track % 4}`,
    title: `Song ${track}`,
    ...(track === 0 && { recommendations: [4, 8] }),
  }));
  writeFileSync(path.join(directory, "world/tracks.json"), tracks.map((track) => JSON.stringify(track) + "\n").join(""));
}

// One running experiment of two variants.
export function configuration({ version = 1, control = 0.5, hypothesis = "Staying with an artist helps." } = {}) {
  return `version: 1
recommenders:
  random: {type: random}
  sticky: {type: sticky_artist, fallback: random}
parameters: {recommender: random}
experiments:
  - key: sticky-vs-random
    hypothesis: ${hypothesis}
    owner: tests
    status: running
    version: ${version}
    variants:
      - {key: control, weight: ${control}, control: true, parameters: {recommender: random}}
      - {key: treatment, weight: ${1 - control}, parameters: {recommender: sticky}}
`;
}

// A directory with a world and experiments.yaml.
export function home(t) {
  const directory = temporaryDirectory(t);
  writeWorld(directory);
  writeFileSync(path.join(directory, "experiments.yaml"), configuration());
  return directory;
}

// `crossfade serve` in `directory` on a free port; resolves when it accepts connections. Ended with the test at the latest.
export async function serve(t, directory, args = []) {
  const child = spawn(crossfade, ["serve", "--port", "0", ...args], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  const waiting = new Set();
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
    for (const look of waiting) look();
  });
  child.stdout.resume();
  const ended = new Promise((resolve) =>
    child.on("close", (code, signal) => {
      for (const look of waiting) look(code ?? signal);
      resolve({ code, signal });
    }),
  );
  t.after(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    return ended;
  });

  // Resolves with the match once stderr has it.
  const said = (pattern) =>
    new Promise((resolve, reject) => {
      const fail = (why) => {
        done();
        reject(new Error(`crossfade serve ${why} without saying ${pattern}:\n${stderr}`));
      };
      const timer = setTimeout(() => fail("waited 20 s"), 20_000);
      const done = () => {
        clearTimeout(timer);
        waiting.delete(look);
      };
      const look = (exit) => {
        const found = stderr.match(pattern);
        if (found) {
          done();
          resolve(found);
        } else if (exit !== undefined) {
          fail(`ended (${exit})`);
        }
      };
      waiting.add(look);
      look();
    });

  const [, url, port] = await said(/^listening on (http:\/\/127\.0\.0\.1:(\d+))$/m);
  return {
    url,
    port: Number(port),
    pid: child.pid,
    store: path.join(directory, "crossfade.db"),
    said,
    stderr: () => stderr,
    // From now on nobody reads what it says.
    stopListening: () => child.stderr.destroy(),
    signal: (name) => child.kill(name),
    // Resolves with {code, signal} once the process is gone.
    async end(name = "SIGTERM") {
      child.kill(name);
      return ended;
    },
    ended,
  };
}

// A client of its own connection, which is kept alive.
export class Client {
  constructor(url) {
    this.url = url;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  }

  request(method, target, { body, headers = {} } = {}) {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
      const request = http.request(
        this.url + target,
        { method, agent: this.agent, headers: { ...length, ...headers } },
        (response) => {
          const chunks = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const { statusCode: status, headers: answered } = response;
            const text = Buffer.concat(chunks).toString();
            try {
              if (method !== "HEAD") checkAnswer(target, status, answered["content-type"], text);
              resolve({ status, headers: answered, body: text });
            } catch (error) {
              reject(error);
            }
          });
        },
      );
      request.setNoDelay(true);
      request.setTimeout(20_000, () => request.destroy(new Error(`${method} ${target}: no answer within 20 s`)));
      request.on("error", reject);
      request.end(body);
    });
  }

  get(target, headers) {
    return this.request("GET", target, { headers });
  }
  // `body` is a text, or a value that is sent as JSON.
  post(target, body, headers = { "Content-Type": "application/json" }) {
    return this.request("POST", target, { body: typeof body === "string" ? body : JSON.stringify(body), headers });
  }
  // What the service answers to a playback, which must be a success.
  async play(verb, user, track, time) {
    const answer = await this.post(`/${verb}/${user}`, { track, time });
    assert.equal(answer.status, 200, answer.body);
    return JSON.parse(answer.body);
  }

  close() {
    this.agent.destroy();
  }
}

// What a server answers to GET, which must be JSON.
export async function answerOf(url, target) {
  const response = await fetch(url + target);
  const text = await response.text();
  assert.equal(response.status, 200, `${target}: ${text}`);
  checkAnswer(target, response.status, response.headers.get("content-type"), text);
  return JSON.parse(text);
}

// Looks again and again until it holds, and gives what it gave; throws after a minute. Looking leaves the processor to
// what is looked at.
export async function until(holds) {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    const held = await holds();
    if (held) return held;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not within a minute: ${holds}`);
}

// What `crossfade analyze` prints as JSON, run in `directory`. INVALID (3) is an answer, too.
export function analyzed(directory, ...args) {
  const { status, stdout, stderr } = spawnSync(crossfade, ["analyze", "--format", "json", ...args],
    { cwd: directory, encoding: "utf8", maxBuffer: 2 ** 26 });
  assert.ok(status === 0 || status === 3, `analyze ${args.join(" ")}: ${stderr}`);
  const json = JSON.parse(stdout);
  const address = json.experiments ? "report.schema.json#/definitions/Reports" : "report.schema.json#";
  return checked(address, json, `analyze ${args.join(" ")}`);
}

// Rows of the store, as objects.
export function query(store, sql) {
  const output = execFileSync("sqlite3", ["-readonly", "-json", store, sql], { encoding: "utf8", maxBuffer: 1 << 28 });
  return output === "" ? [] : JSON.parse(output);
}
