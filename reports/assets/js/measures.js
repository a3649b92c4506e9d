// What the map can be sized by, and what it can be coloured by. A diff has one of each.
import { data } from "./data.js";
import { isDark } from "./theme.js";
import { tone } from "./chart.js";
import { KINDS, kindOf } from "./kinds.js";
import { children, end, rolledUp } from "./tree.js";

const tree = data.tree;
// A report numbers its layers, a diff has words for them: the address has either as text.
const layers = new Map((data.layers ?? []).map((layer) => [String(layer.index), layer]));

/** Words for a layer: its number, and what made it. */
export const layerWords = (index) => {
  const instruction = layers.get(String(index))?.instruction;
  const name = `layer ${index}`.replace("layer old", "old layer ");
  return instruction ? `${name}: ${instruction}` : name;
};

/** Weights by layer, each worked out once. */
const remembered = (weigh) => {
  const known = new Map();
  return (layer) => {
    if (!known.has(layer)) known.set(layer, weigh(layer));
    return known.get(layer);
  };
};

/** What the parts of all layers or of one weigh, each at its own place. */
const own = (parts, column, layer) => {
  const sums = new Float64Array(tree.name.length);
  parts.path.forEach((place, item) => {
    if (layer === "" || String(parts.layer[item]) === layer) sums[place] += column[item] ?? 0;
  });
  return sums;
};

const summed = (label, column) => ({ label, of: remembered((layer) => rolledUp(own(tree, column, layer))) });

const ofReport = () => ({
  file_bytes: summed("Bytes a container sees", tree.seen),
  ...(tree.pull && { pull_bytes: summed("Bytes in a pull", tree.pull) }),
  waste: summed("Wasted bytes", tree.waste),
});

/** Diffs saved before version 1.3 of their form do not say which layer is to blame. */
export const knowsLayers = data.kind !== "diff" || Boolean(tree?.parts);

const growthOf = (name) =>
  remembered((layer) => (layer === "" || !knowsLayers ? tree[name] : rolledUp(own(tree.parts, tree.parts[name], layer))));
const grown = growthOf("grew");
const shrunk = growthOf("shrank");

const ofDiff = () => ({
  change: { label: "Growth and loss", of: remembered((layer) => grown(layer).map((each, at) => each + shrunk(layer)[at])) },
  grew: { label: "Growth only", of: grown },
  shrank: { label: "Loss only", of: shrunk },
});

export const MEASURES = data.tree ? (data.kind === "diff" ? ofDiff() : ofReport()) : {};

/** For each item of a subtree's parts: its layer and the bytes that the measure counts. Parts stand in the tree's order. */
export const layersOf = (place, measure, layer) => {
  const column = { file_bytes: tree.seen, pull_bytes: tree.pull, waste: tree.waste }[measure];
  const sums = new Map();
  for (let item = firstPart(place); item < tree.path.length && tree.path[item] < end[place]; item += 1) {
    const index = tree.layer[item];
    const count = column[item] ?? 0;
    if (count && (layer === "" || index === Number(layer))) sums.set(index, (sums.get(index) ?? 0) + count);
  }
  return [...sums].sort((a, b) => b[1] - a[1]);
};

const firstPart = (place) => {
  let low = 0;
  let high = tree.path.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tree.path[middle] < place) low = middle + 1;
    else high = middle;
  }
  return low;
};

const NOTHING = { name: "no bytes", tone: -1 };
const shade = (nth) => (nth < 0 ? (isDark() ? "hsl(215, 8%, 28%)" : "hsl(215, 12%, 86%)") : tone(nth));

const byLayer = (place, measure, layer) => {
  const most = layersOf(place, measure, layer)[0];
  return most ? { name: layerWords(most[0]), tone: most[0] } : NOTHING;
};

const byOrigin = (place, measure, layer) => {
  const sums = { own: 0, inherited: 0 };
  for (const [index, count] of layersOf(place, measure, layer)) sums[layers.get(String(index))?.origin ?? "own"] += count;
  return sums.inherited > sums.own ? { name: "inherited", tone: 4 } : { name: "own", tone: 0 };
};

const byPackage = (place) => {
  const owner = tree.package[place];
  return owner === null ? { name: "no package, or several", tone: -1 } : { name: tree.packages[owner], tone: owner };
};

/** Of a directory the kind that most bytes of what is known in it have. */
const byKind = (place, measure) => {
  const weights = MEASURES[measure].of("");
  const sums = new Map();
  for (let at = place; at < end[place]; at += 1) {
    const kind = kindOf(tree.name[at]);
    if (!children[at].length) sums.set(kind, (sums.get(kind) ?? 0) + weights[at]);
  }
  const kind = [...sums].sort((a, b) => b[1] - a[1])[0][0];
  return { name: kind, tone: kind === "other" ? -1 : KINDS.indexOf(kind) };
};

const byGrowth = (place, measure, layer) => {
  const grew = grown(layer)[place];
  const shrank = shrunk(layer)[place];
  if (grew && shrank) return { name: grew > shrank ? "grew, with losses" : "shrank, with growth", mixed: true, up: grew > shrank };
  return { name: grew ? "grew" : "shrank", up: grew > 0 };
};

const diverging = ({ up, mixed }) => {
  const hue = up ? 14 : 212;
  return isDark() ? `hsl(${hue}, ${mixed ? 28 : 55}%, 30%)` : `hsl(${hue}, ${mixed ? 35 : 75}%, ${mixed ? 88 : 80}%)`;
};

export const COLOURS =
  data.kind === "diff"
    ? { growth: { label: "Growth and loss", of: byGrowth } }
    : {
        layer: { label: "Layer", of: byLayer },
        ...([...layers.values()].some((layer) => layer.origin) && {
          origin: { label: "Own or inherited", of: byOrigin },
        }),
        ...(tree?.packages.length && { package: { label: "Package", of: byPackage } }),
        kind: { label: "Kind, by the name", of: byKind },
      };

export const paint = (found) => (data.kind === "diff" ? diverging(found) : shade(found.tone));
