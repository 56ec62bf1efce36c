import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { kDefinitions, routeOf } from "./address.js";
import { isShared, onlyExperiment } from "./embedded.js";

// A file has no paths of its own, so that the view stands behind the "#".
const kBase = isShared ? "#" : "";

export const kOverviewPath = `${kBase}/report`;

/** @param {string} key */
export const experimentPath = (key) => `${kBase}/report/${encodeURIComponent(key)}`;

/** @param {string} term of the glossary; "" all of them */
export const definitionPath = (term) => `${kBase}/${kDefinitions}${term && `?term=${term}`}`;

/** A listener's page. @param {string} unit */
export const unitPath = (unit) => `${kBase}/report/units/${encodeURIComponent(unit)}`;

const kStart = { path: onlyExperiment ? `/report/${encodeURIComponent(onlyExperiment)}` : "/report", search: "" };
let latest = kStart;

/** Where the reader is. */
function here() {
  if (!isShared) return { path: location.pathname, search: location.search };
  if (location.hash === "") latest = kStart;
  if (location.hash.startsWith("#/")) {  // any other leads to a place of the same view
    const [path = "", query] = location.hash.slice(1).split("?");
    latest = { path, search: query ? `?${query}` : "" };
  }
  return latest;
}

/** Is this click on a link of the page for us, rather than for a new tab? @param {MouseEvent} event */
function linkOf(event) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return null;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const ours = link && link.origin === location.origin && routeOf(link.pathname).view !== "unknown";
  return ours && !link.target && !link.hash ? link : null;
}

/**
 * What stands behind the "?", and a way to change it that leaves no trace in the history. The way stays the same; it
 * is given what stands there at the moment.
 * @returns {[URLSearchParams, (next: (now: URLSearchParams) => URLSearchParams) => void]}
 */
export function useQuery() {
  const [search, setSearch] = useState(here().search);
  useEffect(() => {
    const follow = () => setSearch(here().search);
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  const change = useCallback((/** @type {(now: URLSearchParams) => URLSearchParams} */ next) => {
    const text = next(new URLSearchParams(here().search)).toString();
    history.replaceState(null, "", kBase + here().path + (text && `?${text}`));
    setSearch(here().search);
  }, []);
  return [useMemo(() => new URLSearchParams(search), [search]), change];
}

let moved = false;

/** As a click on a link to there: whoever shows the path or the query follows. @param {string} address of the page */
export function goTo(address) {
  history.pushState(null, "", address);
  scrollTo(0, 0);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** Has a link or the browser's history changed the view since the page was loaded? */
export const hasMoved = () => moved;

/**
 * The current route; links inside the page change it without loading the page anew.
 * @returns {import("./address.js").Route}
 */
export function useRoute() {
  const [path, setPath] = useState(here().path);
  useEffect(() => {
    const follow = () => {
      moved = true;
      setPath(here().path);
    };
    const click = (/** @type {MouseEvent} */ event) => {
      const link = isShared ? null : linkOf(event);  // in a file the browser follows "#..." by itself
      if (!link) return;
      event.preventDefault();
      goTo(link.href);
    };
    addEventListener("popstate", follow);  // also after a click on "#..."
    document.addEventListener("click", click);
    return () => {
      removeEventListener("popstate", follow);
      document.removeEventListener("click", click);
    };
  }, []);
  return routeOf(path);
}
