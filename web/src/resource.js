import { useCallback, useEffect, useState } from "preact/hooks";

/**
 * @template T
 * @typedef {{state: "loading"} | {state: "ready", value: T} | {state: "failed", error: Error}} Resource
 */

/**
 * Loads when `key` changes, and again on `reload()`; an answer that is no longer wanted is dropped.
 * @template T
 * @param {string} key
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @returns {[Resource<T>, () => void]}
 */
export function useResource(key, load) {
  /** @type {{key: string, resource: Resource<T>}} */
  const nothing = { key, resource: { state: "loading" } };
  const [held, setHeld] = useState(nothing);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    setHeld(nothing);
    load(controller.signal).then(
      (value) => setHeld({ key, resource: { state: "ready", value } }),
      (error) => controller.signal.aborted || setHeld({ key, resource: { state: "failed", error } }),
    );
    return () => controller.abort();
  }, [key, attempt]);
  const reload = useCallback(() => setAttempt((n) => n + 1), []);
  return [held.key === key ? held.resource : { state: "loading" }, reload];
}
