// The commands of README.md work as they stand: every `sh` block is run in order in one empty directory, with the program
// on the PATH. A command that serves is started, answers the commands behind it, and is ended.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const readme = readFileSync(path.join(root, "README.md"), "utf8");
const blocks = (language) =>
  [...readme.matchAll(new RegExp("^```" + language + "\\n([\\s\\S]*?)^```", "gm"))].map((match) => match[1]);
const commands = blocks("sh").flatMap((block) => block.split("\n").filter((line) => line && !line.startsWith("#")));

const home = mkdtempSync(path.join(tmpdir(), "crossfade-readme-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
symlinkSync(path.resolve(process.env.CROSSFADE), path.join(home, "crossfade"));
const environment = { ...process.env, PATH: `${home}:${process.env.PATH}` };

function run(line) {
  const result = spawnSync("bash", ["-c", line], { cwd: home, env: environment, encoding: "utf8", timeout: 120_000 });
  assert.equal(result.status, 0, `${line}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

// Starts a line that serves and resolves once it accepts.
function serve(line) {
  const server = spawn("bash", ["-c", `exec ${line}`], { cwd: home, env: environment, stdio: ["ignore", "inherit", "pipe"] });
  return new Promise((resolve, reject) => {
    let heard = "";
    server.stderr.on("data", (text) => {
      heard += text;
      if (heard.includes("listening on")) resolve(server);
    });
    server.on("exit", () => reject(new Error(`${line}\n${heard}`)));
  });
}

test("readme: its scripts exist and can be run", () => {
  for (const line of commands.filter((command) => command.startsWith("script/"))) {
    const script = path.join(root, line.split(" ")[0]);
    assert.equal(spawnSync("test", ["-x", script]).status, 0, script);
  }
});

test("readme: its local links lead somewhere", () => {
  for (const [, target] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
    assert.ok(existsSync(path.join(root, target)), target);
  }
});

test("readme: its commands do what they say", async () => {
  const lines = commands.filter((command) => !command.startsWith("script/"));
  assert.ok(lines.length >= 6, "the README shows its commands in sh blocks");
  writeFileSync(path.join(home, "first.yaml"), blocks("yaml")[0]);
  let server;
  try {
    for (const line of lines) {
      if (line.startsWith("crossfade serve")) {
        server = await serve(line);
      } else if (line.startsWith("curl")) {
        assert.match(run(`${line} --silent --show-error --fail`), /^\{"user":7,"track":\d+\}\n$/);
      } else {
        assert.notEqual(run(line), "", `${line} prints something`);
      }
    }
  } finally {
    if (server) {
      const ended = new Promise((resolve) => server.on("exit", resolve));
      server.removeAllListeners("exit");
      server.on("exit", () => {});
      server.kill("SIGTERM");
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5000))]);
    }
  }
});
