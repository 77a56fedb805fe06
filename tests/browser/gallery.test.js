// Every sample of every template, on a phone and on an office screen.
// RENSHI_BASE_URL=http://127.0.0.1:8080 [RENSHI_SCREENSHOTS=folder] node --test

import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { after, before, describe, test } from "node:test";
import { baseUrl, launch, picture, visitor } from "./browser.js";
import { axeFindings, hasScript, keyboardFaults, sideways } from "./checks.js";

const list = (await (await fetch(`${baseUrl()}/gallery/list.txt`)).text()).split("\n").filter(Boolean);
// Chinese is what the pages are designed in: it gets everything. English is longer, so it gets the narrow screen.
const VISITORS = [
  { widths: [390, 1280], lang: "zh-TW", keyboard: true },
  { widths: [390], lang: "en" },
  { widths: [390], lang: "zh-TW", javaScript: false },
];
/** Samples that are looked at side by side: while one waits for its page, the next keeps the machine busy. */
const AT_ONCE = availableParallelism() + 1;
let browser;
/** Companies of visitors, one for each sample looked at, while they look at none. */
const idle = [];

before(async () => {
  browser = await launch();
  const company = () => Promise.all(VISITORS.map(async (options) => ({ ...options, ...(await visitor(browser, { ...options, width: options.widths[0] })) })));
  while (idle.length < AT_ONCE) idle.push(await company());
});
after(() => browser?.close());

test("the gallery lists pages", () => assert.ok(list.length > 0, "an empty gallery tests nothing"));

describe("samples", { concurrency: AT_ONCE }, () => {
  for (const address of list) {
    test(address, async () => {
      const company = idle.pop();
      try {
        for (const guest of company) await look(address, guest);
      } finally {
        idle.push(company);
      }
    });
  }
});

/** One visitor looks at one sample: opens it on the first screen and then draws the window to the others. */
async function look(address, { page, complaints, widths, lang, keyboard, javaScript = true }) {
  const where = `${address} in ${lang}${javaScript ? "" : " without script"}`;
  complaints.length = 0;
  for (const width of widths) {
    if (widths.length > 1) await page.setViewportSize({ width, height: 900 });
    if (width === widths[0]) await open(address, page, { lang, javaScript, where });
    const { over, elements } = await sideways(page);
    assert.equal(over, 0, `${where} at ${width} px scrolls sideways: ${elements.join("\n")}`);
    // axe is script itself.
    if (javaScript) assert.deepEqual(await axeFindings(page), [], `${where} at ${width} px`);
    await picture(page, `${address.slice(1).replaceAll("/", "-")}-${width}-${lang}${javaScript ? "" : "-plain"}`);
  }
  if (keyboard) assert.deepEqual(await keyboardFaults(page), [], where);
  assert.deepEqual(complaints, [], `${where}: the browser complains`);
}

async function open(address, page, { lang, javaScript, where }) {
  await page.goto(address);
  assert.equal(await page.getAttribute("html", "lang"), lang, where);
  assert.equal(await hasScript(page), javaScript, `${where}: the page's script`);
  if (await page.locator(".govuk-error-summary").count()) {
    assert.equal(await page.evaluate(() => document.activeElement.className), "govuk-error-summary", `${where}: the summary takes the focus`);
  }
}
