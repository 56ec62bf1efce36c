// Runs before the page is there, and asks what its first view will ask: the server needs its time, too.

import { routeOf } from "./address.js";
import { askEarly, kExperimentsPath, resultsPath } from "./api.js";
import { controlsOf, resultsQuery } from "./controls.js";

const route = routeOf(location.pathname);
if (route.view === "overview") askEarly(kExperimentsPath);
if (route.view === "experiment")
  askEarly(resultsPath(route.key, resultsQuery(controlsOf(new URLSearchParams(location.search)))));
