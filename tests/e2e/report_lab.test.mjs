// Simulating from the page: only where the server is a lab.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityFaults, assertNoSidewaysScroll, onward, openTab, sharedBrowser, show, tenSeconds } from "./browser.mjs";
import { labOf, simulationOf } from "./report_answers.mjs";
import { sharedReportServer } from "./report_store.mjs";
import { serve } from "./support.mjs";

const { url, home } = await sharedReportServer();
const browser = await sharedBrowser();
const kExperiment = `${url}/report/recommenders`;

// A tab whose server is a lab; `lab` decides what it answers, and may be changed. What it was asked stands in `asked`.
async function labTab(t, lab, options = {}) {
  const tab = await openTab(t, browser, url, options);
  const server = { lab, posted: () => ({ status: 202, json: lab }), deleted: () => ({ json: lab }), asked: [] };
  await tab.page.route("**/api/v1/lab", (route) => {
    server.asked.push("GET");
    return route.fulfill({ json: server.lab });
  });
  await tab.page.route("**/api/v1/lab/simulation", (route) => {
    const request = route.request();
    server.asked.push(`${request.method()} ${request.headers()["content-type"] ?? ""} ${request.postData() ?? ""}`.trim());
    return route.fulfill(request.method() === "POST" ? server.posted(request.postDataJSON()) : server.deleted());
  });
  return { ...tab, server };
}

const problem = (status, detail) => ({ status, contentType: "application/problem+json", body: JSON.stringify({ detail }) });

test("lab: a server that is none shows nothing of it, and is asked once", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await page.clock.install();
  let asked = 0;
  page.on("request", (request) => (asked += request.url().endsWith("/api/v1/lab") ? 1 : 0));
  await show(page, kExperiment);
  await onward(page, page.waitForResponse((response) => response.url().endsWith("/results")));
  assert.equal(await page.locator(".simulate, [href='#simulate']").count(), 0);
  assert.equal(asked, 1);
  assert.deepEqual(faults, []);
});

test("lab: started from the page, it is followed until it is done", async (t) => {
  const { page, faults, server } = await labTab(t, labOf());
  await page.clock.install();
  await show(page, kExperiment);
  await page.getByRole("link", { name: "Simulate listeners" }).click();
  assert.deepEqual(await Promise.all(["Listeners", "Sessions", "Days", "Seed"].map((name) =>
    page.locator(".simulate").getByLabel(name).inputValue())), ["10000", "20000", "14", "1"]);
  await page.locator(".simulate").getByLabel("Sessions").fill("5000");
  await page.locator(".simulate").getByLabel("Seed").fill("");
  server.posted = () => {
    server.lab = labOf(simulationOf("running", { sessions: 5000, complete: 0 }));
    return { status: 202, json: server.lab };
  };
  await page.getByRole("button", { name: "Start" }).click();
  await page.locator("[data-simulation=running]").waitFor();
  assert.ok(server.asked.includes(
    'POST application/json {"experiment":"recommenders","listeners":10000,"sessions":5000,"days":14}'), server.asked.join("\n"));
  assert.equal(await page.getByRole("button", { name: "Start" }).count(), 0);
  server.lab = labOf(simulationOf("running", { sessions: 5000, complete: 1234 }));
  await onward(page, page.getByText("1,234 of 5,000 sessions").waitFor());
  assert.equal(await page.locator(".simulation progress").getAttribute("value"), "1234");
  const summary = { ...simulationOf("done").summary, sessions: 5000 };
  server.lab = labOf(simulationOf("done", { sessions: 5000, complete: 5000, summary }));
  await onward(page, page.locator("[data-simulation=done]").waitFor());
  const figures = await page.locator(".simulation data").evaluateAll((all) => all.map(({ dataset, value }) => [dataset.field, Number(value)]));
  assert.deepEqual(Object.fromEntries(figures),
    { sessions: 5000, mean_time: summary.mean_time, mean_time_error: summary.mean_time_error, mean_tracks: summary.mean_tracks });
  assert.match(await page.locator(".simulation").innerText(), /Mean session time\s+3\.412 ± 0\.021/);
  const times = server.asked.length;
  await onward(page, page.waitForResponse((response) => response.url().endsWith("/results")));  // the report is still followed
  assert.equal(server.asked.length, times, "a simulation that is over is not asked for again");
  await page.getByRole("link", { name: "See what the report says now" }).click();
  assert.ok(await page.locator("#verdict").isVisible());
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
});

