import { html } from "htm/preact";
import { ApiError, fetchReport } from "../api.js";
import { formatShare, formatTime } from "../format.js";
import { inOrderOfRole, isGuarded, totalUnits } from "../report.js";
import { useResource } from "../resource.js";
import { StatusBadge } from "./badges.js";
import { HealthSection } from "./health.js";
import { MetricSection } from "./metric.js";
import { Failed, Heading, Loading, Notice } from "./states.js";
import { VerdictSection } from "./verdict.js";

/** @typedef {import("../report.js").Report} Report */

/** One experiment: the verdict, then whether to believe it, then every metric. @param {{experiment: string}} props */
export function ExperimentView({ experiment }) {
  const [resource, reload] = useResource(experiment, (signal) => fetchReport(experiment, signal));
  if (resource.state === "loading") return html`<${Loading} what="the results of ${experiment}" />`;
  if (resource.state === "failed") {
    const { error } = resource;
    if (error instanceof ApiError && error.status === 404) return html`<${NoSuchExperiment} error=${error} />`;
    return html`<${Failed} error=${error} what="the results of ${experiment}" reload=${reload} />`;
  }
  return html`<${ReportView} report=${resource.value} />`;
}

/** @param {{error: ApiError}} props */
function NoSuchExperiment({ error }) {
  return html`<${Notice} title="There is no such experiment">
    <p role="alert">${error.message}</p>
    <p>It may have been renamed. <a href="/report">See all experiments</a>.</p>
  <//>`;
}

/** @param {{report: Report}} props */
function ReportView({ report }) {
  const seen = totalUnits(report.units) > 0;
  return html`
    <${ReportHeader} report=${report} />
    <${VerdictSection} decision=${report.decision} />
    ${!seen && html`<${NobodyYet} status=${report.status} />`}
    ${seen && html`<${HealthSection} report=${report} />`}
    ${seen && html`<${MetricsSection} report=${report} />`}
  `;
}

/** @param {{report: Report}} props */
function ReportHeader({ report }) {
  const { experiment, hypothesis, owner, status, control, confidence_level, data_through } = report;
  return html`<div class="report-header">
    <nav aria-label="Breadcrumb"><a href="/report">Experiments</a></nav>
    <${Heading} title=${experiment} />
    ${hypothesis && html`<p class="lead">${hypothesis}</p>`}
    <dl class="facts">
      <div><dt>Status</dt><dd><${StatusBadge} status=${status} /></dd></div>
      ${owner && html`<div><dt>Owner</dt><dd>${owner}</dd></div>`}
      <div><dt>Control</dt><dd>${control}</dd></div>
      <div><dt>Confidence</dt><dd>${formatShare(confidence_level, 0)}</dd></div>
      ${data_through && html`<div><dt>Data through</dt><dd>${formatTime(data_through)}</dd></div>`}
    </dl>
  </div>`;
}

/** @param {{status: string}} props */
function NobodyYet({ status }) {
  return html`<section class="notice">
    <h2>Nobody has been in this experiment yet</h2>
    ${status === "running"
      ? html`<p>Units count from their first request. To rehearse it with simulated listeners:
          <code>crossfade simulate</code>, with the same <code>--store</code> as this server.</p>`
      : html`<p>It is ${status}. Units are assigned once <code>status: running</code> stands in
          <code>experiments.yaml</code>.</p>`}
  </section>`;
}

/** How to read the charts. @param {{report: Report}} props */
function ChartKey({ report: { metrics, confidence_level, control } }) {
  const comparisons = metrics.flatMap((metric) => metric.comparisons);
  const parts = [
    `Lift over ${control}, on an axis of its own for each metric`,
    `thick line: ${formatShare(confidence_level, 0)} interval of a single look`,
    comparisons.some(({ always_valid }) => always_valid)
      ? "thin line: always-valid interval, which holds however often one looks and decides the verdict" : "",
    "filled dot: significant after adjustment",
    metrics.some(isGuarded) ? "shaded: worse than the margin of a guardrail allows" : "",
  ];
  return html`<p class="minor">${parts.filter(Boolean).join("; ")}.</p>`;
}

// An invalid experiment's lifts lead astray, so they are shown only to who asks for them.
/** @param {{report: Report}} props */
function MetricsSection({ report }) {
  const metrics = html`
    <${ChartKey} report=${report} />
    ${inOrderOfRole(report.metrics).map(
      (metric) => html`<${MetricSection} key=${metric.metric} metric=${metric} report=${report} />`,
    )}
  `;
  return html`<section aria-labelledby="metrics">
    <h2 id="metrics">Metrics</h2>
    ${report.decision.verdict === "INVALID"
      ? html`<details class="withheld">
          <summary>The experiment is invalid, so its lifts mean nothing. Show them to find the fault</summary>
          ${metrics}
        </details>`
      : metrics}
  </section>`;
}
