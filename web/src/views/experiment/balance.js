import { html } from "htm/preact";
import { formatMean, formatPlural, formatShare, pWords } from "../../format.js";
import { kAlarm, standardErrorOfMean } from "../../report.js";
import { metricTitle, reasonWords } from "../../words.js";
import { Check } from "../parts/check.js";
import { Figure } from "../parts/table.js";

/** @typedef {import("../../types/report.js").Balance} Balance */

/** Were the variants alike before anybody was exposed? @param {{balance: Balance | undefined, experiment: string}} props */
export function BalanceCheck({ balance, experiment }) {
  if (!balance) return null;
  const { metric, lookback_days, share_p_value, comparisons } = balance;
  const props = { term: "balance", experiment };
  const tests = comparisons.filter(({ p_value }) => p_value !== null);
  if (tests.length === 0 && !(share_p_value !== null && share_p_value < kAlarm))
    return html`<${Check} ...${props} tone="neutral">Whether the variants were alike before the experiment cannot be told:
      ${` ${reasonWords(comparisons[0]?.reason)}.`}<//>`;
  const what = `${metricTitle(metric).toLowerCase()} in the ${formatPlural(lookback_days, "day")} before exposure`;
  const numbers = html`<span class="minor">${tests.map(({ variant, p_value }) => html`${variant}:${" "}
    <${Figure} field="balance_p_value" value=${p_value} text=${pWords(p_value)} />, `)}
    units with history:${" "}<${Figure} field="balance_share_p_value" value=${share_p_value}
      text=${pWords(share_p_value)} /> (alarm below ${kAlarm})</span>`;
  const different = tests.filter(({ p_value }) => Number(p_value) < kAlarm).map(({ variant }) => variant);
  if (different.length > 0)
    return html`<${Check} ...${props} tone="alarm"><strong>The variants differed before the experiment:</strong>${" "}
      ${what} of ${different.join(" and ")} is not the control's, which no variant can have caused. ${numbers}<//>`;
  if (share_p_value !== null && share_p_value < kAlarm)
    return html`<${Check} ...${props} tone="alarm"><strong>The variants differed before the experiment:</strong>${" "}
      the share of units with a history is not the same. ${numbers}<//>`;
  return html`<${Check} ...${props} tone="good">Before the experiment the variants were alike: ${what}. ${numbers}<//>`;
}

/** Columns of the table of variants. @param {Balance | undefined} balance */
export const hasBalance = (balance) => balance !== undefined && balance.variants.some(({ n }) => n > 0);

/** A variant's cells in them. @param {{balance: Balance, variant: string}} props */
export function BalanceCells({ balance, variant }) {
  const row = balance.variants.find((one) => one.variant === variant);
  const { share = null, mean = null, reason } = row ?? {};
  return html`
    <td class="number"><${Figure} field="history" value=${share} text=${formatShare(share)} /></td>
    <td class="number">${row && mean !== null
      ? html`<${Figure} field="before" value=${mean} text=${formatMean(mean, standardErrorOfMean(row))} />`
      : html`<span class="minor">${reasonWords(reason)}</span>`}</td>`;
}
