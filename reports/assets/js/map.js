// The map of the root filesystem: a picture, and beside it the same as a list that keys and screen readers can use.
import { cellsOf, parted } from "./cells.js";
import { chart } from "./chart.js";
import { data } from "./data.js";
import { detailsOf } from "./details.js";
import { button, element, find } from "./dom.js";
import { bytes, counted, exactBytes, share } from "./format.js";
import { icicle } from "./icicle.js";
import { COLOURS, MEASURES, knowsLayers, layerWords, paint } from "./measures.js";
import { change, follow, restrict, state } from "./state.js";
import { colour } from "./theme.js";
import { children, matches, parentOf, paths, placeOf, trail } from "./tree.js";
import { treemap } from "./treemap.js";

// In an icicle each step down is a column, and all columns have one width: none is free.
const VIEWS = { treemap: { label: "Treemap", of: treemap, free: 5 }, icicle: { label: "Icicle", of: icicle, free: 0 } };
const LISTED = 14;
const FOUND = 20;

const first = (options) => Object.keys(options)[0];
const oneOf = (options) => (value) => (Object.hasOwn(options, value) ? value : "");
const bytesAt = (place, measure, layer) => MEASURES[measure].of(layer)[place];

/** The first size that the chosen place has any of in the layer: a removed file has wasted bytes alone. */
const fitting = () => Object.keys(MEASURES).find((measure) => bytesAt(chosen(), measure, state.layer) > 0) ?? first(MEASURES);
const size = () => state.size || fitting();
const paintedBy = () => state.colour || first(COLOURS);
const view = () => state.view || first(VIEWS);
const weights = () => MEASURES[size()].of(state.layer);
const title = (place) => (place ? `/${paths[place]}` : "/");
const chosen = () => placeOf(state.path);
const shown = () => (children[chosen()].length || !chosen() ? chosen() : parentOf(chosen()));
const area = () => find("map-chart").clientWidth * find("map-chart").clientHeight;
const open = (place) => change({ path: paths[place] });

/** A cell with all that a picture and its tooltip say of it; `names` gathers what the colours mean. */
const painted = (cell, names) => {
  const found = cell.rest ? null : COLOURS[paintedBy()].of(cell.place, size(), state.layer);
  if (found && (view() === "icicle" || !cell.cells.length)) names.set(found.name, paint(found));
  return {
    // ECharts has names for keys, and a file may be called __proto__.
    name: `${cell.rest ? "rest of " : ""}${cell.place}`,
    words: cell.rest ? "…" : cell.name.split("/").at(-1) || "/",
    value: cell.weight,
    place: cell.place,
    leads: cell.place,
    path: cell.name,
    told: found ? found.name : "smaller things together",
    paint: cell.rest ? colour("faint") : paint(found),
    chosen: cell.place === chosen() && !cell.rest,
    children: cell.cells.map((inner) => painted(inner, names)),
  };
};

const picture = () => {
  const sums = weights();
  const names = new Map();
  const place = shown();
  const whole = painted({ place, name: paths[place], weight: sums[place], cells: cellsOf(place, sums, VIEWS[view()].free) }, names);
  legend(names);
  return {
    tooltip: {
      formatter: ({ data: cell }) =>
        cell?.place === undefined
          ? ""
          : `${title(cell.place)}${cell.words === "…" ? "/…" : ""}\n${bytes(Math.round(cell.value))}, ` +
            `${share(cell.value, sums[0])} of all\n${cell.told}`,
    },
    // What stands for the directory itself leads out of it.
    series: VIEWS[view()].of({ ...whole, leads: Math.max(parentOf(place), 0), chosen: false }, area()),
  };
};

const legend = (names) => {
  const most = 10;
  const items = [...names].slice(0, most).map(([name, painted]) => {
    const swatch = element("span", { className: "swatch" });
    swatch.style.background = painted;
    return element("li", { title: name }, swatch, name);
  });
  if (names.size > most) items.push(element("li", {}, `and ${names.size - most} more colours`));
  find("map-legend").replaceChildren(...items);
};

const crumbs = () =>
  trail(chosen()).map((place, at, all) =>
    element(
      "li",
      {},
      button(place ? paths[place].split("/").at(-1) : "/", () => open(place), {
        "aria-current": at === all.length - 1 ? "location" : "false",
      }),
    ),
  );

