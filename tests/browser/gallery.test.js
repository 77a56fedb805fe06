// Every sample of every template, on a phone and on an office screen.
// RENSHI_BASE_URL=http://127.0.0.1:8080 [RENSHI_SCREENSHOTS=folder] node --test

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { baseUrl, launch, picture, visitor } from "./browser.js";
import { axeFindings, hasScript, keyboardFaults, sideways } from "./checks.js";

const list = (await (await fetch(`${baseUrl()}/gallery/list.txt`)).text()).split("\n").filter(Boolean);
// Chinese is what the pages are designed in: it gets everything. English is longer, so it gets the narrow screen.
const VISITORS = [
  { width: 390, lang: "zh-TW" },
  { width: 1280, lang: "zh-TW", keyboard: true },
  { width: 390, lang: "en" },
  { width: 390, lang: "zh-TW", javaScript: false },
];
let browser;
const visitors = [];

before(async () => {
  browser = await launch();
  for (const options of VISITORS) visitors.push({ ...options, ...(await visitor(browser, options)) });
});
after(() => browser?.close());

test("the gallery lists pages", () => assert.ok(list.length > 0, "an empty gallery tests nothing"));

for (const address of list) {
  test(address, async () => {
    for (const guest of visitors) await look(address, guest);
  });
}

async function look(address, { page, complaints, width, lang, keyboard, javaScript = true }) {
  const where = `${address} at ${width} px in ${lang}${javaScript ? "" : " without script"}`;
  complaints.length = 0;
  await page.goto(address);
  assert.equal(await page.getAttribute("html", "lang"), lang, where);
  const { over, elements } = await sideways(page);
  assert.equal(over, 0, `${where} scrolls sideways: ${elements.join("\n")}`);
  assert.equal(await hasScript(page), javaScript, `${where}: the page's script`);
  // axe is script itself.
  if (javaScript) assert.deepEqual(await axeFindings(page), [], where);
  await picture(page, `${address.slice(1).replaceAll("/", "-")}-${width}-${lang}${javaScript ? "" : "-plain"}`);
  if (await page.locator(".govuk-error-summary").count()) {
    assert.equal(await page.evaluate(() => document.activeElement.className), "govuk-error-summary", `${where}: the summary takes the focus`);
  }
  if (keyboard) assert.deepEqual(await keyboardFaults(page), [], where);
  assert.deepEqual(complaints, [], `${where}: the browser complains`);
}
