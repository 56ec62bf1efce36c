import { html } from "htm/preact";
import { isShared } from "./embedded.js";
import { definitionPath, kOverviewPath, useRoute } from "./router.js";
import { DefinitionsView } from "./views/definitions.js";
import { ExperimentView } from "./views/experiment.js";
import { OverviewView } from "./views/overview.js";
import { Logo } from "./views/parts/icons.js";
import { UnitLookup } from "./views/unit/lookup.js";
import { Notice } from "./views/parts/states.js";
import { UnitView } from "./views/unit.js";

export function App() {
  const route = useRoute();
  return html`
    <a class="skip-link" href="#content">Skip to the content</a>
    <header class="site-header">
      <div class="container">
        <a class="brand" href=${kOverviewPath}><${Logo} /> Crossfade</a>
        <span class="brand-note">experiments on recommenders</span>
        ${!isShared && html`<${UnitLookup} />`}
      </div>
    </header>
    <main id="content" class="container" tabindex="-1">${viewOf(route)}</main>
    <footer class="container site-footer">
      <a href=${kOverviewPath}>All experiments</a>
      <a href=${definitionPath("")}>Definitions</a>
      ${!isShared && html`<a href="/api/v1/experiments">The same as JSON</a>`}
    </footer>
  `;
}

/** @param {import("./address.js").Route} route */
function viewOf(route) {
  switch (route.view) {
    case "overview":
      return html`<${OverviewView} />`;
    case "experiment":
      return html`<${ExperimentView} key=${route.key} experiment=${route.key} />`;
    case "definitions":
      return html`<${DefinitionsView} />`;
    case "unit":
      return html`<${UnitView} key=${route.unit} unit=${route.unit} />`;
    case "unknown":
      return html`<${Notice} title="There is no such page">
        <p>The address may be cut off. <a href=${kOverviewPath}>See all experiments</a>.</p>
      <//>`;
  }
}
