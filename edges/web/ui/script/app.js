// What script adds to every page. All of it can be missing: no page needs it.

import { Button, ErrorSummary, SkipLink, createAll } from "govuk-frontend";
import { offerChooseAll } from "./choose.js";
import { freeScrollRegions } from "./scroll.js";

// GOV.UK's parts refuse to start without the second class.
document.body.classList.add("js-enabled", "govuk-frontend-supported");

createAll(ErrorSummary);
createAll(SkipLink);
createAll(Button);
document.querySelectorAll("table[data-choose]").forEach(offerChooseAll);
freeScrollRegions(document.querySelectorAll(".r-scroll"));
document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
