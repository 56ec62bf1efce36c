import { html } from "htm/preact";

// Shapes differ, so that a tone is never told by its colour alone.
/** @type {Record<import("../../words.js").Tone | "warning", import("preact").VNode>} */
const kShapes = {
  good: html`<path d="M4.5 10.5l3.5 3.5 7.5-8" />`,
  bad: html`<path d="M5 5l10 10M15 5L5 15" />`,
  alarm: html`<path d="M10 3.5l7.5 13h-15z" /><path d="M10 8.5v3.5M10 14.2v.1" />`,
  warning: html`<path d="M10 3.5l7.5 13h-15z" /><path d="M10 8.5v3.5M10 14.2v.1" />`,
  neutral: html`<path d="M4.5 7.5h11M4.5 12.5h11" />`,
  waiting: html`<circle cx="10" cy="10" r="7" /><path d="M10 6v4.2l2.8 1.8" />`,
};

/** @param {{tone: keyof typeof kShapes}} props */
export function ToneIcon({ tone }) {
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">${kShapes[tone]}</svg>`;
}

export function Logo() {
  return html`<svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" />
    <path class="falling" d="M5 8C15 8 17 24 27 24" />
    <path class="rising" d="M5 24C15 24 17 8 27 8" />
  </svg>`;
}
