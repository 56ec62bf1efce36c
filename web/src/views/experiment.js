import { html } from "htm/preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { ApiError, fetchReport, recordLook } from "../api.js";
import { loadPlots } from "../charts/plot_frame.js";
import { controlsOf, queryOf, resultsQuery } from "../controls.js";
import { isShared } from "../embedded.js";
import { formatLevel, formatTime } from "../format.js";
import { inOrderOfRole, isGuarded, totalUnits } from "../report.js";
import { useLab } from "../lab.js";
import { simulationOf } from "../lab_model.js";
import { usePainted } from "../painted.js";
import { useResource } from "../resource.js";
import { kOverviewPath, useQuery } from "../router.js";
import { useTraffic } from "../traffic.js";
import { Dated, Updating } from "./parts/answered.js";
import { AfterLaunchSection } from "./experiment/after_launch.js";
import { AnswersSection } from "./experiment/answers.js";
import { StatusBadge } from "./parts/badges.js";
import { ByDaySection } from "./experiment/by_day.js";
import { ConfigurationSection } from "./experiment/configuration.js";
import { ControlBar, Downloads, Live } from "./parts/controls.js";
import { DaysSection } from "./experiment/days.js";
import { DistributionsSection } from "./experiment/distributions.js";
import { Explain } from "./parts/explain.js";
import { DataWarnings, HealthSection } from "./experiment/health.js";
import { SimulateSection } from "./parts/lab.js";
import { MetricSection } from "./experiment/metric.js";
import { OverlapSection } from "./experiment/overlap.js";
import { PlanSection } from "./experiment/plan.js";
import { ProvenanceSection } from "./experiment/provenance.js";
import { SegmentsSection } from "./experiment/segments.js";
import { TimelineSection } from "./experiment/timeline.js";
import { Failed, Heading, Loading, Notice, Snapshot } from "./parts/states.js";
import { VerdictSection } from "./experiment/verdict.js";

/** @typedef {import("../types/report.js").Report} Report */
/** @typedef {import("../controls.js").Controls} Controls */
/** @typedef {import("../controls.js").Change} Change */
/** @typedef {import("../resource.js").Freshness} Freshness */

const kWhileWaiting = 100;  // ms after which charts are prepared, as the answer seems to take its time

/** One experiment: the verdict, then whether to believe it, then every metric. @param {{experiment: string}} props */
export function ExperimentView({ experiment }) {
  const [query, setQuery] = useQuery();
  const controls = useMemo(() => controlsOf(query), [query]);
  const change = useCallback((/** @type {Parameters<Change>[0]} */ changes) => setQuery((now) => {
    const before = controlsOf(now);
    return queryOf({ ...before, ...(typeof changes === "function" ? changes(before) : changes) });
  }), [setQuery]);
  const asked = resultsQuery(controls);
  const [drawn, setDrawn] = useState(false);
  const state = useLab({ idle: !drawn });  // whether this is a lab is not what the reader waits for
  const simulation = simulationOf(state.lab, experiment);
  /** @param {Report | null} report */
  const live = (report) => !isShared && (report === null || isFollowed(report, controls, simulation));
  const [resource, reload, freshness] = useResource(`${experiment}${asked}`,
    (signal) => fetchReport(experiment, asked, signal), { group: experiment, version: simulation, live });
  useLook(resource.state === "ready" ? resource.value : null, live, reload);
  useEffect(() => {
    const timer = setTimeout(() => loadPlots().catch(() => {}), kWhileWaiting);  // a chart says so where it fails
    return () => clearTimeout(timer);
  }, []);
  if (resource.state === "loading") return html`<${Loading} what="the results of ${experiment}" />`;
  if (resource.state === "failed") {
    const { error } = resource;
    if (error instanceof ApiError && error.status === 404) return html`<${NoSuchExperiment} error=${error} />`;
    return html`<${Failed} error=${error} what="the results of ${experiment}" reload=${reload} />`;
  }
  return html`<${ReportView} report=${resource.value} controls=${controls} change=${change} freshness=${freshness}
    reload=${reload} lab=${state} setDrawn=${setDrawn} />`;
}

/**
 * Who has the page open looks: a plan counts that, once for each half per cent of its information, and what is called
 * then stands.
 * @param {Report | null} report @param {(report: Report) => boolean} live @param {() => void} reload
 */
function useLook(report, live, reload) {
  const due = report !== null && (report.plan?.look_due === true || report.decision.look_due === true) && live(report);
  useEffect(() => {
    if (!due) return undefined;
    let gone = false;
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      recordLook(report.experiment).then(() => gone || reload(), () => {});  // the next answer asks again
    };
    document.addEventListener("visibilitychange", look);
    look();
    return () => {
      gone = true;
      document.removeEventListener("visibilitychange", look);
    };
  }, [due, report]);
}

/**
 * Can there be more data soon? Before a day there can not.
 * @param {Report} report @param {Controls} controls @param {string} simulation of the lab in this experiment
 */
const isFollowed = ({ status }, { at }, simulation) => !at && (status === "running" || simulation.endsWith(" running"));

