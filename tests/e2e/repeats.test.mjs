// A client that sends every batch twice, and again whatever was not acknowledged, to a server that is killed (kill -9) in
// between, again and again: what it has sent stands in the store once, exposures, events and sessions alike.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Client, configuration, home, query, serve } from "./support.mjs";

const kRounds = 12;
const kClients = 6;
const kBatchesARound = 100; // acknowledged, of all clients, before the kill

const kNow = () => new Date().toISOString();

// A number of rows of one kind, each with an id of its own, as the request that logs them.
const kKinds = {
  exposures: (id) => ({ unit: id, experiment: "sticky-vs-random", variant: "control", id, attributes: { country: "SE", n: id.length } }),
  events: (id) => ({ unit: "u", event: "click", id, at: kNow(), properties: { of: id } }),
  sessions: (id) => ({ unit: id, started: kNow(), items: 3, time: 1.5, id, properties: { of: id } }),
};

// Sends batches of a kind: each one until it was acknowledged, and then once more.
class Sender {
  constructor(kind, name) {
    this.kind = kind;
    this.name = name;
    this.next = 0;
    this.open = null; // {rows, acknowledged}: the batch that is being sent
    this.acknowledged = []; // ids
    this.sent = new Set(); // ids
    this.repeated = 0;
  }

  batch() {
    const count = 1 + (this.next % 30);
    const ids = Array.from({ length: count }, () => `${this.name}-${this.next++}`);
    for (const id of ids) this.sent.add(id);
    return { rows: ids.map((id) => kKinds[this.kind](id)), ids, acknowledged: 0 };
  }

  async send(client) {
    const { rows } = this.open;
    const lines = rows.length % 2 === 0;
    const body = lines ? rows.map((row) => JSON.stringify(row) + "\n").join("") : JSON.stringify(rows);
    return client.post(`/api/v1/${this.kind}`, body, { "Content-Type": lines ? "application/x-ndjson" : "application/json" });
  }

  // Until the server is gone.
  async run(client, acknowledge) {
    for (;;) {
      this.open ??= this.batch();
      let answer;
      try {
        answer = await this.send(client);
      } catch {
        return;
      }
      assert.equal(answer.status, 200, answer.body);
      const { accepted, repeated } = JSON.parse(answer.body);
      assert.equal(accepted + repeated, this.open.rows.length);
      // All or nothing: a batch is not half there. What was acknowledged is known.
      assert.ok(accepted === 0 || repeated === 0, answer.body);
      if (this.open.acknowledged > 0) assert.equal(accepted, 0, answer.body);
      if (this.open.acknowledged === 0) this.acknowledged.push(...this.open.ids);
      this.repeated += repeated;
      if (++this.open.acknowledged === 2) this.open = null;
      acknowledge();
    }
  }
}

// The ids that stand in the store, each as often as it does.
const kStored = {
  exposures: "SELECT unit AS id FROM exposures WHERE experiment = 'sticky-vs-random' AND json_extract(attributes, '$.country') = 'SE'",
  events: "SELECT json_extract(properties, '$.of') AS id FROM events",
  sessions: "SELECT json_extract(properties, '$.of') AS id FROM sessions",
};

function check(store, senders) {
  for (const kind of Object.keys(kKinds)) {
    const stored = query(store, kStored[kind]).map((row) => row.id);
    const known = new Set(stored);
    assert.equal(stored.length, known.size, `${kind}: ${stored.length - known.size} stand twice`);
    const mine = senders.filter((sender) => sender.kind === kind);
    const lost = mine.flatMap((sender) => sender.acknowledged).filter((id) => !known.has(id));
    assert.deepEqual(lost, [], `${kind}: lost`);
    for (const id of known) assert.ok(mine.some((sender) => sender.sent.has(id)), `${kind}: ${id} was never sent`);
  }
}

test("repeats: sent twice and through kills, everything counts once", async (t) => {
  const directory = home(t);
  writeFileSync(path.join(directory, "experiments.yaml"), configuration());
  const kinds = Object.keys(kKinds);
  const senders = Array.from({ length: kClients }, (_, i) => new Sender(kinds[i % kinds.length], `${kinds[i % kinds.length]}-${i}`));
  for (let round = 0; round < kRounds; ++round) {
    const server = await serve(t, directory);
    const clients = senders.map(() => new Client(server.url));
    let count = 0;
    const running = senders.map((sender, i) => sender.run(clients[i], () => {
      if (++count === kBatchesARound + round) server.signal("SIGKILL");
    }));
    await Promise.all(running);
    for (const client of clients) client.close();
    assert.equal((await server.ended).signal, "SIGKILL");
    check(server.store, senders);
  }
  const server = await serve(t, directory);
  for (const sender of senders) {
    if (!sender.open) continue;
    const client = new Client(server.url);
    assert.equal((await sender.send(client)).status, 200);
    client.close();
  }
  assert.equal((await server.end()).code, 0);
  check(server.store, senders);
  // Once the last batches are there, too, the ledger and the store are the same.
  for (const kind of kinds) {
    const sent = senders.filter((sender) => sender.kind === kind).reduce((sum, sender) => sum + sender.sent.size, 0);
    assert.equal(query(server.store, kStored[kind]).length, sent, kind);
  }
  const sums = kinds.map((kind) => `${senders.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.sent.size, 0)} ${kind}`);
  t.diagnostic(`${kRounds} kills: ${sums.join(", ")}, each sent twice: lost 0, doubled 0`);
});
