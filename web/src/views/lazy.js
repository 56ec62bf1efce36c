import { html } from "htm/preact";

/**
 * A section that is closed at first, and asks the server for nothing until it is opened. Whether it is open stands in
 * the address, under `id`, which is also the id of its heading. Its children are drawn while it is open.
 * @param {{id: string, title: string, controls: import("../controls.js").Controls,
 *   change: import("../controls.js").Change, class?: string, children?: unknown}} props id like "by-day"
 */
export function LazySection({ id, title, controls, change, class: name = "", children }) {
  const open = controls.open.has(id);
  const toggled = (/** @type {Event} */ event) => {
    const opened = /** @type {HTMLDetailsElement} */ (event.currentTarget).open;
    if (opened !== open) change((now) => ({ open: withMember(now.open, id, opened) }));
  };
  return html`<section class="lazy ${name}" aria-labelledby=${id}>
    <details open=${open} onToggle=${toggled}>
      <summary><h2 id=${id}>${title}</h2></summary>
      ${open && children}
    </details>
  </section>`;
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
