// A directory in which the manuals' commands run: the program is on the PATH, and files and commands are README's own.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { manuals, root } from "./documents.mjs";

export const readme = manuals.find(({ name }) => name === "README.md");
export const linesOf = (block) => block.content.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));

// Every line of what a document says is printed stands in what was printed, in that order; "..." stands for anything.
export function assertShown(shown, printed, where) {
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  const lines = printed.split("\n").map(plain);
  let at = 0;
  for (const line of shown.split("\n").map(plain)) {
    if (line === "" || line === "...") continue;
    const parts = line.split("...");
    const found = lines.slice(at).findIndex((one) => one.startsWith(parts[0]) && one.endsWith(parts.at(-1)) && parts.every((part) => one.includes(part)));
    assert.ok(found >= 0, `${where} shows what is not printed:\n${line}\n\n${printed}`);
    at += found + 1;
  }
}

export class Place {
  constructor() {
    this.home = mkdtempSync(path.join(tmpdir(), "crossfade-docs-"));
    symlinkSync(path.resolve(process.env.CROSSFADE ?? "build/release/crossfade"), path.join(this.home, "crossfade"));
    // Schemas and the like, as documents name them.
    for (const folder of ["docs", "clients", "examples"]) symlinkSync(path.join(root, folder), path.join(this.home, folder));
    this.environment = { ...process.env, PATH: `${this.home}:${process.env.PATH}` };
    this.address = undefined;
  }

  write(name, text) {
    writeFileSync(path.join(this.home, name), text);
  }

  // A free port for the recommender that documents suppose at port 9000.
  async takePort() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.port = String(server.address().port);
    await new Promise((resolve) => server.close(resolve));
  }

  // What a line prints; it must succeed. The server that documents suppose at port 8080 has a free one here.
  run(line) {
    let command = line.startsWith("curl") ? line.replace("curl", "curl --silent --show-error --fail") : line;
    if (this.port) command = command.replaceAll("9000", this.port);
    if (/:8080\b/.test(command)) {
      assert.ok(this.address, `${line}: no server runs`);
      command = command.replace(/(http:\/\/)?(127\.0\.0\.1|localhost):8080/, this.address);
    }
    const result = spawnSync("bash", ["-c", command], { cwd: this.home, env: this.environment, encoding: "utf8", timeout: 240_000 });
    assert.equal(result.status, 0, `${line}\n${result.stdout}${result.stderr}`);
    return result.stdout;
  }

  // Starts a line that serves, and resolves once it accepts.
  async serve(line) {
    await this.endServer();
    const server = spawn("bash", ["-c", `exec ${line} --port 0`], { cwd: this.home, env: this.environment, stdio: ["ignore", "inherit", "pipe"] });
    this.server = server;
    this.address = await new Promise((resolve, reject) => {
      let heard = "";
      server.stderr.on("data", (text) => {
        heard += text;
        const listening = heard.match(/^listening on (\S+)$/m);
        if (listening) resolve(listening[1]);
      });
      server.on("exit", () => reject(new Error(`${line}\n${heard}`)));
    });
  }

  async endServer() {
    if (!this.server) return;
    const server = this.server;
    this.server = this.address = undefined;
    const ended = new Promise((resolve) => server.on("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  }

  // README's example, without a server.
  prepare() {
    for (const { file, content } of readme.blocks) if (file) this.write(file, content);
    const example = readme.blocks.filter(({ language }) => language === "sh").flatMap(linesOf)
      .filter((line) => /^crossfade (world|simulate)/.test(line));
    assert.equal(example.length, 2, "README makes a world and simulates");
    for (const line of example) this.run(line);
    this.run("cp first.yaml experiments.yaml"); // what commands read that name none
  }

  async remove() {
    await this.endServer();
    rmSync(this.home, { recursive: true, force: true });
  }
}
