// Packages as a treemap: the cells of the picture that stands there on paper and without scripts, each with its words.
import { chart } from "./chart.js";
import { find } from "./dom.js";
import { share } from "./format.js";
import { colour } from "./theme.js";
import { filling } from "./treemap.js";

const cells = () =>
  [...document.querySelectorAll("#packages .treemap > svg")].map((cell) => ({
    tone: cell.getAttribute("class"),
    label: cell.dataset.name,
    words: cell.querySelector("title").textContent,
    value: Number(cell.dataset.bytes),
  }));

/** Those of an ecosystem together. ECharts has names for keys, and a package may be called __proto__: they get others. */
const blocks = (found) =>
  [...new Set(found.map(({ tone }) => tone))].map((tone) => ({
    name: tone,
    children: found
      .filter((cell) => cell.tone === tone)
      .map(({ label: shown, ...cell }, at) => ({ ...cell, name: `${tone} ${at}`, shown, itemStyle: { color: colour(tone) } })),
  }));

const options = () => {
  const found = cells();
  const whole = found.reduce((sum, { value }) => sum + value, 0);
  return {
    tooltip: {
      formatter: ({ data: cell }) => (cell?.words ? `${cell.words}\n${share(cell.value, whole)} of the picture` : ""),
    },
    series: {
      ...filling,
      data: blocks(found),
      label: {
        formatter: ({ data: cell }) => cell.shown ?? "",
        color: colour("text"),
        overflow: "truncate",
        position: "insideTopLeft",
      },
      itemStyle: { borderColor: colour("surface"), borderWidth: 1, gapWidth: 1 },
    },
  };
};

export const startOwners = () => {
  const place = find("packages-chart");
  if (!place) return;
  place.hidden = false;
  chart("packages-chart", options, {});
};