/** @param {{error: ApiError}} props */
function NoSuchExperiment({ error }) {
  return html`<${Notice} title="There is no such experiment">
    <p role="alert">${error.message}</p>
    <p>${!isShared && "It may have been renamed. "}<a href=${kOverviewPath}>See all experiments</a>.</p>
  <//>`;
}

/**
 * @param {{report: Report, controls: Controls, change: Change, freshness: Freshness,
 *   reload: () => void, lab: ReturnType<typeof useLab>, setDrawn: (drawn: boolean) => void}} props
 */
function ReportView({ report, controls, change, freshness, reload, lab, setDrawn }) {
  const seen = totalUnits(report.units) > 0;
  const painted = usePainted();
  const traffic = useTraffic(report, controls, { idle: !painted });
  useEffect(() => setDrawn(painted), [painted]);
  const view = { report, controls, change };
  const [early] = useState(!seen);  // a form stays where it was, also when the first listeners are seen
  const simulate = html`<${SimulateSection} experiment=${report.experiment} state=${lab} seen=${seen} />`;
  return html`
    <${ReportHeader} report=${report} freshness=${freshness} isLab=${lab.lab !== null} />
    <${Updating} freshness=${freshness} reload=${reload} />
    <${AsOf} until=${untilOf(report, controls, freshness)} controls=${controls} change=${change} />
    <${Dated} freshness=${freshness}><${VerdictSection} report=${report} traffic=${traffic} /><//>
    <${AfterLaunchSection} report=${report} />
    ${!seen && html`<${NobodyYet} report=${report} until=${untilOf(report, controls, freshness)} isLab=${lab.lab !== null} />`}
    ${early && simulate}
    ${seen && html`<${Dated} freshness=${freshness}>
        <${HealthSection} report=${report} change=${change} traffic=${traffic} /><//>
      <${AnswersSection} ...${view} traffic=${traffic} />`}
    ${painted ? html`<${FurtherSections} ...${view} freshness=${freshness} traffic=${traffic} />${!early && simulate}`
      : html`<${Loading} what="the metrics" />`}
  `;
}

/**
 * Before when the data of this report are, as the answer says; null where all count.
 * @param {Report} report @param {Controls} controls @param {Freshness} freshness
 */
function untilOf({ until }, { at }, { outdated }) {
  if (until !== undefined) return until;
  return at && !outdated ? at : null;  // an answer that does not say it is to this question at least
}

/** @param {{until: string | null, controls: Controls, change: Change}} props */
function AsOf({ until, controls, change }) {
  if (until === null) return null;
  return html`<p class="notice past">As of ${formatTime(until)}: what came later is left out.${" "}
    ${controls.at && html`<button type="button" class="link" onClick=${() => change({ at: "" })}>Show all data</button>`}</p>`;
}

/** Are effects not to be looked at? @param {Report} report @param {Controls} controls */
const isWithheld = ({ decision }, { force }) => decision.verdict === "INVALID" && !force;

/**
 * What comes after the verdict and its health, which are painted first.
 * @param {{report: Report, controls: Controls, change: Change, freshness: Freshness,
 *   traffic: import("../traffic.js").TrafficAsked | null}} props
 */
