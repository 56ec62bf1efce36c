import { useCallback, useEffect, useState } from "preact/hooks";

/**
 * @template T
 * @typedef {{state: "loading"} | {state: "ready", value: T} | {state: "failed", error: Error}} Resource
 */

/**
 * How fresh the value is. `changed`: when it last became another one; `failing`: the latest question went unanswered.
 * @typedef {{changed: Date | null, failing: boolean}} Freshness
 */

const kPause = 3000;  // ms between questions, unless told otherwise
const kLongestPause = 30_000;  // after failures, each of which doubles it

/**
 * Loads when `key` changes, on `reload()`, and, where `live`, again and again while the page is seen; an answer that is
 * no longer wanted is dropped. A value stays while its successor of the same `group` is loaded or cannot be loaded, so
 * that nothing jumps. `load` should give the same object while nothing has changed: then nothing is drawn anew.
 * While `idle`, nothing is asked for.
 * @template T
 * @param {string} key
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {{group?: string, live?: boolean, usualPause?: number, idle?: boolean}} [options]
 * @returns {[Resource<T>, () => void, Freshness]}
 */
export function useResource(key, load, { group = key, live = false, usualPause = kPause, idle = false } = {}) {
  /** @type {{group: string, resource: Resource<T>, freshness: Freshness}} */
  const nothing = { group, resource: { state: "loading" }, freshness: { changed: null, failing: false } };
  const [held, setHeld] = useState(nothing);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (idle) return undefined;
    const controller = new AbortController();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    let pause = usualPause;
    /** @param {T} value */
    const succeed = (value) => {
      pause = usualPause;
      setHeld((before) => afterValue(before, group, value));
    };
    /** @param {Error} error */
    const fail = (error) => {
      pause = Math.min(2 * pause, kLongestPause);
      setHeld((before) => afterError(before, group, error));
    };
    const ask = () => load(controller.signal).then(succeed, (error) => controller.signal.aborted || fail(error))
      .then(() => {
        if (live && !controller.signal.aborted) timer = setTimeout(askIfSeen, pause);
      });
    // A page in the background asks when it comes back.
    let due = false;
    const askIfSeen = () => {
      due = document.hidden;
      if (!due) ask();
    };
    const seen = () => {
      if (due) askIfSeen();
    };
    setHeld((before) => (before.group === group && before.resource.state === "ready" ? before : nothing));
    ask();
    document.addEventListener("visibilitychange", seen);
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [key, group, attempt, live, usualPause, idle]);
  const reload = useCallback(() => setAttempt((n) => n + 1), []);
  return held.group === group ? [held.resource, reload, held.freshness] : [nothing.resource, reload, nothing.freshness];
}

/**
 * @template T
 * @typedef {{group: string, resource: Resource<T>, freshness: Freshness}} Held
 */

/**
 * The same object where there is nothing new to draw.
 * @template T
 * @param {Held<T>} before @param {string} group @param {T} value @returns {Held<T>}
 */
export function afterValue(before, group, value) {
  const { resource, freshness } = before;
  if (before.group === group && resource.state === "ready" && resource.value === value && !freshness.failing)
    return before;
  const same = before.group === group && resource.state === "ready" && resource.value === value;
  const changed = same ? freshness.changed : new Date();
  return { group, resource: { state: "ready", value }, freshness: { changed, failing: false } };
}

/**
 * A value that is there stays.
 * @template T
 * @param {Held<T>} before @param {string} group @param {Error} error @returns {Held<T>}
 */
export function afterError(before, group, error) {
  const stays = before.group === group && before.resource.state === "ready";
  if (stays) return { ...before, freshness: { ...before.freshness, failing: true } };
  return { group, resource: { state: "failed", error }, freshness: { changed: null, failing: true } };
}
