// Two stacks of layers, the old one to the left, the new one to the right, and what became of which.
import { chart } from "./chart.js";
import { data } from "./data.js";
import { element, find } from "./dom.js";
import { bytes } from "./format.js";
import { change, follow, state } from "./state.js";
import { colour } from "./theme.js";

const GAP = 15; // between layers: the names of two flat ones stay apart
const THINNEST = 1 / 150; // of a stack: layers without bytes are layers too
const SIDE = 92; // pixels that a number and bytes need
const ROOMY = 700; // pixels that have room for instructions
const COLOURS = { same: "edge", changed: "overwritten", moved: "removed", inserted: "repeated", removed: "recopied" };

const pairs = data.kind === "diff" ? data.layers : [];
const sum = (side) => pairs.reduce((total, pair) => total + (pair[side]?.bytes ?? 0), 0);
const least = Math.max(sum("old"), sum("new"), 1) * THINNEST;
const thickness = (pair, side) => Math.max(pair[side].bytes, least);
const isChosen = (pair) => state.layer === pair.index;
const isDimmed = (pair) => state.layer !== "" && !isChosen(pair);
const painted = (pair) => colour(Object.hasOwn(COLOURS, pair.status) ? COLOURS[pair.status] : "edge");
const name = (pair, side) => `${side} ${pair[side].layer}`;

const words = (pair) => {
  const sides = ["old", "new"].filter((side) => pair[side]).map((side) => `${name(pair, side)}: ${bytes(pair[side].bytes)}`);
  return [pair.status, ...sides, pair.instruction].join("\n");
};

/** The layers of a side, the lowest first, each once: a damaged diff may name one twice. */
const layersOf = (side) => {
  const found = new Map(pairs.filter((pair) => pair[side]).map((pair) => [pair[side].layer, pair]));
  return [...found.values()].sort((a, b) => a[side].layer - b[side].layer);
};

const nodes = (side, room) =>
  layersOf(side).map((pair) => ({
    name: name(pair, side),
    pair,
    depth: side === "old" ? 0 : 1,
    value: thickness(pair, side),
    itemStyle: { color: painted(pair), opacity: isDimmed(pair) ? 0.2 : 1 },
    label: {
      position: side === "old" ? "left" : "right",
      formatter: `${pair[side].layer}  ${bytes(pair[side].bytes)}${room && side === "new" ? `  ${pair.instruction}` : ""}`,
      opacity: isDimmed(pair) ? 0.3 : 1,
    },
  }));

const links = () =>
  pairs
    .filter((pair) => pair.old && pair.new)
    .map((pair) => ({
      source: name(pair, "old"),
      target: name(pair, "new"),
      pair,
      value: Math.min(thickness(pair, "old"), thickness(pair, "new")),
      lineStyle: { color: painted(pair), opacity: isDimmed(pair) ? 0.05 : 0.35 },
    }));

const options = () => {
  const width = find("stacks-chart").clientWidth;
  const room = width > ROOMY;
  const right = room ? width / 2 : SIDE;
  return {
    tooltip: { formatter: ({ data: item }) => words(item.pair) },
    series: {
      type: "sankey",
      left: SIDE,
      right,
      top: 8,
      bottom: 8,
      nodeGap: GAP,
      nodeWidth: 14,
      draggable: false,
      layoutIterations: 0, // layers stand in their order, whatever crosses
      emphasis: { focus: "adjacency" },
      label: { color: colour("text"), fontSize: 12, width: right - 12, overflow: "truncate" },
      nodes: [...nodes("old", room), ...nodes("new", room)],
      links: links(),
    },
  };
};

const legend = () => {
  const present = Object.keys(COLOURS).filter((status) => pairs.some((pair) => pair.status === status));
  return present.map((status) => {
    const swatch = element("span", { className: "swatch" });
    swatch.style.background = `var(--${COLOURS[status]})`;
    return element("li", {}, swatch, status);
  });
};

export const startStacks = () => {
  if (pairs.length < 2) return;
  find("stacks").hidden = false;
  find("stacks-legend").replaceChildren(...legend());
  find("stacks-chart").style.height = `${Math.max(layersOf("old").length, layersOf("new").length) * GAP + 200}px`;
  const press = ({ data: item }) => change({ layer: isChosen(item.pair) ? "" : item.pair.index });
  const draw = chart("stacks-chart", options, { press });
  let drawn = state.layer;
  follow(() => {
    if (drawn !== state.layer) draw();
    drawn = state.layer;
  });
};
