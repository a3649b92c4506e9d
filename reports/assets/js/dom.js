// Elements from texts. Nothing here takes a text for HTML: names come from a stranger's image.
export const find = (id) => document.getElementById(id);

/** An element with these properties and children; texts among the children stay texts. */
export const element = (tag, properties = {}, ...children) => {
  const made = document.createElement(tag);
  const { dataset = {}, ...others } = properties;
  for (const [name, value] of Object.entries(others)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  Object.assign(made.dataset, dataset);
  made.append(...children.filter((child) => child !== null));
  return made;
};

export const button = (label, press, properties = {}) => {
  const made = element("button", { type: "button", ...properties }, label);
  made.addEventListener("click", press);
  return made;
};

/** Hand a text to the reader as a file of this name. */
export const download = (name, type, text) => {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};
