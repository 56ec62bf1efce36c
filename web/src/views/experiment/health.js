import { html } from "htm/preact";
import { formatCount, formatDate, formatMean, formatPlural, formatShare, formatStatistic, pWords } from "../../format.js";
import { isGuarded, kAlarm, notMeasured, totalUnits } from "../../report.js";
import { silentDays } from "../../traffic_model.js";
import { metricTitle, reasonWords, sentence } from "../../words.js";
import { AnswersCheck } from "./answers.js";
import { BalanceCells, BalanceCheck, hasBalance } from "./balance.js";
import { ChangesCheck } from "./changes.js";
import { SplitSection } from "./split.js";
import { Check } from "../parts/check.js";
import { Explain } from "../parts/explain.js";
import { Figure, ScrollingTable } from "../parts/table.js";

/** @typedef {import("../../types/report.js").Report} Report */

/** @param {import("../../types/report.js").Metric} metric */
const unguarded = (metric) => isGuarded(metric) && notMeasured(metric);

/** What no check below says, in the analysis' own sentences. @param {{report: Report}} props */
export function DataWarnings({ report: { health, experiment, metrics } }) {
  const names = metrics.map(({ metric }) => metric);
  const serious = (/** @type {string} */ warning) => health.serious_warnings.includes(warning);
  return (health.data_warnings ?? []).map((warning) => html`<${Check} key=${warning} tone=${serious(warning) ? "alarm" : "warning"}
    term="data_warning" experiment=${experiment}>${sentence(warning, names)}<//>`);
}

// The other health.warnings say in sentences, for the command line, what these checks say.
/**
 * Can the numbers below be believed?
 * @param {{report: Report, change: import("../../controls.js").Change,
 *   traffic: import("../../traffic.js").TrafficAsked | null}} props
 */
export function HealthSection({ report, change, traffic }) {
  const { srm, health, excluded, experiment } = report;
  return html`<section aria-labelledby="health">
    <h2 id="health">Health</h2>
    <ul class="checks">
      <${DataWarnings} report=${report} />
      <${SplitCheck} srm=${srm} experiment=${experiment} />
      <${ExcludedCheck} excluded=${excluded} units=${totalUnits(report.units)} experiment=${experiment} />
      <${ExclusionsCheck} exclusions=${health.exclusions} experiment=${experiment} />
      <${DefinedCheck} defined=${health.primary_defined} experiment=${experiment} />
      <${BalanceCheck} balance=${health.balance} experiment=${experiment} />
      <${ChangesCheck} changes=${health.configuration_changes} experiment=${experiment} change=${change} />
      <${DurationCheck} health=${health} experiment=${experiment} />
      <${SilentDaysCheck} traffic=${traffic} experiment=${experiment} />
      ${report.metrics.filter(unguarded).map(({ metric }) => html`<${Check} tone="warning" term="unguarded"
        experiment=${experiment}>
        ${`The guardrail ${metricTitle(metric).toLowerCase()} was not measured: nothing guards it.`}
      <//>`)}
      <${AnswersCheck} traffic=${traffic} experiment=${experiment} />
    </ul>
    <${SplitSection} split=${health.split} experiment=${experiment} />
    <${VariantTable} report=${report} />
    <p class="minor">Tracks − time per session is a simulated listener's session budget: the same in every variant,
      whatever is recommended.</p>
  </section>`;
}

/** @param {{srm: Report["srm"], experiment: string}} props */
function SplitCheck({ srm, experiment }) {
  const props = { term: "srm", experiment };
  const weights = srm.equal_weights_assumed ? " Equal weights are assumed, as nobody configured any." : "";
  if (srm.p_value === null)
    return html`<${Check} ...${props} tone="neutral">The split cannot be tested: ${reasonWords(srm.reason)}.${weights}<//>`;
  const test = html`<span class="minor">${[
    `chi-square ${formatStatistic(srm.statistic)}`,
    `${formatPlural(srm.dof ?? 0, "degree")} of freedom`,
    `${pWords(srm.p_value)} (alarm below ${kAlarm})`,
    ...(srm.as_of ? [`with the data through ${formatDate(srm.as_of)}`] : []),
  ].join(", ")}</span>`;
  return srm.mismatch
    ? html`<${Check} ...${props} tone="alarm"><strong>Sample ratio mismatch:</strong>${" "}
        units are not split as the weights say, so something chooses who is counted. Find it before reading on.
        ${weights} ${test}<//>`
    : html`<${Check} ...${props} tone="good">Units are split as planned.${weights} ${test}<//>`;
}

/** @param {{excluded: Report["excluded"], units: number, experiment: string}} props */
function ExcludedCheck({ excluded: { multiple_variants, overrides }, units, experiment }) {
  const props = { term: "excluded", experiment };
  if (multiple_variants === 0 && overrides === 0) return html`<${Check} ...${props} tone="good">No unit is left out.<//>`;
  const share = multiple_variants / (multiple_variants + units);
  const seen = `${formatPlural(multiple_variants, "unit")} seen in several variants (${formatShare(share, 2)})`;
  return html`<${Check} ...${props} tone=${multiple_variants > 0 ? "warning" : "neutral"}>Left out:
    ${` ${seen}, ${formatPlural(overrides, "unit")} put into a variant by an override.`}<//>`;
}

