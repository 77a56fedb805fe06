// The page that takes a file: it is read here and goes nowhere.

import { askState, trustOf } from "./ask.js";
import { draw, tell } from "./draw.js";
import { checkFile } from "./file.js";
import { PAGE } from "./words.js";

const FILE_MAX = 32 << 20;
const place = document.getElementById("verify");
const input = document.getElementById("file");
const zone = document.getElementById("drop");

async function check(file) {
  if (!globalThis.crypto?.subtle) return tell(place, PAGE.insecure);
  if (file.size > FILE_MAX) return tell(place, PAGE.tooLarge);
  tell(place, PAGE.checking);
  try {
    const trust = await trustOf(place);
    const found = await checkFile(new Uint8Array(await file.arrayBuffer()), trust.vkey);
    const asked = found.leaf && found.checks.every(({ state }) => state === "ok") ? await askState(found.leaf, trust) : [];
    draw(place, { checks: [...found.checks, ...asked], state: asked.at(-1)?.value?.state, summary: found.summary });
  } catch (error) {
    draw(place, { checks: [{ name: "checkpoint", state: "failed", why: { zh: error.zh ?? String(error), en: error.en ?? String(error) } }] });
  }
}

input.disabled = false;
input.addEventListener("change", () => input.files[0] && check(input.files[0]));
for (const kind of ["dragover", "dragleave", "drop"]) {
  zone.addEventListener(kind, (event) => {
    event.preventDefault();
    zone.classList.toggle("r-drop--over", kind === "dragover");
  });
}
zone.addEventListener("drop", (event) => event.dataTransfer.files[0] && check(event.dataTransfer.files[0]));
