// What is asked for anew when there are new data, but not each time.

import { useEffect, useRef, useState } from "preact/hooks";

export const kSectionPause = 10_000;  // ms between questions for a section that goes through all sessions

/**
 * The value, which changes no more often than once a pause: what takes the server long would be broken off by newer data
 * again and again, and never come.
 * @template T
 * @param {T} value @param {number} pause ms
 */
export function usePaced(value, pause) {
  const [paced, setPaced] = useState(value);
  const since = useRef(Date.now());
  useEffect(() => {
    if (value === paced) return undefined;
    const timer = setTimeout(() => {
      since.current = Date.now();
      setPaced(value);
    }, Math.max(0, since.current + pause - Date.now()));
    return () => clearTimeout(timer);
  }, [value, paced, pause]);
  return paced;
}
