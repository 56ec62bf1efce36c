import { html } from "htm/preact";
import { readingOf } from "../report.js";

const kWidth = 160;
const kRow = 14;

/**
 * Lifts of the primary metric, as the verdict goes by them, on one axis that holds 0: a picture beside the same numbers
 * as text, so it says nothing to assistive technology.
 * @param {{primary: NonNullable<import("../types/report.js").ExperimentSummary["primary"]>}} props
 */
export function LiftLines({ primary: { comparisons, direction } }) {
  const values = comparisons.flatMap(({ deciding: { lift, lift_interval } }) => [lift, ...(lift_interval ?? [])])
    .filter((value) => value !== null);
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const span = high - low || 1;
  const x = (/** @type {number} */ value) => 4 + ((value - low) / span) * (kWidth - 8);
  const height = comparisons.length * kRow + 4;
  return html`<svg class="lift-lines" viewBox="0 0 ${kWidth} ${height}" width=${kWidth} height=${height} aria-hidden="true">
    <line class="zero" x1=${x(0)} x2=${x(0)} y1="0" y2=${height} />
    ${comparisons.map(({ variant, deciding: { lift, lift_interval, significant } }, i) => {
      if (lift === null) return null;
      const y = i * kRow + kRow / 2 + 2;
      const [from, to] = lift_interval ?? [lift, lift];
      const reading = readingOf({ effect: lift, p_value: 0, significant }, direction);
      return html`<g key=${variant} class="line-${reading}">
        <line x1=${x(from ?? low)} x2=${x(to ?? high)} y1=${y} y2=${y} />
        <circle class=${significant ? "" : "open"} cx=${x(lift)} cy=${y} r="4" />
      </g>`;
    })}
  </svg>`;
}
