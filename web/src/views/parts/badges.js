import { html } from "htm/preact";
import { ToneIcon } from "./icons.js";

/** @param {{tone: import("../../words.js").Tone | "warning", children?: unknown}} props */
export function Badge({ tone, children }) {
  return html`<span class="badge tone-${tone}"><${ToneIcon} tone=${tone} />${children}</span>`;
}

/** @param {{status: string}} props "draft", "running", "stopped", "imported" */
export function StatusBadge({ status }) {
  return html`<span class="status status-${status}">${status}</span>`;
}
