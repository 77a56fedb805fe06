// The page behind a code of mode J or M, /Q/#…, where the text of a code can be pasted too. It works without a network after one visit.

import { isCode } from "./code.js";
import { draw, moment, tell } from "./draw.js";
import { bringPack, keepPage } from "./keep.js";
import { checkCode } from "./pack.js";
import { PAGE, say } from "./words.js";

const place = document.getElementById("verify");
const about = document.getElementById("pack");
const input = document.getElementById("code");
const button = document.getElementById("check");
/** Places of the page itself, which the skip link and the ::: anchors put after #. */
const ANCHORS = ["", "main", "U", "C", "Z"];
/** The pack, and what is said about it. Asked for again with each code, so that one who went on line meanwhile gets the newer one. */
function pack() {
  return bringPack(place.dataset.vkey, place.dataset.log).then(({ pack, fresh }) => {
    about.textContent = say(fresh ? PAGE.packFresh : PAGE.packKept).replace("{}", moment(pack.asOf));
    about.dataset.fresh = fresh;
    return pack;
  });
}

function told(error) {
  about.textContent = say({ zh: error.zh ?? String(error), en: error.en ?? String(error) });
}

async function check(text) {
  if (!globalThis.crypto?.subtle) return tell(place, PAGE.insecure);
  if (!isCode(text)) return tell(place, PAGE.noCode);
  tell(place, PAGE.checking);
  draw(place, await checkCode(text, pack));
}

const scanned = () => (ANCHORS.includes(location.hash.slice(1)) ? undefined : `${location.origin}/Q/${location.hash}`);

async function run() {
  const text = scanned();
  if (text) await check(text);
  else if (globalThis.crypto?.subtle) await pack().catch(told);
  await keepPage().catch(() => undefined);
}

input.disabled = false;
button.disabled = false;
button.addEventListener("click", () => check(input.value));
addEventListener("hashchange", () => scanned() && check(scanned()));
// A page of the gallery has no register behind it.
if (!location.pathname.startsWith("/gallery/")) await run();
