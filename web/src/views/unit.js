import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { fetchUnit } from "../api.js";
import { formatCount, formatMean, formatPlural, formatTime } from "../format.js";
import { useResource } from "../resource.js";
import { experimentPath, kOverviewPath, useQuery } from "../router.js";
import { moreSessions, openSessions, sessionsWanted, standingsOf, withMore, withSession } from "../unit_model.js";
import { Updating } from "./parts/answered.js";
import { StatusBadge } from "./parts/badges.js";
import { SessionDetails } from "./unit/session.js";
import { Failed, Heading, Loading } from "./parts/states.js";
import { Figure, ScrollingTable } from "./parts/table.js";

/** @typedef {import("../types/unit.js").UnitHistory} UnitHistory */

/** Everything that is known of one listener, down to the playback. @param {{unit: string}} props */
export function UnitView({ unit }) {
  const [query, setQuery] = useQuery();
  const wanted = sessionsWanted(query);
  const [resource, reload, freshness] = useResource(`${unit} ${wanted}`, (signal) => fetchUnit(unit, wanted, signal), { group: unit });
  if (resource.state === "loading") return html`<${Loading} what="listener ${unit}" />`;
  if (resource.state === "failed")
    return html`<${Failed} error=${resource.error} what="listener ${unit}" reload=${reload} />`;
  return html`<${Updating} freshness=${freshness} reload=${reload} />
    <${UnitPage} history=${resource.value} reload=${reload} query=${query} setQuery=${setQuery} />`;
}

/** @typedef {ReturnType<typeof useQuery>[1]} SetQuery */

/** @param {{history: UnitHistory, reload: () => void, query: URLSearchParams, setQuery: SetQuery}} props */
function UnitPage({ history, reload, query, setQuery }) {
  const { unit, exposures, sessions, sessions_total, events_total } = history;
  const unknown = exposures.length === 0 && sessions_total === 0 && events_total === 0;
  return html`
    <div class="report-header">
      <nav aria-label="Breadcrumb"><a href=${kOverviewPath}>Experiments</a></nav>
      <${Heading} title=${`Listener ${unit}`} />
      ${!unknown && html`<p>${`${formatPlural(sessions_total, "session")}, ${formatPlural(events_total, "custom event")}. `}
        <${LookAgain} reload=${reload} /></p>`}
    </div>
    ${unknown && html`<section class="notice">
      <h2>This listener was never seen</h2>
      <p>No session, exposure or event has this id. Below is what the configuration would give it.${" "}
        <${LookAgain} reload=${reload} /></p>
    </section>`}
    <${StandingsSection} history=${history} unknown=${unknown} />
    ${!unknown && html`<${SessionsSection} sessions=${sessions} total=${sessions_total} query=${query} setQuery=${setQuery} />`}
    ${events_total > 0 && html`<${EventsSection} history=${history} />`}
  `;
}

/** @param {{reload: () => void}} props */
const LookAgain = ({ reload }) => html`<button type="button" class="link" onClick=${reload}>Look again</button>`;

/** @param {{history: UnitHistory, unknown: boolean}} props */
function StandingsSection({ history, unknown }) {
  const standings = useMemo(() => standingsOf(history), [history]);
  return html`<section aria-labelledby="assignments">
    <h2 id="assignments">${unknown ? "What it would get" : "Experiments"}</h2>
    ${standings.length === 0 ? html`<p class="minor">No experiment is configured.</p>` : html`
      <${ScrollingTable} label="Assignments and exposures">
        <caption class="visually-hidden">Assignments and exposures</caption>
        <thead><tr><th scope="col">Experiment</th><th scope="col">Status</th><th scope="col">Assigned to</th>
          ${!unknown && html`<th scope="col">Seen in</th>`}</tr></thead>
        <tbody>${standings.map((one) => html`<tr key=${one.experiment} data-experiment=${one.experiment}>
          <th scope="row"><a href=${experimentPath(one.experiment)}>${one.experiment}</a></th>
          <td>${one.configured ? html`<${StatusBadge} status=${one.status} />`
            : html`<span class="minor inline">not configured any more</span>`}</td>
          <td>${one.variant ?? html`<span class="minor inline">${one.configured ? "in no variant" : "—"}</span>`}</td>
          ${!unknown && html`<td>${one.exposures.length === 0 ? html`<span class="minor inline">never seen in it</span>`
            : one.exposures.map((exposure) => html`<${Exposed} exposure=${exposure} />`)}</td>`}
        </tr>`)}</tbody>
      <//>`}
    ${!unknown && html`<p class="minor">Assigned: by the configuration of now. Seen in: what was logged when the listener
      was first given the variant; the analysis goes by that.</p>`}
  </section>`;
}

/** @param {{exposure: import("../types/unit.js").Exposure}} props */
function Exposed({ exposure: { variant, version, first_seen, last_seen } }) {
  const until = last_seen === null || last_seen === first_seen ? "" : `, last ${formatTime(last_seen)}`;
  return html`<div>${variant} <span class="minor inline">version ${version}, first ${formatTime(first_seen)}${until}</span></div>`;
}

/**
 * @param {{sessions: import("../types/unit.js").Session[], total: number, query: URLSearchParams, setQuery: SetQuery}} props
 */
function SessionsSection({ sessions, total, query, setQuery }) {
  const more = moreSessions(sessions.length, total);
  const open = openSessions(query, sessions);
  return html`<section aria-labelledby="sessions">
    <h2 id="sessions">Sessions</h2>
    ${total === 0 ? html`<p class="minor">No session yet.</p>` : html`
      <p class="minor">${sessions.length < total ? `The newest ${formatCount(sessions.length)} of ${formatCount(total)}`
        : `${formatPlural(total, "session")}, newest first`}. Each bar is a track, as high as the part that was heard.</p>`}
    ${sessions.map((session) => html`<${SessionDetails} key=${session.session} session=${session} open=${open.has(session.session)}
      setOpen=${(/** @type {boolean} */ wanted) => setQuery((now) => withSession(now, sessions, session.session, wanted))} />`)}
    ${more !== null && html`<p><button type="button" class="secondary more" onClick=${() => setQuery((now) => withMore(now, more))}>
      Show up to ${formatCount(more)} sessions</button></p>`}
  </section>`;
}

/** @param {{history: UnitHistory}} props */
function EventsSection({ history: { events, events_total } }) {
  return html`<section aria-labelledby="events">
    <h2 id="events">Custom events</h2>
    ${events.length < events_total && html`<p class="minor">The newest ${formatCount(events.length)} of
      ${` ${formatCount(events_total)}`}.</p>`}
    <${ScrollingTable} label="Custom events">
      <caption class="visually-hidden">Custom events, newest first</caption>
      <thead><tr><th scope="col">Event</th><th scope="col" class="number">Value</th><th scope="col">At</th></tr></thead>
      <tbody>${events.map(({ name, value, at }, i) => html`<tr key=${i}>
        <th scope="row">${name}</th>
        <td class="number"><${Figure} field="value" value=${value} text=${formatMean(value, null)} /></td>
        <td>${formatTime(at)}</td>
      </tr>`)}</tbody>
    <//>
  </section>`;
}
