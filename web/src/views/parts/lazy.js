import { html } from "htm/preact";

/** @typedef {import("../../controls.js").Controls} Controls */
/** @typedef {import("../../controls.js").Change} Change */

/**
 * Something that is closed at first. Whether it is open stands in the address, under `id`. Its children are drawn while
 * it is open.
 * @param {{id: string, summary: unknown, controls: Controls, change: Change, class?: string, children?: unknown}} props id
 *   like "by-day"
 */
function Lazy({ id, summary, controls, change, class: name = "", children }) {
  const open = controls.open.has(id);
  const toggled = (/** @type {Event} */ event) => {
    const opened = /** @type {HTMLDetailsElement} */ (event.currentTarget).open;
    if (opened !== open) change((now) => ({ open: withMember(now.open, id, opened) }));
  };
  return html`<details class=${name} open=${open} onToggle=${toggled}>
    <summary>${summary}</summary>
    ${open && children}
  </details>`;
}

/**
 * A section that is drawn once it is opened, so that what is asked for in it is asked for then. `id` is also the id of
 * its heading.
 * @param {{id: string, title: string, controls: Controls, change: Change, children?: unknown}} props
 */
export function LazySection({ id, title, children, ...state }) {
  return html`<section class="lazy" aria-labelledby=${id}>
    <${Lazy} id=${id} summary=${html`<h2 id=${id}>${title}</h2>`} ...${state}>${children}<//>
  </section>`;
}

/** The numbers of charts, for who wants them. @param {{id: string, controls: Controls, change: Change, children?: unknown}} props */
export function Numbers({ children, ...state }) {
  return html`<${Lazy} class="numbers" summary="Numbers" ...${state}>${children}<//>`;
}

/**
 * @template T
 * @param {Set<T>} set @param {T} member @param {boolean} wanted in the copy
 */
function withMember(set, member, wanted) {
  const copy = new Set(set);
  if (wanted) copy.add(member);
  else copy.delete(member);
  return copy;
}
