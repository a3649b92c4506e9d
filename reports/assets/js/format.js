// Numbers as readers see them: the same words as on the rest of the page.
const DECIMAL = ["kB", "MB", "GB", "TB", "PB", "EB"];
const BINARY = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

const scaled = (count, base, units) => {
  if (count < base) return `${count} B`;
  let value = count;
  let unit = -1;
  while (value >= base - 0.5) {
    value /= base;
    unit += 1;
  }
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit]}`;
};

export const grouped = (count) => count.toLocaleString("en-US");

export const counted = (count, noun) => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;

export const bytes = (count) => scaled(count, 1000, DECIMAL);

/** To the last byte, and in binary units for those who think in them. */
export const exactBytes = (count) =>
  counted(count, "byte") + (count < 1024 ? "" : ` = ${scaled(count, 1024, BINARY)}`);

export const signedBytes = (count) => (count > 0 ? "+" : count < 0 ? "-" : "") + bytes(Math.abs(count));

export const percent = (fraction) => {
  if (fraction === 0 || fraction === 1) return `${100 * fraction}%`;
  if (fraction < 0.001) return "<0.1%";
  return fraction > 0.999 ? ">99.9%" : `${(100 * fraction).toFixed(1)}%`;
};

export const share = (part, whole) => percent(whole ? part / whole : 0);
