import { useCallback } from "preact/hooks";
import { cancelSimulation, fetchLab, startSimulation } from "./api.js";
import { isShared } from "./embedded.js";
import { isSimulating } from "./lab_model.js";
import { useResource } from "./resource.js";

/** @typedef {import("./types/lab.js").Lab} Lab */

const kPause = 1000;  // ms between questions while a simulation runs

/** @param {Lab | null} lab */
const follows = (lab) => lab !== null && isSimulating(lab);

/**
 * The lab of this server; null where it is none, or not known yet. Asked once, and each second while it simulates.
 * While `idle`, not even that.
 * @param {{idle?: boolean}} [options]
 * @returns {{lab: import("./types/lab.js").OpenLab | null, start: (wanted: Record<string, unknown>) => Promise<void>,
 *   cancel: () => Promise<void>}}
 */
export function useLab({ idle = false } = {}) {
  const [resource, reload] = useResource("lab", fetchLab, { live: follows, usualPause: kPause, idle: idle || isShared });
  const start = useCallback(async (/** @type {Record<string, unknown>} */ wanted) => {
    await startSimulation(wanted);
    reload();
  }, [reload]);
  const cancel = useCallback(async () => {
    await cancelSimulation();
    reload();
  }, [reload]);
  const lab = resource.state === "ready" && resource.value.enabled ? resource.value : null;
  return { lab, start, cancel };
}
