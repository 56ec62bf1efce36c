// Answers for what the server cannot be asked yet; what it can answer goes through untouched. To be removed with the
// last of them.
import { distributionsOf, emptyUnitOf, trafficOf, unitOf } from "./report_answers.mjs";

/** @param context of a browser */
export async function standIn(context) {
  const unless = (real, answer) => async (route) => {
    const response = await route.fetch();
    const json = response.ok() ? await response.json() : null;
    return json !== null && real(json) ? route.fulfill({ response }) : route.fulfill({ json: await answer(route) });
  };
  const results = async (route) => {
    const address = new URL(route.request().url());
    for (const name of ["traffic", "distributions"]) address.searchParams.delete(name);
    return (await route.fetch({ url: address.href })).json();
  };
  const with_ = (name, of) => async (route) => {
    const report = await results(route);
    return { ...report, [name]: of(Object.keys(report.units)) };
  };
  await context.route("**/api/v1/lab", unless(() => true, () => ({ enabled: false })));
  await context.route("**/results?*traffic=true*", unless(({ traffic }) => traffic, with_("traffic", trafficOf)));
  await context.route("**/results?*distributions=true*", unless(({ distributions }) => distributions, with_("distributions", distributionsOf)));
  await context.route("**/api/v1/units/*", unless(() => true, (route) => {
    const unit = decodeURIComponent(new URL(route.request().url()).pathname.split("/").at(-1));
    return unit.startsWith("nobody") ? emptyUnitOf(unit) : unitOf(unit);
  }));
}
