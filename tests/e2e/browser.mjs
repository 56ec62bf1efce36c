// Debian's Chromium, or the one that CHROMIUM names, driven by playwright-core; and what every page of ours must keep to
// while a test looks at it.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after } from "node:test";

// The page's packages are those of web/.
const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const kArguments = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

// Chromium without windows. The engine is the same, but for each context the other makes a window, whose own pages are
// drawn by processes of their own: that costs five times as much.
const kShell = "/usr/bin/chromium-headless-shell";
export const kChromium = "/usr/bin/chromium";

// A browser with a fresh profile, closed when the test `t` ends.
export async function launch(t, executablePath = process.env.CHROMIUM ?? (existsSync(kShell) ? kShell : kChromium)) {
  const browser = await chromium.launch({ executablePath, args: kArguments });
  t.after(() => browser.close());
  return browser;
}

let shared;

// The browser of all suites that run in this process, closed when they have ended. Tabs have nothing in common.
export function sharedBrowser() {
  shared ??= launch({ after });
  return shared;
}

// A tab with nothing in it, closed when the test `t` ends: a page that nobody looks at any more still asks its server.
// `options` are those of a browser context.
export async function newTab(t, browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  t.after(() => context.close());
  return context.newPage();
}

// A tab that notes everything a well-behaved page of the server at `url` never does.
export async function openTab(t, browser, url, options = {}) {
  const page = await newTab(t, browser, options);
  const faults = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== url && !request.url().startsWith("data:"))
      faults.push(`request to ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`refused by the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  return { page, faults };
}

// The page is loaded, has its data, is drawn to its end, and so are its charts.
export async function show(page, address) {
  await page.goto(address);
  await settled(page);
}

export async function settled(page) {
  await page.locator("main h1").waitFor();
  await page.waitForFunction(() =>
    !document.querySelector("main > [aria-busy]")
    && [...document.querySelectorAll(".plot-frame")].every((frame) => frame.firstChild || !frame.checkVisibility()));
}

// Moves the page's clock, which is page.clock.install()'s, until what is waited for has come, or been waited for too long:
// nobody waits for a pause of seconds. Timers go off at the page's own times; the server's answers take the time they take.
export async function onward(page, wanted) {
  let over = false;
  const seen = Promise.resolve(wanted).finally(() => (over = true));
  seen.catch(() => {});
  while (!over) {
    await page.clock.runFor(500);
    await Promise.race([seen.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 20))]);
  }
  return seen;
}

// Ten seconds of such a clock, with time for the server's answers between.
export async function tenSeconds(page) {
  for (let i = 0; i < 4; ++i) {
    await page.clock.runFor(2500);
    await page.evaluate(() => fetch("/api/v1/experiments").then((answer) => answer.text()));
  }
}

// Opens the tables below all charts that are shown.
export async function openNumbers(page) {
  for (const numbers of await page.locator(".numbers").all()) {
    await numbers.locator("summary").click();
    await numbers.locator("table").first().waitFor();
  }
}

// Impact, rule and place of each fault that is serious or critical.
export async function accessibilityFaults(page) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  // Of what passes there is one for each element; telling of it, and hearing it, is half of the work.
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run({ resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ impact, id, nodes }) => nodes.map(({ html }) => `${impact} ${id}: ${html.slice(0, 200)}`));
  });
}

// Nothing but a table's own frame may be wider than the window.
export async function assertNoSidewaysScroll(page) {
  const [content, window] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  assert.ok(content <= window, `${page.url()} is ${content} wide in a window of ${window}`);
}