function FurtherSections({ traffic, freshness, ...view }) {
  const { report, controls } = view;
  const seen = totalUnits(report.units) > 0;
  const shown = seen && !isWithheld(report, controls);
  return html`
    ${seen && report.plan && html`<${Dated} freshness=${freshness}>
      <${PlanSection} plan=${report.plan} experiment=${report.experiment} /><//>`}
    ${(seen || controls.at) && html`<${MetricsSection} ...${view} freshness=${freshness} />`}
    ${shown && html`<${TimelineSection} ...${view} />`}
    ${seen && html`<${ByDaySection} ...${view} traffic=${traffic} />`}
    ${shown && html`
      <${DistributionsSection} ...${view} traffic=${traffic} />
      <${SegmentsSection} ...${view} />
      <${DaysSection} ...${view} />
      <${Dated} freshness=${freshness}><${OverlapSection} report=${report} /><//>
    `}
    <${ConfigurationSection} ...${view} />
    ${seen && html`<${Dated} freshness=${freshness}><${ProvenanceSection} report=${report} /><//>`}
  `;
}

/** @param {{report: Report, freshness: Freshness, isLab: boolean}} props */
function ReportHeader({ report, freshness, isLab }) {
  const { experiment, hypothesis, owner, status, control, confidence_level, data_through } = report;
  return html`<div class="report-header">
    <nav aria-label="Breadcrumb"><a href=${kOverviewPath}>Experiments</a></nav>
    <${Heading} title=${experiment} />
    <${Snapshot} />
    ${!isShared && html`<p class="print-only minor">${location.href}</p>`}
    ${hypothesis && html`<p class="lead">${hypothesis}</p>`}
    <dl class="facts">
      <div><dt>Status</dt><dd><${StatusBadge} status=${status} /></dd></div>
      ${owner && html`<div><dt>Owner</dt><dd>${owner}</dd></div>`}
      <div><dt>Control</dt><dd>${control}</dd></div>
      <div><dt><${Explain} term="confidence">Confidence<//></dt><dd>${formatLevel(confidence_level)}</dd></div>
      ${(data_through || freshness.live) && html`<div><dt><${Explain} term="data_through" experiment=${experiment}>Data through<//></dt>
        <dd>${data_through ? formatTime(data_through) : "none yet"}${" "}${freshness.live && html`<${Live} freshness=${freshness} />`}</dd></div>`}
      ${isLab && html`<div><dt>Lab</dt><dd><a href="#simulate">Simulate listeners</a></dd></div>`}
    </dl>
  </div>`;
}

/** @param {{report: Report, until: string | null, isLab: boolean}} props */
function NobodyYet({ report, until, isLab }) {
  const { status, health } = report;
  if (until !== null) return html`<section class="notice"><h2>Nobody had been in this experiment then</h2></section>`;
  return html`<section class="notice">
    <h2>Nobody has been in this ${health.data_warnings?.length ? "version of the experiment" : "experiment"} yet</h2>
    <ul class="checks"><${DataWarnings} report=${report} /></ul>
    ${status === "running" && isLab ? html`<p>Units count from their first request. Simulated listeners make some, below.</p>`
      : status === "running" ? html`<p>Units count from their first request. To rehearse it with simulated listeners:${" "}
          <code>crossfade simulate</code>, with the same <code>--store</code> as this server.</p>`
      : html`<p>It is ${status === "draft" ? "a draft" : status}. Units are assigned once <code>status: running</code> stands in${" "}
          <code>experiments.yaml</code>.</p>`}
  </section>`;
}

/**
 * How to read the charts.
 * @param {{report: Report, controls: Controls, kinds: Set<import("../controls.js").IntervalKind>}} props
 */
function ChartKey({ report: { metrics, confidence_level, control }, controls: { scale, intervals }, kinds }) {
  const drawn = (/** @type {import("../controls.js").IntervalKind} */ kind) => kinds.has(kind) && intervals.has(kind);
  const decides = metrics.some(({ comparisons }) => comparisons.some(({ deciding }) => deciding?.by));
  const single = `${formatLevel(confidence_level)} interval of a single look`;
  const parts = [
    `${scale === "lift" ? "Lift over" : "Difference to"} ${control}, on an axis of its own for each metric`,
    decides ? `thick line: the interval that the verdict goes by, named below the variant; of other metrics the ${single}`
      : `thick line: ${single}`,
    decides && [...kinds].some(drawn) ? "thin lines below it: the others, each by its name" : "",
    drawn("cuped") ? "square: after what units did before is taken out (CUPED)" : "",
    "filled dot: a clear difference, as in the column Result",
    metrics.some(isGuarded) && scale === "lift" ? "shaded: worse than the margin of a guardrail allows" : "",
  ];
  return html`<p class="minor chart-key">${parts.filter(Boolean).join("; ")}.</p>`;
}

/** Which intervals does any comparison have? @param {Report} report */
function kindsOf({ metrics }) {
  const comparisons = metrics.flatMap((metric) => metric.comparisons);
  /** @type {Set<import("../controls.js").IntervalKind>} */
  const kinds = new Set(["fixed"]);
  if (comparisons.some(({ always_valid }) => always_valid)) kinds.add("always");
  if (comparisons.some(({ cuped }) => cuped)) kinds.add("cuped");
  return kinds;
}

/**
 * The level that counts where none is chosen; null where the answer neither says it nor is of that kind.
 * @param {Report} report @param {Controls} controls @param {Freshness} freshness
 */
function configuredOf({ configured_confidence_level: configured, confidence_level }, { level }, { outdated }) {
  return configured ?? (level === "" && !outdated ? confidence_level : null);
}

/** @param {{report: Report, controls: Controls, change: Change, freshness: Freshness}} props */
function MetricsSection({ report, controls, change, freshness }) {
  const kinds = kindsOf(report);
  const withheld = isWithheld(report, controls);
  return html`<section aria-labelledby="metrics">
    <h2 id="metrics">Metrics</h2>
    <${ControlBar} controls=${controls} change=${change} configured=${configuredOf(report, controls, freshness)} kinds=${kinds} />
    ${withheld && html`<p class="withheld">The experiment is invalid, so its lifts mean nothing.${" "}
      ${!isShared && html`<button type="button" class="link" onClick=${() => change({ force: true })}>Show them to find
        the fault</button>`}</p>`}
    <${Dated} freshness=${freshness}>
      ${!withheld && html`<${ChartKey} report=${report} controls=${controls} kinds=${kinds} />`}
      ${inOrderOfRole(report.metrics).map(
        (metric) => html`<${MetricSection} key=${metric.metric} metric=${metric} report=${report} controls=${controls} />`,
      )}
    <//>
    ${!isShared && html`<${Downloads} experiment=${report.experiment} controls=${controls} />`}
  </section>`;
}
