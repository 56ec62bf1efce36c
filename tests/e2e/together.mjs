// Runs suites of the report page one after the other in one process, where they share a browser and a server:
//
//   CROSSFADE=build/release/crossfade node tests/e2e/together.mjs report report_print
//
// Only for suites that change nothing in the store, and leave the server as it was. Each runs alone, too: node --test FILE.
import assert from "node:assert/strict";

const names = process.argv.slice(2);
assert.ok(names.length > 0, "want names of suites");
for (const name of names) await import(new URL(`${name}.test.mjs`, import.meta.url));
