import { render } from "preact";
import { html } from "htm/preact";
import { askEarly, kExperimentsPath, resultsPath } from "./api.js";
import { App } from "./app.js";
import { controlsOf, resultsQuery } from "./controls.js";
import { routeOf } from "./router.js";

const route = routeOf(location.pathname);
if (route.view === "overview") askEarly(kExperimentsPath);
if (route.view === "experiment")
  askEarly(resultsPath(route.key, resultsQuery(controlsOf(new URLSearchParams(location.search)))));

const page = document.getElementById("page");
if (page) render(html`<${App} />`, page);
