import { html } from "htm/preact";
import { formatCount, formatMean, formatShare, formatTime, kNone } from "../../format.js";
import { kEndWords, outcomeOf } from "../../unit_model.js";
import { ToneIcon } from "../parts/icons.js";
import { Figure, ScrollingTable } from "../parts/table.js";

/** @typedef {import("../../types/unit.js").Session} Session */
/** @typedef {import("../../types/unit.js").Playback} Playback */

/**
 * One session, playback by playback, under a line that sums it up.
 * @param {{session: Session, open: boolean, setOpen: (open: boolean) => void}} props
 */
export function SessionDetails({ session, open, setOpen }) {
  const { session: id, started, end, tracks, time, playbacks } = session;
  const toggled = (/** @type {Event} */ event) => {
    const opened = /** @type {HTMLDetailsElement} */ (event.currentTarget).open;
    if (opened !== open) setOpen(opened);
  };
  return html`<details class="session" open=${open} onToggle=${toggled} data-session=${id}>
    <summary>
      <span class="session-time">${formatTime(started)}</span>
      <${Strip} playbacks=${playbacks} />
      <span class="session-facts"><${Figure} field="tracks" value=${tracks} text=${formatCount(tracks)} />
        ${` ${tracks === 1 ? "track" : "tracks"}, `}<${Figure} field="time" value=${time} text=${formatMean(time, 0.1)} />${" track lengths heard, "}
        <span class="minor inline">${end === null ? "still open" : (kEndWords[end] ?? end)}</span></span>
    </summary>
    ${open && html`<${Playbacks} session=${session} />`}
  </details>`;
}

const kBar = 6;
const kStripHeight = 22;
const kMostBars = 40;

/** The session at a glance; the table has the numbers. @param {{playbacks: Playback[]}} props */
function Strip({ playbacks }) {
  const shown = playbacks.slice(0, kMostBars);
  const width = Math.max(1, shown.length) * kBar;
  return html`<svg class="strip" viewBox="0 0 ${width} ${kStripHeight}" width=${width} height=${kStripHeight} aria-hidden="true">
    ${shown.map(({ fraction }, i) => {
      const height = Math.max(1.5, fraction * kStripHeight);
      return html`<rect x=${i * kBar} y=${kStripHeight - height} width=${kBar - 2} height=${height} />`;
    })}
  </svg>`;
}

/** @param {{session: Session}} props */
function Playbacks({ session }) {
  const { session: id, playbacks, playbacks_total } = session;
  const measured = playbacks.some(({ latency_ms }) => latency_ms !== null);
  const title = `Playbacks of session ${id}`;
  const cut = playbacks.length < playbacks_total;
  return html`${cut && html`<p class="minor">The first ${formatCount(playbacks.length)} of ${formatCount(playbacks_total)} playbacks.</p>`}
  <${ScrollingTable} label=${title}>
    <caption class="visually-hidden">${title}, in order</caption>
    <thead><tr><th scope="col" class="number">#</th><th scope="col">Track</th><th scope="col">Heard</th>
      <th scope="col">Recommended next</th><th scope="col">By</th><th scope="col" class="number">Propensity</th>
      <th scope="col">Then</th>${measured && html`<th scope="col" class="number">Latency<span class="minor">ms</span></th>`}
    </tr></thead>
    <tbody>${playbacks.map((playback, i) => html`
      <${PlaybackRow} key=${playback.position} playback=${playback} outcome=${outcomeOf(session, i)} measured=${measured} />`)}
    </tbody>
  <//>`;
}

/** @param {{playback: Playback, outcome: import("../../unit_model.js").Outcome, measured: boolean}} props */
function PlaybackRow({ playback, outcome, measured }) {
  const { position, at, fraction, latency_ms, recommended } = playback;
  return html`<tr data-position=${position}>
    <td class="number">${position}</td>
    <th scope="row" class="track" title=${formatTime(at)}><${Track} track=${playback} /></th>
    <td class="heard"><${Heard} fraction=${fraction} /></td>
    ${recommended === null
      ? html`<td><span class="minor inline">nothing</span></td><td></td><td></td>`
      : html`<td class="track"><${Track} track=${recommended} /></td>
          <td>${recommended.recommender ?? html`<span class="minor inline">not logged</span>`}</td>
          <td class="number"><${Figure} field="propensity" value=${recommended.propensity}
            text=${formatMean(recommended.propensity, null)} /></td>`}
    <td><${Outcome} outcome=${outcome} /></td>
    ${measured && html`<td class="number"><${Figure} field="latency_ms" value=${latency_ms}
      text=${formatMean(latency_ms, null)} /></td>`}
  </tr>`;
}

/** Title and artist; the number where the catalogue has neither. @param {{track: {track: number, artist: string | null, title: string | null}}} props */
function Track({ track: { track, artist, title } }) {
  return html`<span class="track-title">${title ?? `Track ${track}`}</span>
    <span class="minor">${artist ?? kNone}${title === null ? "" : html` <span class="track-id">${`#${track}`}</span>`}</span>`;
}

const kHeardWidth = 64;

/** @param {{fraction: number}} props */
function Heard({ fraction }) {
  return html`<svg class="heard-bar" viewBox="0 0 ${kHeardWidth} 8" width=${kHeardWidth} height="8" aria-hidden="true">
      <rect class="all" width=${kHeardWidth} height="8" rx="2" />
      <rect width=${fraction * kHeardWidth} height="8" rx="2" />
    </svg> <${Figure} field="fraction" value=${fraction} text=${formatShare(fraction, 0)} />`;
}

/** @param {{outcome: import("../../unit_model.js").Outcome}} props */
function Outcome({ outcome }) {
  switch (outcome) {
    case "followed":
      return html`<span class="tone-good"><${ToneIcon} tone="good" /> followed</span>`;
    case "other":
      return html`<span class="tone-neutral"><${ToneIcon} tone="bad" /> played another</span>`;
    case "ended":
      return html`<span class="minor inline">left</span>`;
    case "open":
      return html`<span class="minor inline">not yet</span>`;
    case "none":
      return null;
  }
}
