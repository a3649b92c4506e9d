// Painted cells as a treemap: areas inside one another.
import { colour } from "./theme.js";

const FONT = 11;
const words = ({ data: cell }) => cell.words;

const boxed = (cell) => ({
  ...cell,
  itemStyle: {
    color: cell.paint,
    // A directory is its frame: the border of all that is in it, and the ground of its name.
    borderColor: colour(cell.chosen ? "link" : cell.children.length ? "faint" : "surface"),
  },
  children: cell.children.map(boxed),
});

/** A treemap that fills its place, and leaves presses to whoever made it. */
export const filling = {
  type: "treemap",
  left: 0,
  right: 0,
  top: 0,
  bottom: 0,
  roam: false,
  nodeClick: false,
  breadcrumb: { show: false },
};

export const treemap = (root) => ({
  ...filling,
  data: root.children.map(boxed),
  label: { formatter: words, color: colour("text"), fontSize: FONT, overflow: "truncate", padding: [2, 3] },
  upperLabel: { show: true, formatter: words, height: 17, color: colour("text"), fontSize: FONT, padding: [0, 3] },
  itemStyle: { borderWidth: 1, gapWidth: 1, borderColor: colour("surface") },
  emphasis: { upperLabel: { show: true } },
  levels: [{ upperLabel: { show: false }, itemStyle: { borderWidth: 0, borderColor: colour("surface") } }, {}, {}, {}],
});
