// docs/remote.md as a reader walks it: its server runs, and the commands find it, at a free port in place of 9000.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, test } from "node:test";

import { manuals } from "./documents.mjs";
import { assertShown, linesOf, Place } from "./place.mjs";

const page = manuals.find(({ name }) => name === "docs/remote.md");
const place = new Place();
let server;
after(async () => {
  if (server) {
    const ended = new Promise((resolve) => server.on("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  }
  await place.remove();
});

// Starts a server that says where it listens.
function start(line) {
  server = spawn("bash", ["-c", `exec ${line}`], { cwd: place.home, env: place.environment, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let heard = "";
    server.stdout.on("data", (text) => {
      heard += text;
      const listening = heard.match(/^listening on (\S+)$/m);
      if (listening) resolve(listening[1]);
    });
    server.on("exit", () => reject(new Error(`${line} ended\n${heard}`)));
  });
}

test("remote: the page's server answers the page's listeners", async () => {
  place.run("crossfade world generate --preset course-2026 --out world");
  let address;
  let printed = "";
  let simulated = "";
  for (const { language, content, file, follows } of page.blocks) {
    if (file) place.write(file, content);
    if (language === "" && follows) assertShown(content, printed, page.name);
    if (language !== "sh") continue;
    printed = "";
    for (const line of linesOf({ content })) {
      if (line.startsWith("python3 server.py")) {
        address = await start(line.replace(/ 9000$/, " 0"));
        continue;
      }
      const here = line.replace("http://127.0.0.1:9000", address);
      printed += place.run(here);
      if (here !== line) simulated = printed;
    }
  }
  assert.match(simulated, /^sessions +2000$/m);
  // Random tracks in course-2026: 3.84, with a standard error of .07 for 2 000 sessions.
  const time = Number(simulated.match(/^mean session time +([\d.]+)/m)[1]);
  assert.ok(Math.abs(time - 3.84) < 0.35, `${time}`);
  // Answers that wait for acknowledgements of 40 ms make some 5; a loaded machine that does not wait makes more.
  const rate = Number(simulated.match(/^sessions a second +([\d.]+)/m)[1]);
  assert.ok(rate > 20, `${rate} sessions a second`);
});

test("remote: the page's server has thirty lines or so", () => {
  const { content } = page.blocks.find(({ file }) => file === "server.py");
  assert.ok(linesOf({ content }).length <= 32);
});
