import { html } from "htm/preact";
import { formatCount, formatShare } from "../../format.js";
import { kMostlyFallback, muchFallback } from "../../traffic_model.js";
import { reasonWords } from "../../words.js";
import { Answer, TryAgain } from "../parts/answered.js";
import { Check } from "../parts/check.js";
import { Explain } from "../parts/explain.js";
import { LazySection } from "../parts/lazy.js";
import { Figure, ScrollingTable } from "../parts/table.js";

/** @typedef {import("../../traffic.js").TrafficAsked} TrafficAsked */
/** @typedef {import("../../traffic_model.js").TrafficAnswer} TrafficAnswer */
/** @typedef {import("../../types/report.js").VariantTraffic} VariantTraffic */

/**
 * Did each variant's own recommender answer? Its place is held while the playbacks are gone through.
 * @param {{traffic: TrafficAsked | null, experiment: string}} props
 */
export function AnswersCheck({ traffic, experiment }) {
  if (!traffic) return null;
  const [resource, reload] = traffic;
  const { tone, words, strong = "" } = checkOf(resource);
  return html`<${Check} tone=${tone} term="fallback" experiment=${experiment}>${strong && html`<strong>${strong}</strong> `}${words}
    ${resource.state === "failed" && html` <${TryAgain} reload=${reload} />`}<//>`;
}

/**
 * @param {import("../../resource.js").Resource<TrafficAnswer>} traffic
 * @returns {{tone: "good" | "warning" | "alarm" | "neutral" | "waiting", words: string, strong?: string}}
 */
function checkOf(traffic) {
  if (traffic.state === "loading") return { tone: "waiting", words: "Counting who answered." };
  if (traffic.state === "failed")
    return { tone: "neutral", words: `Who answered could not be counted: ${traffic.error.message}` };
  const { variants } = traffic.value.traffic;
  const much = muchFallback(traffic.value.traffic);
  if (much.length > 0) {
    const words = `${much.map(inWords).join("; ")}. A fallback gave them, or another experiment sets the recommender, too: what is
      compared is not quite what the variants are named for.`;
    return { tone: (much[0]?.fallback_share ?? 0) > kMostlyFallback ? "alarm" : "warning", strong: "Often another recommender answered:", words };
  }
  const known = variants.flatMap(({ fallback_share }) => (fallback_share === null ? [] : [fallback_share]));
  if (known.length === 0)
    return { tone: "neutral", words: `How often a fallback answered is not known: ${whyUnknown(variants)}.` };
  const most = Math.max(...known);
  if (most === 0) return { tone: "good", words: "No answer came from a fallback." };
  const share = formatShare(most, most < 0.001 ? 3 : 1);
  return { tone: "good", words: `In no variant did a fallback give more than ${share} of the answers.` };
}

/** @param {VariantTraffic} one */
const inWords = ({ variant, recommender, fallback_share }) =>
  `in ${variant}, ${formatShare(fallback_share)} of the answers did not come from ${recommender ?? "its recommender"}`;

/** @param {VariantTraffic[]} variants */
function whyUnknown(variants) {
  const reason = variants.find((one) => one.reason)?.reason;
  if (reason) return reasonWords(reason);
  return variants.every(({ recommender }) => recommender === null)
    ? "no variant has a configured recommender" : "the log does not say who answered";
}

/**
 * Who really answered, in each variant.
 * @param {{controls: import("../../controls.js").Controls, change: import("../../controls.js").Change,
 *   traffic: TrafficAsked | null}} props
 */
export function AnswersSection({ controls, change, traffic }) {
  if (!traffic) return null;
  return html`<${LazySection} id="answers" title="Who answered" controls=${controls} change=${change} class="sub">
    <${Answer} asked=${traffic} waiting="Counting who answered">${(/** @type {TrafficAnswer} */ answer) =>
      html`<${AnswersTable} variants=${answer.traffic.variants} />`}<//>
  <//>`;
}

/** @param {{variants: VariantTraffic[]}} props */
function AnswersTable({ variants }) {
  const title = "Answers by recommender";
  return html`<${ScrollingTable} label=${title}>
    <caption class="visually-hidden">${title}</caption>
    <thead><tr><th scope="col">Variant</th><th scope="col">Recommender that answered</th>
      <th scope="col" class="number">Answers</th><th scope="col" class="number">Share</th>
      <th scope="col" class="number"><${Explain} term="fallback">By another<//></th></tr></thead>
    <tbody>${variants.flatMap((one) => rowsOf(one))}</tbody>
  <//>
  <p class="minor">A recommender that has no answer hands the request to its fallback; another experiment may set the
    recommender, too. Share by another: of the answers whose recommender the log names.</p>`;
}

/**
 * An answer of the configured one, or of one of its parts: "mix/knn".
 * @param {string | null} answered @param {string | null} configured
 */
const isOwn = (answered, configured) =>
  answered !== null && configured !== null && (answered === configured || answered.startsWith(`${configured}/`));

/** @param {VariantTraffic} one */
function rowsOf({ variant, recommender, answers, fallback_share, reason }) {
  const shown = answers.length > 0 ? answers : [{ recommender: null, answers: 0, share: null }];
  return shown.map((answer, i) => html`<tr key=${`${variant} ${answer.recommender ?? ""}`} data-variant=${variant}
      data-recommender=${answer.recommender ?? ""} class=${i === 0 ? "" : "continued"}>
    <th scope="row">${i === 0 ? variant : html`<span class="visually-hidden">${variant}</span>`}</th>
    <td>${answer.recommender ?? html`<span class="minor inline">not said by the log</span>`}
      ${isOwn(answer.recommender, recommender) && html` <span class="tag">configured</span>`}</td>
    <td class="number"><${Figure} field="answers" value=${answer.answers} text=${formatCount(answer.answers)} /></td>
    <td class="number"><${Figure} field="share" value=${answer.share} text=${formatShare(answer.share)} /></td>
    <td class="number">${i === 0 && (fallback_share === null
      ? html`<span class="minor">${reason ? reasonWords(reason) : "not known"}</span>`
      : html`<${Figure} field="fallback_share" value=${fallback_share} text=${formatShare(fallback_share)} />`)}</td>
  </tr>`);
}
