// What kind of file a name promises: by its ending only, for the content is not looked at.
const ENDINGS = {
  "programs and libraries": "so a o exe dll node ko elf bin",
  Python: "py pyc pyo pyi pyd whl egg",
  JavaScript: "js mjs cjs ts jsx tsx map wasm",
  Java: "jar war class",
  Ruby: "rb gem",
  "C and headers": "c h cc cpp hpp rs go",
  archives: "gz xz zst bz2 zip tar tgz deb rpm apk 7z",
  "text and documents": "txt md rst html htm css pdf man 1 3 5 7 8",
  "data and configuration": "json yaml yml toml xml ini conf csv db sqlite cfg dat mo po properties sql",
  "images and fonts": "png jpg jpeg gif svg webp ico ttf otf woff woff2",
};
const OF_ENDING = new Map(
  Object.entries(ENDINGS).flatMap(([kind, endings]) => endings.split(" ").map((ending) => [ending, kind])),
);

export const KINDS = [...Object.keys(ENDINGS), "other"];

/** libssl.so.3 is a library: an ending of digits alone is a version of the one before. */
export const kindOf = (name) => {
  const parts = name.toLowerCase().split(".").slice(1);
  if (parts.includes("so")) return KINDS[0];
  return OF_ENDING.get(parts.at(-1)) ?? "other";
};