/** @param {{exclusions: Report["health"]["exclusions"], experiment: string}} props */
function ExclusionsCheck({ exclusions, experiment }) {
  if (!exclusions) return null;
  return html`<${Check} tone="warning" term="exclusions" experiment=${experiment}>Somebody has excluded data of this store:
    ${` ${formatPlural(exclusions, "exclusion")} in force`}.<//>`;
}

/** @param {{defined: Report["health"]["primary_defined"], experiment: string}} props */
function DefinedCheck({ defined, experiment }) {
  const props = { term: "defined", experiment };
  const metric = metricTitle(defined.metric).toLowerCase();
  if (defined.variants.every(({ share }) => share === 1))
    return html`<${Check} ...${props} tone="good">Every unit has a ${metric}.<//>`;
  if (defined.p_value === null)
    return html`<${Check} ...${props} tone="neutral">Whether ${metric} is missing more often in one variant cannot be tested:
      ${` ${reasonWords(defined.reason)}`}.<//>`;
  const p = html`<span class="minor">${pWords(defined.p_value)} (alarm below ${kAlarm})</span>`;
  return defined.p_value < kAlarm
    ? html`<${Check} ...${props} tone="alarm">The share of units that have a value of ${metric} differs between the variants. ${p}<//>`
    : html`<${Check} ...${props} tone="good">The share of units that have a value of ${metric} is alike in all variants. ${p}<//>`;
}

/** @param {{health: Report["health"], experiment: string}} props */
function DurationCheck({ health: { days, minimum_days, waits_for_days, exposed_from }, experiment }) {
  const props = { term: "days", experiment };
  const since = `${formatPlural(days, "day")} of data, since ${formatDate(exposed_from)}`;
  if (days >= minimum_days) return html`<${Check} ...${props} tone="good">${since}.<//>`;
  return waits_for_days
    ? html`<${Check} ...${props} tone="waiting">${since}; a decision wants at least ${minimum_days}.<//>`
    : html`<${Check} ...${props} tone="neutral">${since} only, where ${minimum_days} are wanted: real listeners differ
        between weekdays and weekends.<//>`;
}

/** A gap in the log passes for a day of data. @param {{traffic: import("../../traffic.js").TrafficAsked | null, experiment: string}} props */
function SilentDaysCheck({ traffic, experiment }) {
  const [resource] = traffic ?? [];
  const days = resource?.state === "ready" ? silentDays(resource.value.traffic) : [];
  if (days.length === 0) return null;
  const [first, ...others] = days;
  return html`<${Check} tone="warning" term="days" experiment=${experiment}>No session on
    ${` ${formatDate(first ?? null)}`}${others.length > 0 && ` and ${formatPlural(others.length, "other day")}`}: was
    nothing logged, or did nobody listen?<//>`;
}

/** @param {{report: Report}} props */
function VariantTable({ report: { experiment, units, control, srm, health } }) {
  const total = totalUnits(units);
  const primary = metricTitle(health.primary_defined.metric).toLowerCase();
  const expectedOf = (/** @type {string} */ variant) => srm.expected[srm.variants.indexOf(variant)] ?? null;
  const explain = (/** @type {string} */ term, /** @type {string} */ words) =>
    html`<th scope="col" class="number"><${Explain} term=${term} experiment=${experiment}>${words}<//></th>`;
  const { balance } = health;
  return html`<${ScrollingTable} label="Units of each variant">
    <caption class="visually-hidden">Units of each variant</caption>
    <thead>
      <tr>
        <th scope="col">Variant</th>
        ${explain("units", "Units")}${explain("expected", "Expected")}${explain("share", "Share")}
        ${explain("defined", `Have a ${primary}`)}${explain("budget", "Tracks − time per session")}
        ${balance && hasBalance(balance) && html`${explain("history", "With history")}${explain("balance", `${metricTitle(health.primary_defined.metric)} before`)}`}
      </tr>
    </thead>
    <tbody>
      ${Object.entries(units).map(([variant, n]) => {
        const defined = health.primary_defined.variants.find((row) => row.variant === variant);
        const budget = health.tracks_minus_time_per_session.find((row) => row.variant === variant);
        const expected = expectedOf(variant);
        return html`<tr key=${variant} data-variant=${variant}>
          <th scope="row">${variant}${variant === control && html` <span class="tag">control</span>`}</th>
          <td class="number"><${Figure} field="units" value=${n} text=${formatCount(n)} /></td>
          <td class="number">
            <${Figure} field="expected" value=${expected} text=${formatMean(expected, null)} />
          </td>
          <td class="number"><${Figure} field="share" value=${n / total} text=${formatShare(n / total)} /></td>
          <td class="number">
            <${Figure} field="defined" value=${defined?.share ?? null} text=${formatShare(defined?.share ?? null)} />
          </td>
          <td class="number"><${Budget} budget=${budget} /></td>
          ${balance && hasBalance(balance) && html`<${BalanceCells} balance=${balance} variant=${variant} />`}
        </tr>`;
      })}
    </tbody>
  <//>`;
}

/** @param {{budget: Report["health"]["tracks_minus_time_per_session"][number] | undefined}} props */
function Budget({ budget }) {
  if (!budget || budget.mean === null) return html`<span class="minor">${reasonWords(budget?.reason)}</span>`;
  const { mean, standard_error } = budget;
  return html`<${Figure} field="budget" value=${mean} text=${formatMean(mean, standard_error)} />
    ${standard_error !== null && html` ± <${Figure} field="budget_standard_error" value=${standard_error}
      text=${formatMean(standard_error, standard_error)} />`}`;
}
