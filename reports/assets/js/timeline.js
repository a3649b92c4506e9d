// The layers as the build made them: the bytes of each, class by class, and where the parent image ends.
import { chart } from "./chart.js";
import { data } from "./data.js";
import { find } from "./dom.js";
import { bytes } from "./format.js";
import { layerWords } from "./measures.js";
import { change, follow, state } from "./state.js";
import { colour } from "./theme.js";

const layers = data.kind === "report" ? data.layers : [];
const boundary = () => layers.findIndex((layer) => layer.origin === "own");

/** A line between two columns. An axis of categories rounds to the middle of one, so the line has an axis of its own. */
const boundaryMark = () => ({
  name: "boundary",
  type: "bar",
  xAxisIndex: 1,
  data: [],
  markLine: {
    silent: true,
    symbol: "none",
    lineStyle: { color: colour("text"), type: "dashed" },
    label: { formatter: "own from here", color: colour("text"), position: "end" },
    data: [{ xAxis: boundary() }],
  },
});

const columns = () => ({
  type: "category",
  data: layers.map((layer) => String(layer.index)),
  axisLabel: { color: colour("muted") },
  axisTick: { show: false },
  axisLine: { lineStyle: { color: colour("line") } },
});

const edges = () => ({ type: "value", min: 0, max: layers.length, show: false, axisPointer: { show: false } });

const bars = (kind, at) => ({
  name: kind,
  type: "bar",
  stack: "ledger",
  barCategoryGap: "20%",
  barMinHeight: 1,
  data: layers.map((layer) => ({
    value: layer.ledger[at] || null, // which has no least height
    itemStyle: { opacity: state.layer === "" || Number(state.layer) === layer.index ? 1 : 0.25 },
  })),
  itemStyle: { color: colour(kind) },
});

const tooltip = (items) => {
  const layer = layers[items[0].dataIndex];
  const classes = items.filter((item) => item.value).map((item) => `${item.seriesName}  ${bytes(item.value)}`);
  return [layerWords(layer.index), ...(layer.origin ? [layer.origin] : []), ...classes].join("\n");
};

const options = () => ({
  grid: { left: 8, right: 8, top: 28, bottom: 4, containLabel: true },
  tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: tooltip },
  xAxis: [columns(), edges()],
  yAxis: {
    type: "value",
    axisLabel: { color: colour("muted"), formatter: bytes },
    splitLine: { lineStyle: { color: colour("line") } },
  },
  series: [...data.classes.map(bars), ...(boundary() > 0 ? [boundaryMark()] : [])],
});

const toggled = (index) => (Number(state.layer) === index && state.layer !== "" ? "" : String(index));

export const startTimeline = () => {
  if (layers.length < 2) return;
  find("timeline").hidden = false;
  // A layer with few bytes has a bar that nobody hits.
  const pressColumn = (at) => change({ layer: toggled(layers[at].index) });
  const draw = chart("timeline-chart", options, { pressColumn });
  let drawn = state.layer;
  follow(() => {
    if (drawn !== state.layer) draw();
    drawn = state.layer;
  });
};
