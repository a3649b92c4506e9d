// Tables that can be sorted by a heading, filtered by a text or a layer, and taken away as a file.
import { button, download, element, find } from "./dom.js";
import { grouped } from "./format.js";
import { change, follow, state } from "./state.js";

const ROWS_AT_FIRST = 10;

/** What a cell holds: what it says of itself, null for a number that is not known, the number in a column of numbers, else its text. */
const valueOf = (cell) => {
  if (cell.dataset.number !== undefined) return cell.dataset.number === "" ? null : Number(cell.dataset.number);
  if (cell.dataset.value !== undefined) return cell.dataset.value;
  const number = cell.classList.contains("number") && cell.querySelector("data");
  const text = cell.querySelector("summary code, [data-own]") ?? cell;
  return number ? Number(number.value) : text.textContent.trim().replace(/\s+/g, " ");
};

const sortable = (table) => {
  const [body] = table.tBodies;
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const numeric = heading.classList.contains("number");
    const press = () => {
      const first = numeric ? "descending" : "ascending";
      const order = heading.ariaSort !== first ? first : numeric ? "ascending" : "descending";
      headings.forEach((each) => each.removeAttribute("aria-sort"));
      heading.ariaSort = order;
      const sign = order === "ascending" ? 1 : -1;
      const key = (row) => (numeric ? Number(row.cells[column].querySelector("data")?.value ?? -1) : valueOf(row.cells[column]));
      const compare = (a, b) => (numeric ? a - b : String(a ?? "").localeCompare(String(b ?? ""), "en", { numeric: true }));
      const keyed = [...body.rows].map((row) => [key(row), row]);
      body.append(...keyed.sort((a, b) => sign * compare(a[0], b[0])).map(([, row]) => row));
    };
    const control = button("", press);
    control.append(...heading.childNodes);
    heading.append(control);
  });
};

/** What stands inside of other cells and is a column of its own where a table is taken away. */
const within = (table) => table.dataset.within?.split(" ") ?? [];
const headingsOf = (table) => [...[...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim()), ...within(table)];
const rowsOf = (table) => [...table.tBodies[0].rows].filter((row) => !row.hidden);
const fieldsOf = (table, row) => [
  ...[...row.cells].map(valueOf),
  ...within(table).map((name) => row.querySelector(`[data-column="${name}"]`)?.textContent.trim() ?? ""),
];

/** A text that a spreadsheet could take for a formula is kept from being one. */
const csvField = (value) => {
  if (value === null) return "";
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const csv = (table) =>
  [headingsOf(table), ...rowsOf(table).map((row) => fieldsOf(table, row))]
    .map((fields) => fields.map(csvField).join(",") + "\r\n")
    .join("");

const json = (table) => {
  const names = headingsOf(table);
  const rows = rowsOf(table).map((row) => Object.fromEntries(fieldsOf(table, row).map((value, at) => [names[at], value])));
  return `${JSON.stringify(rows, null, 2)}\n`;
};

const matching = (row, text) => {
  const layers = row.dataset.layers;
  const ofLayer = state.layer === "" || layers === undefined || layers.split(" ").includes(state.layer);
  return ofLayer && row.textContent.toLowerCase().includes(text);
};

const filter = (table, input, count) => {
  const text = input.value.trim().toLowerCase();
  const rows = [...table.tBodies[0].rows];
  rows.forEach((row) => {
    row.hidden = !matching(row, text);
  });
  const left = rowsOf(table).length;
  const narrowed = left < rows.length;
  table.closest(".listing").classList.toggle("filtered", narrowed);
  count.textContent = narrowed ? `${grouped(left)} of ${grouped(rows.length)} rows` : "";
};

/** Beside the caption: a filter, and the rows as files. */
const tools = (table) => {
  const name = table.dataset.name;
  const caption = table.caption.textContent.trim();
  const input = element("input", { type: "search", placeholder: "Filter", "aria-label": `Filter: ${caption}` });
  const count = element("span", { className: "muted", role: "status" });
  const save = (ending, type, text) =>
    button(ending.toUpperCase(), () => download(`${name}.${ending}`, type, text(table)), {
      "aria-label": `Download as ${ending.toUpperCase()}: ${caption}`,
    });
  const controls = element(
    "div",
    { className: "tools" },
    count,
    ...(table.tBodies[0].rows.length > ROWS_AT_FIRST ? [input] : []),
    save("csv", "text/csv", csv),
    save("json", "application/json", json),
  );
  table.setAttribute("aria-label", caption); // or its name were that of the controls too
  table.caption.replaceChildren(element("div", { className: "heading" }, element("span", {}, caption), controls));
  input.addEventListener("input", () => filter(table, input, count));
  follow(() => filter(table, input, count));
};

/** Items of lists that know their layers, as rows of tables do. */
const followingItems = () => {
  const items = [...document.querySelectorAll("li[data-layers], h3[data-layers]")];
  follow(() =>
    items.forEach((item) => {
      item.hidden = state.layer !== "" && !item.dataset.layers.split(" ").includes(state.layer);
    }),
  );
};

/** What shows which layer alone is looked at, and shows all again. */
const layerFilter = () => {
  const bar = find("filter");
  if (!bar) return;
  const control = find("filter-layer");
  bar.hidden = false;
  control.addEventListener("change", () => change({ layer: control.value }));
  find("filter-clear").addEventListener("click", () => change({ layer: "" }));
  follow(() => {
    control.value = state.layer;
    find("filter-clear").hidden = state.layer === "";
    bar.classList.toggle("active", state.layer !== "");
  });
};

/** Instructions are cut to what there is room for. */
const wholeInstructions = () => {
  for (const instruction of document.querySelectorAll(".layer code")) instruction.title = instruction.textContent;
};

export const startTables = () => {
  for (const table of document.querySelectorAll("table.sortable")) {
    sortable(table);
    tools(table);
  }
  followingItems();
  layerFilter();
  wholeInstructions();
};
