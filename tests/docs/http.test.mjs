// docs/http.md is what `npm run http` writes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";

import { root } from "./documents.mjs";

test("http: docs/http.md is made from docs/schema/openapi.yaml as it stands", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "crossfade-http-"));
  try {
    const file = path.join(folder, "http.md");
    const { status, stderr } = spawnSync(process.execPath, ["http_page.mjs", "--out", file], { cwd: path.join(root, "web"), encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.equal(readFileSync(path.join(root, "docs/http.md"), "utf8"), readFileSync(file, "utf8"), "stale: npm run http, in web/");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
