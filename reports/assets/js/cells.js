// Which cells a map shows: what is in a directory, and in those in it, with small things put together.
import { children, paths } from "./tree.js";

const SMALLEST = 1 / 400; // of the whole picture: below it a name can be read no more
const MOST = 40;
const DEPTH = 3;

/** The children of a place with weight, the heaviest first, and what the rest of them and of what is left out weighs. */
export const parted = (place, weights, most, smallest = 0) => {
  const sorted = children[place].filter((child) => weights[child] > 0).sort((a, b) => weights[b] - weights[a]);
  const shown = sorted.filter((child) => weights[child] >= smallest).slice(0, most);
  const rest = weights[place] - shown.reduce((sum, child) => sum + weights[child], 0);
  return { shown, rest, hidden: sorted.length - shown.length };
};

/** Cells below a place, as deep as a picture tells: `{ place, weight, cells }`; the rest of a place has its negative. */
export const cellsOf = (place, weights, depth = DEPTH, whole = weights[place]) => {
  if (!depth) return [];
  const { shown, rest } = parted(place, weights, MOST, whole * SMALLEST);
  const cells = shown.map((child) => ({
    place: child,
    name: paths[child],
    weight: weights[child],
    cells: weights[child] > 8 * SMALLEST * whole ? cellsOf(child, weights, depth - 1, whole) : [],
  }));
  if (rest > 0 && cells.length) cells.push({ place, name: "", weight: rest, cells: [], rest: true });
  return cells;
};
