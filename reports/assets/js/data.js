// What the page was made with, beside what it shows as text: one block of JSON.
import { find } from "./dom.js";

export const data = JSON.parse(find("data").textContent);
