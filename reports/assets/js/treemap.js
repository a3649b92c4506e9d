// Painted cells as a treemap: areas inside one another.
import { colour } from "./theme.js";

const FONT = 11;
const LABELLED = 6000; // square pixels of a directory with room for its name and for what is in it
const words = ({ data: cell }) => cell.words;

/** A cell, where one of weight 1 has so many square pixels. */
const boxed = (cell, scale) => ({
  ...cell,
  upperLabel: { show: cell.value * scale >= LABELLED },
  itemStyle: {
    color: cell.paint,
    // A directory is its frame: the border of all that is in it, and the ground of its name.
    borderColor: colour(cell.chosen ? "link" : cell.children.length ? "faint" : "surface"),
  },
  children: cell.children.map((inner) => boxed(inner, scale)),
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

/** The treemap of what is in `root`, in a place of so many square pixels. */
export const treemap = (root, area) => ({
  ...filling,
  data: root.children.map((cell) => boxed(cell, area / root.value)),
  label: { formatter: words, color: colour("text"), fontSize: FONT, overflow: "truncate", padding: [2, 3] },
  upperLabel: { show: true, formatter: words, height: 17, color: colour("text"), fontSize: FONT, padding: [0, 3] },
  itemStyle: { borderWidth: 1, gapWidth: 1, borderColor: colour("surface") },
  emphasis: { upperLabel: { show: true } },
  levels: [{ upperLabel: { show: false }, itemStyle: { borderWidth: 0, borderColor: colour("surface") } }, {}, {}, {}],
});
