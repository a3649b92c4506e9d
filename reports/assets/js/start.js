// Tables at once; charts once the page has been painted.
import { startCourses } from "./course.js";
import { startFlow } from "./flow.js";
import { startMap } from "./map.js";
import { startOwners } from "./owners.js";
import { startStacks } from "./stacks.js";
import { startTables } from "./tables.js";
import { startTimeline } from "./timeline.js";

const charts = () => {
  startTimeline();
  startMap();
  startFlow();
  startOwners();
  startStacks();
  startCourses();
  document.documentElement.dataset.ready = "";
};

startTables();
requestAnimationFrame(() => setTimeout(charts));
