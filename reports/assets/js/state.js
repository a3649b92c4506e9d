// What is looked at. It lives in the address, `#layer=5&path=usr/lib`, so that a link leads to it and Back leads back.
import { data } from "./data.js";

const DEFAULTS = { layer: "", path: "", view: "", size: "", colour: "" };
const listeners = [];
export const state = { ...DEFAULTS };

const isPlace = (hash) => hash.includes("=");

const address = (fields) => {
  const told = Object.entries(fields).filter(([name, value]) => value || name === "path");
  const spelled = told.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2F", "/")}`);
  return `#${spelled.join("&")}`;
};

const read = () => {
  const hash = window.location.hash.slice(1);
  if (hash && !isPlace(hash)) return; // an anchor of the page
  const found = new URLSearchParams(hash.replaceAll("+", "%2B"));
  for (const name of Object.keys(DEFAULTS)) state[name] = found.get(name) ?? DEFAULTS[name];
  if (!(data.layers ?? []).some((layer) => String(layer.index) === state.layer)) state.layer = "";
};

const tell = () => listeners.forEach((listener) => listener(state));

/** Look at something else: `change({ layer: "5" })`. */
export const change = (fields) => {
  const next = address({ ...state, ...fields });
  if (next !== window.location.hash) window.location.hash = next;
};

/** Call now and whenever something else is looked at. */
export const follow = (listener) => {
  listeners.push(listener);
  listener(state);
};

read();
window.addEventListener("hashchange", () => {
  read();
  tell();
});
