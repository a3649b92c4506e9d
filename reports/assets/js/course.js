// How a figure went from run to run: a chart for each image, a point for each run.
import { chart } from "./chart.js";
import { data } from "./data.js";
import { find } from "./dom.js";
import { bytes, grouped, percent } from "./format.js";
import { colour } from "./theme.js";

const AMOUNTS = { bytes: (value) => bytes(Math.round(value)), share: percent, count: (value) => grouped(Math.round(value)) };
const VERDICTS = { failed: "recopied", warned: "overwritten" };
const DOTS = 200; // more would be a line of dots

const verdictColour = (verdict) => colour(Object.hasOwn(VERDICTS, verdict) ? VERDICTS[verdict] : "visible");

const point = (run, shown) => ({
  value: run.value,
  run,
  symbol: shown || run.verdict !== "passed" || run.jump ? "circle" : "none",
  itemStyle: { color: verdictColour(run.verdict) },
  // Above the line that comes, and beside the one that goes.
  label: { show: Boolean(run.jump), formatter: run.jump ?? "", align: run.jump?.startsWith("-") ? "left" : "right" },
});

const words = (amount) => (items) => {
  const { run } = items[0].data;
  return [run.day, run.image, ...(run.commit ? [run.commit] : []), `${amount(run.value)}  ${run.change}`, run.verdict].join("\n");
};

const options = (runs, amount) => () => ({
  grid: { left: 8, right: 24, top: 16, bottom: 4, containLabel: true },
  tooltip: { trigger: "axis", formatter: words(amount) },
  xAxis: {
    type: "category",
    data: runs.map((run) => run.day),
    axisLabel: { color: colour("muted"), hideOverlap: true },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colour("line") } },
  },
  yAxis: {
    type: "value",
    scale: true,
    minInterval: data.unit === "share" ? 0 : 1,
    axisLabel: { color: colour("muted"), formatter: amount },
    splitLine: { lineStyle: { color: colour("line") } },
  },
  series: {
    type: "line",
    symbolSize: 9,
    lineStyle: { color: colour("visible"), width: 2 },
    label: { position: "top", distance: 8, color: colour("text"), fontSize: 12 },
    data: runs.map((run) => point(run, runs.length <= DOTS)),
  },
});

export const startCourses = () => {
  if (data.kind !== "trend") return;
  data.series.forEach((runs, at) => {
    if (!runs.length) return;
    find(`course-${at}`).hidden = false;
    chart(`course-chart-${at}`, options(runs, AMOUNTS[data.unit]), {});
  });
};
