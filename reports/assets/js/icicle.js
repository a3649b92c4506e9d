// Painted cells as an icicle: a directory, and to its right what is in it, as high as its part of the bytes.
import { colour } from "./theme.js";

const FONT = 11;
const MARGIN = 4;

/** Each cell with its column and its part of the height, all on one scale. */
const laid = (cell, whole, column = 0, top = 0) => {
  const found = [{ cell, column, top, height: cell.value / whole }];
  let next = top;
  for (const inner of cell.children) {
    found.push(...laid(inner, whole, column + 1, next));
    next += inner.value / whole;
  }
  return found;
};

const label = (text, width) => ({
  style: { text, fill: colour("text"), fontSize: FONT, width: width - 2 * MARGIN, overflow: "truncate" },
});

export const icicle = (root) => {
  const places = root.value ? laid(root, root.value) : [];
  const columns = 1 + Math.max(0, ...places.map((each) => each.column));
  return {
    type: "custom",
    coordinateSystem: "none",
    data: places.map(({ cell }) => ({ ...cell, children: undefined })),
    renderItem: ({ dataIndex }, canvas) => {
      const { cell, column, top, height } = places[dataIndex];
      const width = canvas.getWidth() / columns;
      const shape = { x: column * width, y: top * canvas.getHeight(), width: width - 1, height: height * canvas.getHeight() };
      shape.height -= shape.height > 3 ? 1 : 0; // a gap, where there is room for one
      return {
        type: "rect",
        shape,
        style: { fill: cell.paint, stroke: colour("link"), lineWidth: cell.chosen ? 2 : 0 },
        emphasis: { style: { stroke: colour("text"), lineWidth: 1 } },
        textConfig: { position: "insideLeft", distance: MARGIN },
        ...(shape.height > FONT && { textContent: label(cell.words, width) }),
      };
    },
  };
};
