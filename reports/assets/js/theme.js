// Light or dark: what the reader's system says, until the reader says otherwise.
import { find } from "./dom.js";

const KEY = "imgscan-theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = [];

/** Storage may be forbidden, as for files in some browsers: the choice then lasts as long as the page. */
const storage = () => {
  try {
    return window.localStorage;
  } catch (error) {
    if (error instanceof DOMException) return new Map();
    throw error;
  }
};

const kept = storage();
const chosen = () => document.documentElement.dataset.theme;
export const isDark = () => (chosen() ? chosen() === "dark" : system.matches);

const show = () => {
  const control = find("theme");
  control.hidden = false;
  control.textContent = isDark() ? "Light theme" : "Dark theme";
  listeners.forEach((listener) => listener());
};

const choose = (theme) => {
  document.documentElement.dataset.theme = theme;
  if (kept instanceof Map) kept.set(KEY, theme);
  else kept.setItem(KEY, theme);
  show();
};

/** Call whenever the theme changes. */
export const onTheme = (listener) => listeners.push(listener);

/** The colour that a custom property of the style sheet has now. */
export const colour = (name) => {
  const probe = find("theme");
  probe.style.outlineColor = `var(--${name})`;
  const found = getComputedStyle(probe).outlineColor;
  probe.style.outlineColor = "";
  return found;
};

const before = kept instanceof Map ? null : kept.getItem(KEY);
if (before === "light" || before === "dark") document.documentElement.dataset.theme = before;
find("theme").addEventListener("click", () => choose(isDark() ? "light" : "dark"));
system.addEventListener("change", show);
show();
