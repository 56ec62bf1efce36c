import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** @typedef {typeof import("../plots/plots.js")} Plots */

const kSheetWidth = 660;  // pixels of a chart on paper, so that its letters stay as large as the text's

/** @type {Plots | null} */
let loaded = null;
/** @type {Promise<Plots> | null} */
let loading = null;

/**
 * Loads what draws charts, once for all of them. Throws where that does not come, like from a server of another version;
 * a browser does not ask for a failed script again, so only loading the page anew helps.
 */
export function loadPlots() {
  loading ??= import("../plots/plots.js").then((plots) => (loaded = plots));
  return loading;
}

/** Null until they are loaded. @returns {{plots: Plots | null, failed: boolean}} */
function usePlots() {
  const [failed, setFailed] = useState(false);
  const [plots, setPlots] = useState(loaded);
  useEffect(() => {
    if (!plots) loadPlots().then(setPlots, () => setFailed(true));
  }, []);
  return { plots, failed };
}

/**
 * Puts an Observable Plot chart into the page and draws it anew when its width changes. `draw` must be stable as long
 * as the data is (useCallback).
 *
 * Plot writes a <style> element into each chart, which the page's Content-Security-Policy refuses. It is taken out
 * before the chart enters the document; its rules stand in style.css under .chart. Plot also labels each group of
 * marks: to assistive technology the chart is one picture with one description (role="img"), and a label inside it is
 * a fault.
 * @param {{draw: (plots: Plots, width: number) => Element, class?: string}} props
 */
export function PlotFrame({ draw, class: name = "" }) {
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const [width, setWidth] = useState(0);
  const { plots, failed } = usePlots();
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (width === 0 || !plots) return undefined;
    const show = (/** @type {number} */ wide) => {
      const chart = draw(plots, wide);
      for (const style of chart.querySelectorAll("style")) style.remove();
      for (const group of chart.querySelectorAll("[aria-label]")) group.removeAttribute("aria-label");
      chart.setAttribute("role", "img");
      frame.current?.replaceChildren(chart);
    };
    show(width);
    const before = () => show(kSheetWidth);
    const after = () => show(width);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return () => {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, [width, draw, plots]);
  if (failed)
    return html`<p class="minor">The chart could not be loaded; the numbers are in the table.${" "}
      <button type="button" class="link" onClick=${() => location.reload()}>Load the page again</button></p>`;
  return html`<div class="plot-frame ${name}" ref=${frame}></div>`;
}
