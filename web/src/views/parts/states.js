import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { ApiError } from "../../api.js";
import { isShared, written } from "../../embedded.js";
import { formatTime } from "../../format.js";
import { hasMoved, kOverviewPath } from "../../router.js";

/**
 * The heading of a view. Sets the window's title, and takes the focus when a link or the history led here, so that a
 * screen reader says where one is.
 * @param {{title: string, children?: unknown}} props
 */
export function Heading({ title, children }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {  // not after the paint: who sees it has its focus
    document.title = `${title} · Crossfade`;
    if (hasMoved()) heading.current?.focus();
  }, [title]);
  return html`<h1 ref=${heading} tabindex="-1">${title}${children}</h1>`;
}

/** Says of a file that it is one; nothing where there is a server. */
export function Snapshot() {
  return isShared && html`<p class="minor snapshot">A snapshot${written && `, written ${formatTime(written)}`}: nothing in it updates.</p>`;
}

/** Something to say instead of data. @param {{title: string, children?: unknown}} props */
export function Notice({ title, children }) {
  return html`<section class="notice"><${Heading} title=${title} />${children}</section>`;
}

/** @param {{what: string}} props */
export function Loading({ what }) {
  return html`<p class="loading" aria-busy="true" role="status">Loading ${what}</p>`;
}

/** @param {{error: Error, what: string, reload: () => void, children?: unknown}} props */
export function Failed({ error, what, reload, children }) {
  const unreachable = error instanceof ApiError && error.status === 0;
  return html`<${Notice} title="Could not load ${what}">
    <p role="alert">${error.message}</p>
    ${unreachable && html`<p>Is it still running? <code>crossfade serve</code> starts it.</p>`} ${children}
    <p>${isShared ? html`<a href=${kOverviewPath}>All experiments</a>`
      : html`<button type="button" class="secondary" onClick=${reload}>Try again</button>`}</p>
  <//>`;
}
