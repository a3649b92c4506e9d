// Which cells a map shows: what is in a directory, and in those in it, with small things put together.
import { children, parentOf, paths } from "./tree.js";

const SMALLEST = 1 / 400; // of the whole picture: below it a name can be read no more
const MOST = 40;
const DEPTH = 3;
const ALONE = 0.9; // of a directory: what takes more of it than that is no choice among many

/** The children of a place with weight, the heaviest first, and what the rest of them and of what is left out weighs. */
export const parted = (place, weights, most, smallest = 0) => {
  const sorted = children[place].filter((child) => weights[child] > 0).sort((a, b) => weights[b] - weights[a]);
  const shown = sorted.filter((child) => weights[child] >= smallest).slice(0, most);
  const rest = weights[place] - shown.reduce((sum, child) => sum + weights[child], 0);
  return { shown, rest, hidden: sorted.length - shown.length };
};

const inside = (child, weights, free, depth, whole) => {
  const isFree = free > 0 && weights[child] > ALONE * weights[parentOf(child)];
  return cellsOf(child, weights, isFree ? free - 1 : free, isFree ? depth : depth - 1, whole);
};

/**
 * Cells below a place, as deep as a picture tells: `{ place, name, weight, cells }`; what is left of a place is a cell
 * with its place, and `rest`. As many directories as are `free`, which have nearly all of the one above, cost no depth.
 */
export const cellsOf = (place, weights, free, depth = DEPTH, whole = weights[place]) => {
  if (!depth) return [];
  const { shown, rest } = parted(place, weights, MOST, whole * SMALLEST);
  const cells = shown.map((child) => ({
    place: child,
    name: paths[child],
    weight: weights[child],
    cells: weights[child] > 8 * SMALLEST * whole ? inside(child, weights, free, depth, whole) : [],
  }));
  if (rest > 0 && cells.length) cells.push({ place, name: "", weight: rest, cells: [], rest: true });
  return cells;
};
