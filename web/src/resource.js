import { useCallback, useEffect, useRef, useState } from "preact/hooks";

/**
 * @template T
 * @typedef {{state: "loading"} | {state: "ready", value: T} | {state: "failed", error: Error}} Resource
 */

/**
 * How fresh the value is. `changed`: when it last became another one, null until then; `error`: why the latest question has no answer;
 * `outdated`: the value answers another question than the one that is asked; `live`: it is asked for again and again.
 * @typedef {{changed: Date | null, error: Error | null, outdated: boolean, live: boolean}} Freshness
 */

/**
 * What was asked for, a way to ask again, and how fresh it is.
 * @template T
 * @typedef {[Resource<T>, () => void, Freshness]} Asked
 */

const kPause = 3000;  // ms between questions, unless told otherwise
const kLongestPause = 30_000;  // after failures, each of which doubles it

/**
 * Loads when `key`, the question, changes; when `version`, what there is to know, changes; on `reload()`; and, where
 * `live`, again and again while the page is seen. `live` is given the value, null where there is none. An answer that is
 * no longer wanted is dropped. A value stays while its successor of the same `group` is loaded or cannot be loaded, so
 * that nothing jumps; where that answers another question, it is `outdated`. `load` should give the same object while
 * nothing has changed: then nothing is drawn anew. While `idle`, nothing is asked for.
 * @template T
 * @param {string} key
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {{group?: string, version?: string, live?: (value: T | null) => boolean, usualPause?: number, idle?: boolean}} [options]
 * @returns {Asked<T>}
 */
export function useResource(key, load, { group = key, version = "", live = never, usualPause = kPause, idle = false } = {}) {
  /** @type {Held<T>} */
  const nothing = { group, key, resource: { state: "loading" }, changed: null, error: null };
  const [held, setHeld] = useState(nothing);
  const [attempt, setAttempt] = useState(0);
  const here = held.group === group ? held : nothing;
  const isLive = live(here.resource.state === "ready" ? here.resource.value : null);
  const following = useRef({ wanted: isLive, goOn: () => {} });
  following.current.wanted = isLive;
  useEffect(() => {
    if (idle) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const asking = { now: false };
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    let pause = usualPause;
    /** @param {T} value */
    const succeed = (value) => {
      pause = usualPause;
      setHeld((before) => afterValue(before, group, key, value));
    };
    /** @param {Error} error */
    const fail = (error) => {
      pause = Math.min(2 * pause, kLongestPause);
      setHeld((before) => afterError(before, group, key, error));
    };
    const ask = () => {
      asking.now = true;
      load(signal).then((value) => signal.aborted || succeed(value), (error) => signal.aborted || fail(error)).then(() => {
        asking.now = false;
        goOn();
      });
    };
    // Whether anything is to follow is known at the end of the pause: the value that tells has been drawn by then.
    const goOn = () => {
      if (signal.aborted || asking.now) return;
      clearTimeout(timer);
      timer = setTimeout(askIfSeen, pause);
    };
    // A page in the background asks when it comes back.
    let due = false;
    const askIfSeen = () => {
      due = document.hidden;
      if (!due && following.current.wanted) ask();
    };
    const seen = () => {
      if (due) askIfSeen();
    };
    following.current.goOn = goOn;
    setHeld((before) => atStart(before, nothing));
    ask();
    document.addEventListener("visibilitychange", seen);
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [key, group, version, attempt, usualPause, idle]);
  useEffect(() => {
    if (isLive) following.current.goOn();
  }, [isLive]);
  const reload = useCallback(() => setAttempt((n) => n + 1), []);
  const outdated = here.resource.state === "ready" && here.key !== key;
  return [here.resource, reload, { changed: here.changed, error: here.error, outdated, live: isLive }];
}

const never = () => false;

/**
 * `key`: the question that the value answers.
 * @template T
 * @typedef {{group: string, key: string, resource: Resource<T>, changed: Date | null, error: Error | null}} Held
 */

/**
 * What is held when a question is asked: what there is of its group, without the failure of an earlier one.
 * @template T
 * @param {Held<T>} before @param {Held<T>} nothing @returns {Held<T>}
 */
export function atStart(before, nothing) {
  if (before.group !== nothing.group || before.resource.state !== "ready") return nothing;
  return before.error === null ? before : { ...before, error: null };
}

/**
 * The same object where there is nothing new to draw.
 * @template T
 * @param {Held<T>} before @param {string} group @param {string} key @param {T} value @returns {Held<T>}
 */
export function afterValue(before, group, key, value) {
  const { resource } = before;
  const same = before.group === group && resource.state === "ready" && resource.value === value;
  if (same && before.key === key && before.error === null) return before;
  const changed = same ? before.changed : before.group === group && before.key === key && resource.state === "ready" ? new Date() : null;
  return { group, key, resource: { state: "ready", value }, changed, error: null };
}

/**
 * A value that is there stays, and still answers its own question.
 * @template T
 * @param {Held<T>} before @param {string} group @param {string} key @param {Error} error @returns {Held<T>}
 */
export function afterError(before, group, key, error) {
  if (before.group === group && before.resource.state === "ready") return { ...before, error };
  return { group, key, resource: { state: "failed", error }, changed: null, error };
}
