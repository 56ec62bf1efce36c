// Everything that needs Observable Plot, which is most of the page's weight: a bundle of its own, loaded when a chart is
// to be drawn.
export { plotDays } from "./days.js";
export { plotForest } from "./forest.js";
export { plotHistogram } from "./histogram.js";
export { plotLines } from "./lines.js";
export { plotQuantiles } from "./quantiles.js";
export { plotTimeline } from "./timeline.js";