const row = (place, sums, whole) => {
  const meter = element("span", { className: "meter", "aria-hidden": "true" });
  meter.style.width = `${(100 * sums[place]) / (whole || 1)}%`;
  meter.style.background = paint(COLOURS[paintedBy()].of(place, size(), state.layer));
  const name = paths[place].split("/").at(-1) + (children[place].length ? "/" : "");
  const press = button("", () => open(place), { "aria-current": place === chosen() ? "true" : "false" });
  press.append(
    element("code", {}, name),
    element("data", { value: String(sums[place]), title: exactBytes(Math.round(sums[place])) }, bytes(Math.round(sums[place]))),
    meter,
  );
  return element("li", {}, press);
};

const more = (place, rest, hidden) => {
  const some = hidden ? counted(hidden, "smaller item") : "files too small to be named";
  return element("li", { className: "more" }, `and ${some}: ${bytes(Math.round(rest))}`);
};

const list = () => {
  const place = shown();
  const sums = weights();
  const { shown: listed, rest, hidden } = parted(place, sums, LISTED);
  const items = listed.map((child) => row(child, sums, sums[place]));
  if (rest >= 1) items.push(more(place, rest, hidden));
  if (!items.length) items.push(element("li", { className: "more" }, "Nothing here has bytes of this kind."));
  return items;
};

/** Bytes of the size in question; those wasted where there are no others. */
const told = (place, sums) => {
  const wasted = !sums[place] && data.kind === "report" ? bytesAt(place, "waste", state.layer) : 0;
  return wasted ? `${bytes(Math.round(wasted))} wasted` : bytes(Math.round(sums[place]));
};

const words = () => {
  const where = title(shown());
  const only = state.layer === "" ? "" : knowsLayers ? ` of ${layerWords(state.layer)}` : " of all layers";
  return `${MEASURES[size()].label}${only} in ${where}: ${bytes(Math.round(weights()[shown()]))}`;
};

const choices = (id, options, current, field) => {
  const control = find(id);
  control.replaceChildren(...Object.entries(options).map(([value, { label }]) => element("option", { value }, label)));
  control.addEventListener("change", () => change({ [field]: control.value }));
  follow(() => {
    control.value = current();
  });
  if (Object.keys(options).length < 2) control.closest("label").hidden = true;
};

const search = () => {
  const text = find("map-search").value.trim();
  const sums = weights();
  const found = text ? matches(text, sums, FOUND) : [];
  find("map-found").replaceChildren(
    ...found.map((place) =>
      element("li", {}, button(title(place), () => open(place)), ` ${told(place, sums)}`),
    ),
  );
  find("map-found-words").textContent = text && !found.length ? "No path of the map has that in it." : "";
};

/** Arrows go along the list and in and out of directories. */
const keys = (event) => {
  const buttons = [...find("map-list").querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) buttons[Math.min(Math.max(at + step, 0), buttons.length - 1)]?.focus();
  else if (event.key === "ArrowRight" && at >= 0) buttons[at].click();
  else if (event.key === "ArrowLeft" || event.key === "Backspace") open(Math.max(parentOf(shown()), 0));
  else return;
  event.preventDefault();
};

export const startMap = () => {
  if (!data.tree) return;
  find("map").hidden = false;
  document.querySelector('a[href="#map"]').hidden = false;
  restrict({
    path: (path) => paths[placeOf(path)],
    view: oneOf(VIEWS),
    size: oneOf(MEASURES),
    colour: oneOf(COLOURS),
  });
  choices("map-view", VIEWS, view, "view");
  choices("map-size", MEASURES, size, "size");
  choices("map-colour", COLOURS, paintedBy, "colour");
  find("map-search").addEventListener("input", search);
  find("map-browse").addEventListener("keydown", keys);
  const press = ({ data: cell }) => cell?.leads !== undefined && open(cell.leads);
  const draw = chart("map-chart", picture, { press });
  follow(() => {
    const focused = find("map-list").contains(document.activeElement);
    find("map-trail").replaceChildren(...crumbs());
    find("map-list").replaceChildren(...list());
    find("map-details").replaceChildren(...detailsOf(chosen()));
    find("map-words").textContent = words();
    if (focused) find("map-list").querySelector("button")?.focus();
    draw();
  });
};