test("lab: a real lab simulates, complains of a wrong field, and the report follows", async (t) => {
  const lab = await serve(t, home, ["--lab", "--store", "lab.db"]);
  const { page, faults } = await openTab(t, browser, lab.url);
  await show(page, `${lab.url}/report/recommenders`);
  const form = page.locator(".simulate form");
  await form.getByLabel("Days").fill("0");
  await form.getByRole("button", { name: "Start" }).click();
  await page.locator(".simulate .field", { hasText: "Days" }).getByText(/^days is 0, want a whole number/).waitFor();
  await form.getByLabel("Days").fill("7");
  await form.getByLabel("Sessions").fill("2000");
  await form.getByRole("button", { name: "Start" }).press("Enter");
  await page.locator(".simulation:focus").waitFor();
  await page.locator("[data-simulation=done]").waitFor({ timeout: 60_000 });
  const { simulation } = await (await fetch(`${lab.url}/api/v1/lab`)).json();
  assert.deepEqual([simulation.experiment, simulation.days, simulation.summary.sessions], ["recommenders", 7, 2000]);
  const time = page.locator(".simulation [data-field=mean_time]");
  assert.equal(Number(await time.getAttribute("value")), simulation.summary.mean_time);
  await page.locator("[aria-labelledby=health]").waitFor({ timeout: 20_000 });  // nobody was in it before
  assert.equal(await page.locator(".simulate ~ .dated [aria-labelledby=health]").count(), 1, "the form has not moved");
  await page.getByText("A further simulation adds its sessions to those that are there.").waitFor();
  assert.deepEqual(faults.filter((fault) => !fault.includes("400")), []);
  await lab.end();
});

test("lab: a complaint stands next to its field, any other below the form", async (t) => {
  const { page, server } = await labTab(t, labOf());
  await show(page, kExperiment);
  server.posted = () => problem(400, "days is 0, want 1 to 365");
  await page.locator(".simulate").getByLabel("Days").fill("0");
  await page.getByRole("button", { name: "Start" }).click();
  await page.locator(".simulate .field", { hasText: "Days" }).getByText("days is 0, want 1 to 365").waitFor();
  assert.equal(await page.locator(".simulate [name=days]").getAttribute("aria-invalid"), "true");
  assert.equal(await page.locator(".simulate [name=seed]").getAttribute("aria-invalid"), null);
  assert.deepEqual(await accessibilityFaults(page), []);
  server.posted = () => problem(409, "a simulation is running already");
  await page.getByRole("button", { name: "Start" }).click();
  await page.locator(".simulate form > [role=alert]", { hasText: "a simulation is running already" }).waitFor();
  assert.equal(await page.locator(".simulate [aria-invalid=true]").count(), 0);
});

test("lab: a draft is followed while it is simulated, and asked for once more at the end", async (t) => {
  const { page, server, faults } = await labTab(t, labOf(simulationOf("running", { experiment: "later" })));
  await page.clock.install();
  let asked = 0;
  page.on("request", (request) => (asked += request.url().endsWith("/later/results") ? 1 : 0));
  await show(page, `${url}/report/later`);
  const next = () => page.waitForResponse((response) => response.url().endsWith("/later/results"), { timeout: 15_000 });
  await onward(page, next());
  await onward(page, next());
  await page.locator(".live").waitFor();
  const last = next();
  server.lab = labOf(simulationOf("done", { experiment: "later" }));
  await onward(page, last);
  await onward(page, page.waitForFunction(() => !document.querySelector(".live")));
  const before = asked;
  await tenSeconds(page);
  assert.ok(asked <= before + 1, "nothing more can come");  // the end and the pause before it may each ask
  assert.deepEqual(faults, []);
});

test("lab: a running simulation can be cancelled, and what it did counts", async (t) => {
  const { page, server, faults } = await labTab(t, labOf(simulationOf("running")));
  await show(page, kExperiment);
  server.deleted = () => {
    server.lab = labOf(simulationOf("cancelled"));
    return { json: server.lab };
  };
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Cancelled after 7,341 of 20,000 sessions; they count.").waitFor();
  assert.ok(server.asked.includes("DELETE"));
  await page.getByRole("button", { name: "Start" }).waitFor();
  assert.deepEqual(faults, []);
});

test("lab: a simulation that failed says why, one of another experiment is named", async (t) => {
  const failed = await labTab(t, labOf(simulationOf("failed", { error: "the store is full" })));
  await show(failed.page, kExperiment);
  await failed.page.getByRole("alert").getByText("The simulation failed: the store is full").or(
    failed.page.locator("[role=alert]", { hasText: "the store is full" })).first().waitFor();
  const other = await labTab(t, labOf(simulationOf("running", { experiment: "aa" })));
  await show(other.page, kExperiment);
  await other.page.getByText("A simulation is running in aa;").waitFor();
  assert.equal(await other.page.locator(".simulate form").count(), 0);
  const unknown = await labTab(t, { ...labOf(), experiments: ["aa"] });
  await show(unknown.page, kExperiment);
  await unknown.page.getByText("This experiment cannot be simulated").waitFor();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`lab: accessible and never wider than the window, ${colorScheme}, ${width} pixels`, async (t) => {
      const options = { colorScheme, viewport: { width, height: 844 } };
      for (const [address, lab] of [["/report", labOf()], ["/report/later", labOf()],
        ["/report/recommenders", labOf(simulationOf("running"))], ["/report/recommenders", labOf(simulationOf("done"))]]) {
        const { page, faults } = await labTab(t, lab, options);
        await show(page, url + address);
        await page.locator(".lab-note, .simulate").first().waitFor();
        assert.deepEqual(await accessibilityFaults(page), []);
        await assertNoSidewaysScroll(page);
        assert.deepEqual(faults, []);
      }
    });
  }
}
