// Every sample of every template, in both languages, on a phone and on an office screen.
// RENSHI_BASE_URL=http://127.0.0.1:8080 [RENSHI_SCREENSHOTS=folder] node --test

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WIDTHS, baseUrl, launch, picture, visitor } from "./browser.js";
import { axeFindings, keyboardFaults, sideways } from "./checks.js";

const list = (await (await fetch(`${baseUrl()}/gallery/list.txt`)).text()).split("\n").filter(Boolean);
let browser;

before(async () => { browser = await launch(); });
after(() => browser?.close());

test("the gallery lists pages", () => assert.ok(list.length > 0, "an empty gallery tests nothing"));

for (const address of list) {
  test(address, async () => {
    for (const width of WIDTHS) {
      for (const lang of ["zh-TW", "en"]) await look(address, width, lang);
    }
  });
}

async function look(address, width, lang) {
  const { context, page, complaints } = await visitor(browser, { width, lang });
  const where = `${address} at ${width} px in ${lang}`;
  try {
    await page.goto(address);
    assert.equal(await page.getAttribute("html", "lang"), lang, where);
    const { over, elements } = await sideways(page);
    assert.equal(over, 0, `${where} scrolls sideways: ${elements.join("\n")}`);
    assert.deepEqual(await axeFindings(page), [], where);
    await picture(page, `${address.slice(1).replaceAll("/", "-")}-${width}-${lang}`);
    if (lang === "zh-TW") assert.deepEqual(await keyboardFaults(page), [], where);
    assert.deepEqual(complaints, [], `${where}: the browser complains`);
  } finally {
    await context.close();
  }
}
