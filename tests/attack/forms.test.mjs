// What a client may send that is no HTTP, or HTTP that two programs could read differently: each form is refused or its
// connection closed, nothing of it is stored, and the next client is served.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, home, query, serve } from "../e2e/support.mjs";
import { each, exchange, mutated, random, seed, sized, statusOf } from "./support.mjs";

const kBody = '{"track":10,"time":0.3}';
const request = (head, body = kBody, line = "POST /next/7 HTTP/1.1") => `${line}\r\n${head.join("\r\n")}\r\n\r\n${body}`;
const kHost = "Host: 127.0.0.1";
const kJson = "Content-Type: application/json";
const sound = (extra = [], body = kBody) => request([kHost, kJson, ...extra, `Content-Length: ${Buffer.byteLength(body)}`], body);
const chunked = (size, data = kBody) => request([kHost, kJson, "Transfer-Encoding: chunked"], `${size}\r\n${data}\r\n0\r\n\r\n`);
const hex = kBody.length.toString(16);

// Name, bytes. All of them are to be refused.
const kForms = [
  ["space before the colon of Transfer-Encoding", request([kHost, kJson, "Transfer-Encoding : chunked"], `${hex}\r\n${kBody}\r\n0\r\n\r\n`)],
  ["space before the colon of Content-Length", request([kHost, kJson, `Content-Length : ${kBody.length}`])],
  ["space before the colon of any header", sound(["X-Any : 1"])],
  ["folded header", sound(["X-Any: 1\r\n  2"])],
  ["folded by a tab", sound(["X-Any: 1\r\n\t2"])],
  ["header folded before the first", request([" X: 1", kHost, kJson, `Content-Length: ${kBody.length}`])],
  ["chunk size 0x16", chunked(`0x${hex}`)],
  ["chunk size +16", chunked(`+${hex}`)],
  ["chunk size -16", chunked(`-${hex}`)],
  ["chunk size 16zz", chunked(`${hex}zz`)],
  ["chunk size after a space", chunked(` ${hex}`)],
  ["no chunk size", chunked("")],
  ["chunk size beyond 64 bits", chunked(`1${"0".repeat(16)}${hex}`)],
  ["chunk longer than said", chunked("5")],
  ["lone newlines", sound().replaceAll("\r\n", "\n")],
  ["one lone newline", sound().replace("json\r\n", "json\n")],
  ["a lone carriage return", sound(["X-Any: a\rb"])],
  ["no Host", request([kJson, `Content-Length: ${kBody.length}`])],
  ["two Hosts", sound([kHost])],
  ["two different Hosts", sound(["Host: localhost"])],
  ["a stranger's Host", request(["Host: evil.example", kJson, `Content-Length: ${kBody.length}`])],
  ["NUL behind the body", sound([], `${kBody}\0`)],
  ["garbage behind the body", sound([], `${kBody} x`)],
  ["a second value behind the body", sound([], `${kBody}${kBody}`)],
  ["two lengths", sound([`Content-Length: ${kBody.length}`])],
  ["two different lengths", sound(["Content-Length: 5"])],
  ["length with a sign", request([kHost, kJson, `Content-Length: +${kBody.length}`])],
  ["negative length", request([kHost, kJson, "Content-Length: -1"])],
  ["list of lengths", request([kHost, kJson, `Content-Length: ${kBody.length}, ${kBody.length}`])],
  ["hexadecimal length", request([kHost, kJson, "Content-Length: 0x17"])],
  ["length of 64 bits and more", request([kHost, kJson, "Content-Length: 18446744073709551639"])],
  ["length and chunks", request([kHost, kJson, `Content-Length: ${kBody.length}`, "Transfer-Encoding: chunked"], `${hex}\r\n${kBody}\r\n0\r\n\r\n`)],
  ["coding xchunked", request([kHost, kJson, "Transfer-Encoding: xchunked"], `${hex}\r\n${kBody}\r\n0\r\n\r\n`)],
  ["coding chunked, gzip", request([kHost, kJson, "Transfer-Encoding: chunked, gzip"], `${hex}\r\n${kBody}\r\n0\r\n\r\n`)],
  ["chunked twice", request([kHost, kJson, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], `${hex}\r\n${kBody}\r\n0\r\n\r\n`)],
  ["compressed body", sound(["Content-Encoding: gzip"])],
  ["HTTP/0.9", "GET /healthz\r\n\r\n"],
  ["HTTP/3.0", sound().replace("HTTP/1.1", "HTTP/3.0")],
  ["HTTP/1.1 in small letters", sound().replace("HTTP/1.1", "http/1.1")],
  ["method in small letters", sound().replace("POST", "post")],
  ["unknown method", sound().replace("POST", "BREW")],
  ["CONNECT", sound().replace("POST", "CONNECT")],
  ["TRACE", sound().replace("POST", "TRACE")],
  ["HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["two spaces in the first line", sound().replace("POST /next", "POST  /next")],
  ["tab in the first line", sound().replace("POST /next", "POST\t/next")],
  ["space in the target", sound().replace("/next/7", "/next/7 8")],
  ["header without a colon", sound(["Nonsense"])],
  ["header without a name", sound([": 1"])],
  ["space in a header's name", sound(["X Any: 1"])],
  ["NUL in a header's name", sound(["X\0Any: 1"])],
  ["NUL in a header", sound(["X-Any: a\0b"])],
  ["head of 20 KB", sound([`X-Any: ${"a".repeat(20_000)}`])],
  ["10 000 headers", sound(Array.from({ length: 10_000 }, (_, i) => `X-${i}: 1`))],
  ["target of 10 KB", sound().replace("/next/7", `/next/${"7".repeat(10_000)}`)],
  ["NUL in a target, encoded", "GET /track/1%00 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ["half a percent code", "GET /api/v1/units/%4 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ["body that is no UTF-8", Buffer.from(sound(["X-Pad: 1"], '{"track":10,"time":0.3,"x":"?"}').replace("?", "\xff"), "latin1")],
  ["60 000 brackets", sound([], "[".repeat(60_000))],
  ["60 000 objects", sound([], '{"a":'.repeat(12_000))],
  ["member twice", sound([], '{"track":10,"time":0.3,"time":0.4}')],
  ["fraction beyond a double", sound([], '{"track":10,"time":1e999}')],
  ["track beyond 32 bits", sound([], '{"track":4294967296,"time":0.3}')],
  ["user beyond 64 bits", sound().replace("/next/7", "/next/18446744073709551616")],
  ["form", sound().replace("application/json", "application/x-www-form-urlencoded")],
  ["multipart without an end", sound().replace("application/json", "multipart/form-data; boundary=x")],
  ["body of 70 KB", sound([], JSON.stringify({ track: 10, time: 0.3, padding: "x".repeat(70_000) }))],
  ["70 KB in chunks", request([kHost, kJson, "Transfer-Encoding: chunked"], `11170\r\n${"x".repeat(70_000)}\r\n0\r\n\r\n`)],
];

test(`attack: ${kForms.length} malformed requests are refused, and store nothing`, async (t) => {
  const server = await serve(t, home(t));
  const accepted = [];
  await each(kForms, 8, async ([name, bytes]) => {
    const { text, closed } = await exchange(server.port, bytes, { patience: 2000 });
    const status = statusOf(text);
    if (!(status >= 400 || (closed && text === ""))) accepted.push(`${name}: ${text.slice(0, 60)}`);
  });
  assert.deepEqual(accepted, []);
  assert.deepEqual(query(server.store, "SELECT COUNT(*) AS n FROM playbacks"), [{ n: 0 }]);
  const client = new Client(server.url);
  await client.play("next", 7, 1, 0.5);
  client.close();
  assert.equal((await server.end()).code, 0);
  t.diagnostic(`${kForms.length} forms, 0 accepted`);
});

test("attack: mutated requests end no server, and leave a sound store", async (t) => {
  const server = await serve(t, home(t));
  const kTries = sized(400, 40_000);
  const from = random("requests");
  const event = '[{"unit":"7","event":"purchase","value":2.5}]';
  const seeds = [
    sound(), chunked(hex), sound(["Expect: 100-continue", "Range: bytes=0-9"]), sound().replace("/next/", "/last/"),
    `GET /api/v1/units/7 HTTP/1.1\r\n${kHost}\r\nAccept-Encoding: gzip\r\n\r\n`,
    `GET /api/v1/experiments/sticky-vs-random/results?by=day&confidence_level=0.9 HTTP/1.1\r\n${kHost}\r\nIf-None-Match: "a", W/"b"\r\n\r\n`,
    request([kHost, kJson, `Content-Length: ${event.length}`], event, "POST /api/v1/events HTTP/1.1"),
    sound() + sound(),
  ];
  const answers = {};
  await each(Array.from({ length: kTries }, () => mutated(from.of(seeds), from)), 16, async (bytes) => {
    const { text } = await exchange(server.port, bytes, { quiet: 5, patience: 60 });
    const status = statusOf(text);
    answers[status] = (answers[status] ?? 0) + 1;
  });
  const client = new Client(server.url);
  await client.play("last", 424242, 1, 0.5);
  client.close();
  assert.equal(answers[500] ?? 0, 0, `seed ${seed}: ${server.stderr()}`);
  assert.equal((await server.end()).code, 0, `seed ${seed}: ${server.stderr()}`);
  assert.deepEqual(query(server.store, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
  assert.deepEqual(query(server.store, "SELECT * FROM playbacks WHERE NOT fraction BETWEEN 0 AND 1 OR position < 0"), []);
  t.diagnostic(`${kTries} mutated requests, crashes 0; answers by status (0: none): ${JSON.stringify(answers)}`);
});
