// Tables at once; charts once the page has been painted.
import { startFlow } from "./flow.js";
import { startMap } from "./map.js";
import { startTables } from "./tables.js";
import { startTimeline } from "./timeline.js";

const charts = () => {
  startTimeline();
  startMap();
  startFlow();
  document.documentElement.dataset.ready = "";
};

startTables();
requestAnimationFrame(() => setTimeout(charts));
