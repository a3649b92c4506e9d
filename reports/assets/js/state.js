// What is looked at. It lives in the address, `#layer=5&path=usr/lib`, so that a link leads to it and Back leads back.
import { data } from "./data.js";
import { find } from "./dom.js";

const DEFAULTS = { layer: "", path: "", view: "", size: "", colour: "" };
const LONGEST = 80; // letters of a value that a line repeats
const listeners = [];
export const state = { ...DEFAULTS };

const isLayer = (value) => (data.layers ?? []).some((layer) => String(layer.index) === value);
const settled = { layer: (value) => (isLayer(value) ? value : "") };
let lost = [];
let arrived = "";

const isPlace = (hash) => hash.includes("=");

const address = (fields) => {
  const told = Object.entries(fields).filter(([name, value]) => value || name === "path");
  const spelled = told.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2F", "/")}`);
  return `#${spelled.join("&")}`;
};

const read = () => {
  const hash = window.location.hash.slice(1);
  arrived = window.location.hash;
  if (hash && !isPlace(hash)) return; // an anchor of the page
  const found = new URLSearchParams(hash.replaceAll("+", "%2B"));
  for (const name of Object.keys(DEFAULTS)) state[name] = found.get(name) ?? DEFAULTS[name];
  lost = [];
  settle();
};

/** A link may be to another page: what is not here leaves the address, and a line says so. */
const settle = () => {
  for (const [name, settledBy] of Object.entries(settled)) {
    const kept = settledBy(state[name]);
    if (kept !== state[name]) lost.push(`${name} ${state[name].slice(0, LONGEST)}`);
    state[name] = kept;
  }
  if (lost.length) {
    window.history.replaceState(null, "", address(state));
    arrived = window.location.hash;
  }
  find("link-words").textContent = lost.length ? `The link names what is not here: ${lost.join(", ")}.` : "";
};

/** Add what makes values of fields such as can be shown: `restrict({ size: (value) => … })`. */
export const restrict = (fields) => {
  Object.assign(settled, fields);
  settle();
};

const tell = () => listeners.forEach((listener) => listener(state));

/** The address may have changed: once for each change, whoever notices it first. */
const arrive = () => {
  if (window.location.hash === arrived) return;
  read();
  tell();
};

/** Look at something else: `change({ layer: "5" })`. At once: the browser's own word of it comes after the next click. */
export const change = (fields) => {
  window.location.hash = address({ ...state, ...fields });
  arrive();
};

/** Call now and whenever something else is looked at. */
export const follow = (listener) => {
  listeners.push(listener);
  listener(state);
};

read();
window.addEventListener("hashchange", arrive);
