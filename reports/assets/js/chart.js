// Charts on ECharts: made when they are first needed, drawn anew for another size or theme.
import { find } from "./dom.js";
import { colour, isDark, onTheme } from "./theme.js";

const charts = new Map();

/** The library waits as text: reading its program must not keep the page from being painted. */
const library = () => {
  if (!window.echarts) {
    const script = document.createElement("script");
    script.textContent = find("chart-library").textContent;
    document.head.append(script);
  }
  return window.echarts;
};

const LINES = [20, 64]; // letters of a tooltip's line, at least and at most
const LETTER = 7.5; // pixels, about

/** A text in lines of so many letters, broken at spaces where there are some; ECharts breaks none. */
const broken = (text, most) => {
  if (text.length <= most) return [text];
  const space = text.lastIndexOf(" ", most);
  const cut = space > most / 2 ? space : most;
  return [text.slice(0, cut), ...broken(text.slice(cut).trimStart(), most)];
};

/** What a tooltip says. ECharts gives a meaning to `{style|text}`, which a name must not have. */
const said = (formatter, place) => (item) => {
  const most = Math.min(Math.max(Math.floor(place.clientWidth / LETTER) - 4, LINES[0]), LINES[1]);
  return formatter(item).split("\n").flatMap((line) => broken(line, most)).join("\n").replaceAll("{", "{ ");
};

const common = () => ({
  animation: false, // charts follow every key
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("text") },
  tooltip: {
    renderMode: "richText",
    confine: true,
    backgroundColor: colour("surface"),
    borderColor: colour("line"),
    textStyle: { color: colour("text"), fontSize: 12 },
  },
});

/**
 * A chart in the element `id`. `options` says what it shows now, `press` what a click on an item of it does, and
 * `pressColumn` one anywhere in the column with this number. What comes back draws it anew.
 */
export const chart = (id, options, { press, pressColumn }) => {
  const place = find(id);
  const made = library().init(place, null, { renderer: "canvas" });
  const draw = () => {
    const { tooltip, series, ...others } = options();
    const base = common();
    const drawn = [series].flat().map((each) => ({ animation: false, ...each })); // some kinds move by default
    const words = { ...base.tooltip, ...tooltip, formatter: said(tooltip.formatter, place) };
    made.setOption({ ...base, ...others, tooltip: words, series: drawn }, { notMerge: true });
  };
  if (press) made.on("click", press);
  if (pressColumn) {
    made.getZr().on("click", ({ offsetX, offsetY }) => {
      const point = [offsetX, offsetY];
      if (made.containPixel("grid", point)) pressColumn(made.convertFromPixel({ seriesIndex: 0 }, point)[0]);
    });
  }
  // On paper it has no size: then it waits.
  new ResizeObserver(() => place.clientWidth && made.resize()).observe(place);
  onTheme(draw);
  charts.set(id, made);
  draw();
  return draw;
};

/** For tests and the curious: what a chart is drawn from. */
window.imgscanChart = (id) => charts.get(id);

const GOLDEN_ANGLE = 137.508;

/**
 * A colour for the nth of many things, pale enough in light and deep enough in dark for text upon it. After a dozen
 * hues the circle is full: the next dozen is deeper.
 */
export const tone = (nth, saturation = 55) => {
  const hue = Math.round((210 + nth * GOLDEN_ANGLE) % 360);
  const deeper = 8 * (Math.floor(nth / 12) % 2);
  return isDark() ? `hsl(${hue}, ${saturation - 10}%, ${30 - deeper}%)` : `hsl(${hue}, ${saturation + 10}%, ${82 - deeper}%)`;
};
