// docs/service.md as somebody follows it who writes a client: its requests are taken as they stand, its answer is the server's, and
// its program for Node runs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client, query } from "../e2e/support.mjs";
import { manuals } from "./documents.mjs";
import { linesOf, Place } from "./place.mjs";

const page = manuals.find(({ name }) => name === "docs/service.md");
const place = new Place();
after(() => place.remove());
let client;

before(async () => {
  const [serve] = page.blocks.filter(({ language }) => language === "sh").flatMap(linesOf).filter((line) => line.startsWith("crossfade serve"));
  await place.serve(serve);
  client = new Client(place.address);
});
after(() => client?.close());
const rows = (sql) => query(`${place.home}/shop.db`, sql);

test("service: the page's requests are answered as it says", async () => {
  let answered;
  let asked = 0;
  // Times of a page grow old; the server's clock goes on.
  const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
  const now = (text) => text.replace("2026-12-01T10:00:00Z", ago(9)).replace("2026-12-01T10:04:12Z", ago(5));
  for (const { language, content, follows } of page.blocks) {
    if (language === "json" && follows) assert.equal(answered, content);
    for (const [, target, body] of language === "" ? content.matchAll(/^POST (\S+) +(\{.*\})$/gm) : []) {
      const answer = await client.post(target, now(body));
      assert.equal(answer.status, 200, `${target} ${body}: ${answer.body}`);
      answered = answer.body;
      ++asked;
    }
  }
  assert.equal(asked, 4);
  assert.deepEqual(rows("SELECT unit, variant FROM exposures"), [{ unit: "9f1c", variant: "similar" }]);
  assert.deepEqual(rows("SELECT name FROM events"), [{ name: "purchase" }]);
});

test("service: the program for Node runs, and once more counts nothing twice", () => {
  const { content } = page.blocks.find(({ language }) => language === "js");
  place.write("client.mjs", content.replaceAll("http://127.0.0.1:8080", place.address));
  for (let i = 0; i < 2; ++i) place.run(`${process.execPath} client.mjs`);
  assert.deepEqual(rows("SELECT unit, name FROM events WHERE name = 'click'"), [{ unit: "9f1c", name: "click" }]);
  assert.deepEqual(rows("SELECT COUNT(*) AS n FROM exposures"), [{ n: 1 }]);
});
