import { html } from "htm/preact";
import { goTo, unitPath } from "../../router.js";

/** Leads to a listener's page. */
export function UnitLookup() {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const unit = String(new FormData(form).get("unit") ?? "").trim();
    if (unit === "") return;
    form.reset();
    goTo(unitPath(unit));
  };
  return html`<form class="lookup" aria-label="Listeners" onSubmit=${submit}>
    <input type="search" name="unit" aria-label="Look up a listener" placeholder="Listener" autocomplete="off" required />
    <button type="submit" class="secondary">Look up</button>
  </form>`;
}
