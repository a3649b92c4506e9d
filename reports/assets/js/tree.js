// The tree of paths, from the columns of the data block. A subtree is a range of places: `place` up to `end[place]`.
import { data } from "./data.js";

const columns = data.tree;
const count = columns ? columns.name.length : 0;

export const children = Array.from({ length: count }, () => []);
export const end = new Int32Array(count);
export const paths = new Array(count);
const places = new Map();

for (let place = 0; place < count; place += 1) {
  const parent = columns.parent[place];
  paths[place] = parent > 0 ? `${paths[parent]}/${columns.name[place]}` : columns.name[place];
  if (parent >= 0) children[parent].push(place);
  if (!places.has(paths[place])) places.set(paths[place], place);
}
for (let place = count - 1; place >= 0; place -= 1) {
  end[place] = Math.max(end[place], place + 1);
  const parent = columns.parent[place];
  if (parent >= 0) end[parent] = Math.max(end[parent], end[place]);
}

export const parentOf = (place) => columns.parent[place];

/** The place of a path; the closest directory above it where the tree leaves it out. */
export const placeOf = (path) => {
  for (let tried = path; tried; tried = tried.includes("/") ? tried.slice(0, tried.lastIndexOf("/")) : "") {
    if (places.has(tried)) return places.get(tried);
  }
  return 0;
};

/** The places from the root down to this one. */
export const trail = (place) => (place < 0 ? [] : [...trail(columns.parent[place]), place]);

/** Sums over whole subtrees of what each place has of its own. */
export const rolledUp = (own) => {
  const sums = Float64Array.from(own);
  for (let place = count - 1; place > 0; place -= 1) sums[columns.parent[place]] += sums[place];
  return sums;
};

/** Places whose path has all the words in it, at most so many, those with the most weight first. */
export const matches = (text, weights, most) => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [];
  for (let place = 1; place < count; place += 1) {
    const path = paths[place].toLowerCase();
    if (words.every((word) => path.includes(word))) found.push(place);
  }
  return found.sort((a, b) => weights[b] - weights[a]).slice(0, most);
};
