import { html } from "htm/preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { kGlossary } from "../../glossary.js";
import { definitionPath } from "../../router.js";

const kHoverPause = 150;  // ms before it opens: the mouse may only be passing
const kLeavePause = 250;  // ms before it closes: the mouse may be on its way to what was opened
const kGap = 6;  // pixels to what is explained
const kEdge = 8;  // pixels to the edge of the window

/** "peek": as long as the mouse or the focus is there; "pinned": until it is closed. @typedef {"closed" | "peek" | "pinned"} State */

/** Closes the explanation that is open: there is one at most. @type {(() => void) | null} */
let closeOpen = null;

/**
 * What a number is, shown on hover, on focus and on a click: a button around `children`, or a question mark where there
 * are none. `sql` stands for the glossary's where a metric has its own.
 * @param {{term: string, experiment?: string, sql?: string | undefined, children?: unknown}} props
 */
export function Explain({ term, experiment = "KEY", sql, children }) {
  const id = useId();
  const [state, setState] = useState(/** @type {State} */ ("closed"));
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const button = useRef(/** @type {HTMLElement | null} */ (null));
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const silent = useRef(false);  // the focus that comes back must not open it again
  const open = state !== "closed";
  const after = (/** @type {number} */ ms, /** @type {() => void} */ act) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(act, ms);
  };
  const peek = () => setState((now) => (now === "closed" ? "peek" : now));
  const focused = () => {
    if (!silent.current) peek();
  };
  const left = (/** @type {FocusEvent} */ event) => {
    if (!(event.relatedTarget instanceof Node && frame.current?.contains(event.relatedTarget))) setState("closed");
  };
  const entered = (/** @type {PointerEvent} */ event) => {
    if (event.pointerType === "mouse") after(kHoverPause, peek);
  };
  const exited = (/** @type {PointerEvent} */ event) => {
    if (event.pointerType !== "mouse") return;
    after(kLeavePause, () => setState((now) =>
      (now === "peek" && !frame.current?.contains(document.activeElement) ? "closed" : now)));
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useLayoutEffect(() => {  // not after the paint: who sees it may press Escape at once
    if (!open) return undefined;
    const close = () => setState("closed");
    closeOpen?.();
    closeOpen = close;
    const key = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape") return;
      clearTimeout(timer.current);
      silent.current = true;
      if (frame.current?.contains(document.activeElement)) button.current?.focus();
      silent.current = false;
      close();
    };
    const press = (/** @type {PointerEvent} */ event) => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) close();
    };
    document.addEventListener("keydown", key);
    document.addEventListener("pointerdown", press);
    return () => {
      document.removeEventListener("keydown", key);
      document.removeEventListener("pointerdown", press);
      if (closeOpen === close) closeOpen = null;
    };
  }, [open]);
  const entry = kGlossary[term];
  if (!entry) return children;
  return html`<span class="explain" ref=${frame} data-term=${term} onPointerEnter=${entered} onPointerLeave=${exited}
    onFocusOut=${left}>
    <button type="button" ref=${button} class=${children ? "explain-label" : "explain-mark"} aria-expanded=${String(open)}
      aria-describedby=${open ? `${id}-what` : undefined} onFocus=${focused}
      onClick=${() => setState((now) => (now === "pinned" ? "closed" : "pinned"))}>
      ${children ?? html`<${Mark} title=${entry.title} />`}</button>
    ${open && html`<${Explanation} id=${id} entry=${entry} term=${term} sql=${sql ?? entry.sql?.(experiment)}
      anchor=${button} reached=${state === "pinned"} />`}
  </span>`;
}

/** @param {{title: string}} props */
function Mark({ title }) {
  return html`<svg class="icon" viewBox="0 0 20 20" role="img"><title>What is this: ${title}</title>
    <circle cx="10" cy="10" r="8" /><path d="M7.6 8a2.4 2.4 0 1 1 3.4 2.2c-.7.3-1 .8-1 1.6M10 14.4v.1" /></svg>`;
}

/**
 * In the top layer, so that no table's frame cuts it. What stands in it takes the focus only once it is pinned: who
 * goes along a table by keyboard passes a heading in one step.
 * @param {{id: string, entry: import("../../glossary.js").Term, term: string, sql: string | undefined,
 *   anchor: {current: HTMLElement | null}, reached: boolean}} props
 */
function Explanation({ id, entry: { title, what, formula, sources }, term, sql, anchor, reached }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const place = () => {
    if (box.current && anchor.current) placeBeside(box.current, anchor.current);
  };
  useLayoutEffect(() => {
    box.current?.showPopover?.();
    place();
    addEventListener("scroll", place, { capture: true, passive: true });
    addEventListener("resize", place);
    return () => {
      removeEventListener("scroll", place, { capture: true });
      removeEventListener("resize", place);
    };
  }, []);
  const stop = reached ? undefined : -1;
  return html`<span class="explanation" id=${id} ref=${box} popover="manual" role="note" tabindex="-1">
    <strong>${title}</strong>
    <span id=${`${id}-what`}>${what}</span>
    <code class="formula">${formula}</code>
    ${sql && html`<details onToggle=${place}><summary tabindex=${stop}>SQL</summary><code class="sql">${sql}</code></details>`}
    <span class="minor">From ${sources[0]}. <a href=${definitionPath(term)} target="_blank" tabindex=${stop}>All definitions</a>
      ${!reached && html`<span class="explain-hint"> Enter keeps this open.</span>`}</span>
  </span>`;
}

/**
 * Below what is explained, or above where there is more room; never wider or higher than the window.
 * @param {HTMLElement} box @param {HTMLElement} anchor
 */
function placeBeside(box, anchor) {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const { left, top, bottom } = anchor.getBoundingClientRect();
  const set = (/** @type {string} */ name, /** @type {number} */ pixels) => box.style.setProperty(name, `${pixels}px`);
  box.style.removeProperty("max-height");
  const room = { below: height - bottom - kGap - kEdge, above: top - kGap - kEdge };
  const below = box.offsetHeight <= room.below || room.below >= room.above;
  const high = Math.min(box.offsetHeight, Math.max(80, below ? room.below : room.above));
  set("max-height", high);
  set("top", Math.max(kEdge, below ? bottom + kGap : top - kGap - high));
  set("left", Math.max(kEdge, Math.min(left, width - box.offsetWidth - kEdge)));
}
