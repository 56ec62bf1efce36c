// A directory in which the manuals' commands run: the program is on the PATH, and files and commands are README's own.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { manuals, root } from "./documents.mjs";

export const readme = manuals.find(({ name }) => name === "README.md");
export const linesOf = (block) => block.content.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));

export class Place {
  constructor() {
    this.home = mkdtempSync(path.join(tmpdir(), "crossfade-docs-"));
    symlinkSync(path.resolve(process.env.CROSSFADE ?? "build/release/crossfade"), path.join(this.home, "crossfade"));
    symlinkSync(path.join(root, "docs"), path.join(this.home, "docs")); // schemas and the like, as documents name them
    this.environment = { ...process.env, PATH: `${this.home}:${process.env.PATH}` };
    this.address = undefined;
  }

  write(name, text) {
    writeFileSync(path.join(this.home, name), text);
  }

  // What a line prints; it must succeed. The server that documents suppose at port 8080 has a free one here.
  run(line) {
    let command = line.startsWith("curl") ? line.replace("curl", "curl --silent --show-error --fail") : line;
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
