// The page behind a QR code: /q/<id>#<key>. What stands after # stays in the browser.

import { fromBase41 } from "./base.js";
import { askProof, trustOf } from "./ask.js";
import { draw, tell } from "./draw.js";
import { PAGE } from "./words.js";

const place = document.getElementById("verify");
/** Places of the page itself, which the skip link and the ::: anchors put after #. */
const ANCHORS = ["", "main", "U", "C", "Z"];

async function run() {
  if (!globalThis.crypto?.subtle) return tell(place, PAGE.insecure);
  tell(place, PAGE.checking);
  const fragment = location.hash.slice(1);
  let key;
  try {
    if (!ANCHORS.includes(fragment)) key = fromBase41(decodeURIComponent(fragment), 16);
  } catch {
    return tell(place, PAGE.badKey);
  }
  try {
    const found = await askProof(fromBase41(place.dataset.payload, 16), key, await trustOf(place));
    draw(place, found);
  } catch (error) {
    draw(place, { checks: [{ name: "checkpoint", state: "failed", why: { zh: error.zh ?? String(error), en: error.en ?? String(error) } }] });
  }
}

// A page of the gallery shows an order that no register holds.
if (!location.pathname.startsWith("/gallery/")) await run();
// Another key for the same order: a second code was scanned, or the address was corrected.
addEventListener("hashchange", () => ANCHORS.includes(location.hash.slice(1)) || run());
