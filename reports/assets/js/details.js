// All that is known of one place in the tree, in words.
import { data } from "./data.js";
import { button, element } from "./dom.js";
import { bytes, counted, exactBytes, grouped, signedBytes } from "./format.js";
import { MEASURES, layerWords, layersOf } from "./measures.js";
import { change } from "./state.js";
import { paths } from "./tree.js";

const tree = data.tree;
const LAYERS = 5;

const amount = (count) => element("data", { value: String(count), title: exactBytes(count) }, bytes(count));

const layerItems = (place) => {
  const sums = new Map();
  for (const measure of ["file_bytes", "waste"]) {
    for (const [index, count] of layersOf(place, measure, "")) sums.set(index, (sums.get(index) ?? 0) + count);
  }
  const sorted = [...sums].sort((a, b) => b[1] - a[1]);
  const items = sorted.slice(0, LAYERS).map(([index, count]) =>
    element(
      "li",
      {},
      button(layerWords(index), () => change({ layer: String(index) }), { title: "Show this layer only" }),
      " ",
      amount(count),
    ),
  );
  if (sorted.length > LAYERS) items.push(element("li", {}, `and ${counted(sorted.length - LAYERS, "more layer")}`));
  return items.length ? element("ul", {}, ...items) : null;
};

const ofReport = (place, weights) => {
  const owner = tree.package[place];
  return [
    ["Seen", amount(weights("file_bytes")[place])],
    tree.pull && ["In a pull", amount(Math.round(weights("pull_bytes")[place]))],
    ["Wasted", amount(weights("waste")[place])],
    ["Files", `${grouped(tree.files[place])} seen, ${grouped(tree.wasted[place])} wasted, empty ones not counted`],
    ["Stored by", layerItems(place)],
    ["Package", owner === null ? null : tree.packages[owner]],
    ["Digest", tree.digest[place] ? element("code", {}, `sha256:${tree.digest[place]}`) : null],
  ];
};

const ofDiff = (place) => [
  ["Together", signedBytes(tree.grew[place] - tree.shrank[place])],
  ["Grew by", amount(tree.grew[place])],
  ["Shrank by", amount(tree.shrank[place])],
  ["Files", grouped(tree.paths[place])],
  ["Change", tree.change[place]],
];

/** A list of terms: everything at and below this place, whatever is filtered. */
export const detailsOf = (place) => {
  const weights = (measure) => MEASURES[measure].of("");
  const rows = [
    ["Path", element("code", {}, `/${paths[place]}`)],
    ...(data.kind === "diff" ? ofDiff(place) : ofReport(place, weights)),
  ];
  return rows
    .filter((row) => row && row[1] !== null && row[1] !== undefined)
    .flatMap(([term, said]) => [element("dt", {}, term), element("dd", {}, said)]);
};
