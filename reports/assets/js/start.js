// Tables at once; charts once the page has been painted.
import { startFlow } from "./flow.js";
import { startMap } from "./map.js";
import { startStacks } from "./stacks.js";
import { startTables } from "./tables.js";
import { startTimeline } from "./timeline.js";

const charts = () => {
  startTimeline();
  startMap();
  startFlow();
  startStacks();
  document.documentElement.dataset.ready = "";
};

startTables();
requestAnimationFrame(() => setTimeout(charts));
