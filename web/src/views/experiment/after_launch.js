import { html } from "htm/preact";
import { formatLift, formatLiftInterval } from "../../format.js";
import { Explain } from "../parts/explain.js";

/** What wins looked large, and brings less. @param {{report: import("../../types/report.js").Report}} props */
export function AfterLaunchSection({ report: { after_launch, metrics } }) {
  if (!after_launch) return null;
  return html`<section class="after-launch" aria-labelledby="after-launch">
    <div class="with-mark"><h2 id="after-launch">What to expect after launch</h2><${Explain} term="after_launch" /></div>
    ${after_launch.map(({ variant, words }) => {
      const unbiased = metrics[0]?.comparisons.find((one) => one.variant === variant)?.group_sequential?.unbiased;
      return html`<p>${words}${unbiased && ` Median-unbiased after the stop: ${formatLift(unbiased.lift, unbiased.lift_interval)} `
        + `${formatLiftInterval(unbiased.lift_interval)}.`}</p>`;
    })}
  </section>`;
}
