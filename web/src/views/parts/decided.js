import { html } from "htm/preact";

/**
 * What a stopped experiment has led to, as its configuration says; that it has led to nothing, too.
 * @param {{status: string, decided: import("../../types/report.js").Decided | null | undefined}} props
 */
export function DecidedNote({ status, decided }) {
  if (status !== "stopped" || decided === undefined) return null;  // an older answer does not say
  if (decided === null)
    return html`<span class="minor">Stopped without a decision: listeners get again what they got before it.</span>`;
  const { variant, on, why, learned } = decided;
  return html`<span class="minor">Decided on ${on}: listeners get <strong>${variant}</strong>.${why && ` ${why}`}${learned
    && ` Learned: ${learned}`}</span>`;
}
