// Which layer made which layer's bytes waste: from the layers that hold them to those that put them out of sight.
import { chart, tone } from "./chart.js";
import { data } from "./data.js";
import { find } from "./dom.js";
import { bytes, counted } from "./format.js";
import { layerWords } from "./measures.js";
import { change, follow, state } from "./state.js";
import { colour } from "./theme.js";

const MOST = 40;
const GAP = 15; // between nodes: the names of two flat ones stay apart
const flows = (data.flows ?? []).slice(0, MOST);
const concerns = (flow) => state.layer === "" || [flow.held_by, flow.caused_by].includes(Number(state.layer));

const nodes = (side, words) =>
  [...new Set(flows.map((flow) => flow[side]))].sort((a, b) => a - b).map((index) => ({
    name: `${words} ${index}`,
    layer: index,
    itemStyle: { color: tone(index, 60), borderColor: colour("muted") },
  }));

const options = () => ({
  tooltip: {
    formatter: ({ dataType, data: item, value }) =>
      dataType === "edge"
        ? `${bytes(value)}, ${counted(item.files, "file")}\nheld by ${layerWords(item.held)}\nput out of sight by ${layerWords(item.caused)}`
        : `${item.name}: ${bytes(value)}\n${layerWords(item.layer)}`,
  },
  series: {
    type: "sankey",
    left: 4,
    right: 96,
    top: 8,
    bottom: 8,
    nodeGap: GAP,
    nodeWidth: 14,
    draggable: false,
    layoutIterations: 0, // the order of the layers says more than fewer crossings
    emphasis: { focus: "adjacency" },
    label: { color: colour("text"), fontSize: 12 },
    lineStyle: { color: "source", opacity: 0.7 },
    nodes: [...nodes("held_by", "held by"), ...nodes("caused_by", "caused by")],
    links: flows.map((flow) => ({
      source: `held by ${flow.held_by}`,
      target: `caused by ${flow.caused_by}`,
      value: flow.bytes,
      files: flow.files,
      held: flow.held_by,
      caused: flow.caused_by,
      lineStyle: { opacity: concerns(flow) ? 0.7 : 0.08 },
    })),
  },
});

/** As high as the names of one side need, and room for the bytes. */
const height = () => Math.max(nodes("held_by", "").length, nodes("caused_by", "").length) * GAP + 200;

export const startFlow = () => {
  if (!flows.length) return;
  find("flow").hidden = false;
  find("flow-chart").style.height = `${height()}px`;
  const press = ({ data: item }) => change({ layer: String(item.layer ?? item.held) });
  const draw = chart("flow-chart", options, { press });
  let drawn = state.layer;
  follow(() => {
    if (drawn !== state.layer) draw();
    drawn = state.layer;
  });
};
