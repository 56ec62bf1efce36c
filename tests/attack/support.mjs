// What the attacks share. Each runs in a small size, as CI does it, or in a large one: CROSSFADE_ATTACK=large. What is drawn
// at random is drawn from CROSSFADE_ATTACK_SEED, which a failure names.
import { spawnSync } from "node:child_process";
import net from "node:net";
import { crossfade, query } from "../e2e/support.mjs";

const large = process.env.CROSSFADE_ATTACK === "large";
export const seed = Number(process.env.CROSSFADE_ATTACK_SEED ?? 1);
export const sized = (inCi, byHand) => (large ? byHand : inCi);

// Numbers of the stream `name`: `below(n)` is a whole one from 0 to n - 1, `of(list)` one of its members.
export function random(name) {
  let state = [...`${seed}:${name}`].reduce((hash, letter) => Math.imul(hash ^ letter.codePointAt(0), 0x01000193), 0x811c9dc5);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (n) => next() % n;
  return { below, of: (list) => list[below(list.length)] };
}

const kOddities = ["\0", "\n", "\r\n", "-", "9".repeat(40), "1e308", "[", "]", "{", '"', "\\", ":", ",", "\xff\xfe", "\xc3", "null", "NaN", "\x1b[2J"];

// `bytes` with one to four faults: a byte changed, a piece cut out, doubled, repeated many times, or something odd put in.
export function mutated(bytes, from) {
  let result = Buffer.from(bytes);
  for (let n = 1 + from.below(4); n > 0; --n) {
    const at = from.below(result.length + 1);
    const piece = result.subarray(at, at + 1 + from.below(64));
    const [before, behind] = [result.subarray(0, at), result.subarray(at + piece.length)];
    switch (from.below(6)) {
      case 0: result = Buffer.concat([before, behind]); break;
      case 1: result = Buffer.concat([before, piece, piece, behind]); break;
      case 2: result = Buffer.concat([before, ...Array(2 + from.below(1000)).fill(piece), behind]); break;
      case 3: result = before.length > 0 ? before : result; break;
      case 4: result = Buffer.concat([before, Buffer.from(from.of(kOddities), "latin1"), result.subarray(at)]); break;
      default: {
        result = Buffer.from(result);
        if (at < result.length) result[at] ^= 1 << from.below(8);
      }
    }
  }
  return result;
}

// Sends `bytes` on a connection of its own; resolves with what came back until the other side closed, said nothing more
// for `quiet` ms after an answer, or nothing at all for `patience` ms: {text, closed}.
export function exchange(port, bytes, { quiet = 40, patience = 1000 } = {}) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
    let text = "";
    let timer;
    const done = (closed) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, closed });
    };
    const wait = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(() => done(false), ms);
    };
    socket.on("connect", () => socket.write(bytes));
    socket.on("data", (data) => {
      text += data.toString("latin1");
      wait(quiet);
    });
    socket.on("error", () => done(true));
    socket.on("end", () => done(true));
    wait(patience);
  });
}

export const statusOf = (text) => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);

// Runs `work(item)` for each, so many at a time.
export async function each(items, atOnce, work) {
  const left = [...items].reverse();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left.length > 0) await work(left.pop());
  }));
}

// One run of the program, which may take `seconds`: {status, signal, stdout, stderr, crashed}. Crashed is what ends by a
// signal, does not end, or ends with a status that nothing is said to end with.
export function run(directory, args, { seconds = 10, input } = {}) {
  const result = spawnSync(crossfade, args, { cwd: directory, input, timeout: seconds * 1000, killSignal: "SIGKILL", encoding: "utf8", maxBuffer: 2 ** 28 });
  const crashed = result.signal !== null || result.error !== undefined || ![0, 1, 2, 3].includes(result.status) || /Sanitizer|terminate called/.test(result.stderr);
  return { ...result, crashed };
}

// A store of `units` units with ten sessions of ten playbacks each, and their exposures, as the demo's configuration names them.
export function fill(store, units) {
  query(store, "SELECT 1"); // there is one
  const series = (n) => `(WITH RECURSIVE s(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM s WHERE i + 1 < ${n}) SELECT i FROM s)`;
  const sql = `BEGIN;
INSERT INTO exposures (experiment, version, unit, variant, first_seen_ms)
  SELECT 'sticky-vs-random', 1, i, CASE i % 2 WHEN 0 THEN 'control' ELSE 'treatment' END, 1700000000000 FROM ${series(units)};
INSERT INTO sessions (session, unit, tracks, time, end_reason, started_ms, ended_ms)
  SELECT i + 1, i % ${units}, 10, (i * 7 % 100) / 10.0, 'last', 1700000000000 + i * 10, 1700000600000 + i * 10 FROM ${series(units * 10)};
INSERT INTO playbacks (unit, session, position, track, fraction, latency_ms, at_ms)
  SELECT (i / 10) % ${units}, i / 10 + 1, i % 10, i % 12, (i / 10 * 7 % 100) / 100.0, 1, 1700000000000 + i FROM ${series(units * 100)};
COMMIT;`;
  const result = spawnSync("sqlite3", ["-bail", store], { input: sql, encoding: "utf8" });
  if (result.status !== 0) throw new Error(result.stderr);
}
