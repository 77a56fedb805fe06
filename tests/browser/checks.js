// What must hold on every page: accessible, no sideways scrolling, everything reachable by keyboard with the focus in sight.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** Findings of axe, one line each; all its rules, best practices included. Frames are not looked into: we have none. */
export async function axeFindings(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  return page.evaluate(async () => {
    // What is in order needs no report: writing it takes half the time.
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, any }) => `${id}: ${help} at ${target} ${any[0]?.message ?? ""}`));
  });
}

/** Whether the page's own script has run. */
export const hasScript = (page) => page.evaluate(() => document.body.classList.contains("js-enabled"));

/** By how many CSS pixels the page is wider than its window, and the elements that stick out. */
export function sideways(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const over = document.documentElement.scrollWidth - width;
    const contained = (element) => element.closest(".r-scroll, .govuk-visually-hidden, thead");
    const out = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > width + 1 && !contained(element));
    return { over, elements: over > 0 ? out.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)) : [] };
  });
}

/** Walks through the page with the Tab key. Returns what is wrong: not reached, out of sight, or without a visible focus. */
export async function keyboardFaults(page) {
  const faults = [];
  await page.evaluate(startAtTop);
  const expected = await page.evaluate(markStops);
  for (let pressed = 0; pressed < expected + 5; pressed++) {
    await page.keyboard.press("Tab");
    const fault = await page.evaluate(judgeFocus);
    if (fault === "end") break;
    if (fault) faults.push(fault);
  }
  const missed = await page.evaluate(() => [...document.querySelectorAll("[data-stop]")].map((element) => `never reached: ${element.outerHTML.slice(0, 120)}`));
  return [...faults, ...missed];
}

/** Runs in the page: puts the keyboard before the first stop, even where an error summary has taken the focus. */
function startAtTop() {
  const start = document.createElement("span");
  start.tabIndex = -1;
  document.body.prepend(start);
  start.focus();
  start.remove();
}

/** Runs in the page: marks each element that the keyboard must reach, and notes how it looks without focus. */
function markStops() {
  const wanted = "a[href], button:not([disabled]), input:not([type=hidden], [disabled]), select, textarea, summary, [tabindex='0']";
  const looks = (element) => {
    // Checkboxes and radios of GOV.UK draw their focus on the label's box.
    const drawn = element.matches("[type=checkbox], [type=radio]") ? [getComputedStyle(element.nextElementSibling ?? element, "::before")] : [];
    return [getComputedStyle(element), ...drawn].map((s) => [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor, s.borderColor, s.borderWidth].join()).join("|");
  };
  window.renshiLooks = looks;
  const stops = [...document.querySelectorAll(wanted)].filter((element) => element.checkVisibility() && element.tabIndex >= 0);
  const groups = new Set();
  let marked = 0;
  for (const element of stops) {
    // One stop for a group of radios: its checked one, else its first.
    if (element.type === "radio") {
      const group = `${element.form?.action} ${element.name}`;
      const checked = document.querySelector(`input[type=radio][name="${CSS.escape(element.name)}"]:checked`);
      if (groups.has(group) || (checked && checked !== element)) continue;
      groups.add(group);
    }
    element.dataset.stop = looks(element);
    marked += 1;
  }
  return marked;
}

/** Runs in the page after a Tab: what is wrong with the focused element, "end" when the focus has left the page. */
function judgeFocus() {
  const element = document.activeElement;
  if (!element || element === document.body) return "end";
  const before = element.dataset.stop;
  delete element.dataset.stop;
  const box = element.getBoundingClientRect();
  const name = element.outerHTML.slice(0, 120);
  if (box.width < 2 || box.height < 2) return `focus out of sight: ${name}`;
  if (before !== undefined && before === window.renshiLooks(element)) return `focus looks like no focus: ${name}`;
  return "";
}
