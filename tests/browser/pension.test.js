// The pension estimate as somebody without JavaScript on a phone meets it, and by keyboard alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visitor } from "./browser.js";
import { choose, errors, fill, follow, inOrder, press, select } from "./people.js";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

/** Somebody whose months are credited already. */
async function fillIn(page) {
  await choose(page, "公務人員");
  await fill(page, { 出生日期: "47/05/20", "退休（資遣）生效日": "112/07/16" });
  await select(page, "退休（資遣）事由", "屆齡退休");
  await select(page, "擬選擇的給與", "月退休金");
  await fill(page, { "審定年資：新制實施前": "60", "審定年資：新制實施後": "336", "最後在職之俸點": "48505", "平均俸（薪）額": "47000" });
  await select(page, "單位", "元");
}

test("facts are typed, figures open into their steps", async () => {
  const { page, complaints } = await visitor(browser, { width: 390, javaScript: false });
  await page.goto("/");
  await follow(page, "退休金試算");
  await press(page, "試算");
  assert.ok((await errors(page)).length >= 4, "what is missing is listed");
  await fillIn(page);
  await inOrder(page, "pension-form");
  await press(page, "試算");
  assert.equal(new URL(page.url()).search, "", "nothing stands in the address");
  assert.equal(await page.locator("h1").textContent(), "試算結果");
  const monthly = page.locator(".app-amount", { hasText: "每月" });
  const amount = (await monthly.locator("summary").textContent()).trim();
  assert.match(amount, /^\d\d,\d{3}元$/);
  await monthly.locator("summary").click();
  assert.ok(await monthly.locator(".app-formula__text").first().isVisible(), "the amount opens");
  const row = page.locator("#years ~ *, .r-table").locator("details.app-open").first();
  await row.locator("summary").click();
  assert.ok((await row.locator("ol.app-calc > li").count()) > 5, "a payment of the table opens into its steps");
  assert.ok(await row.locator("a[href^='/law/s0080034/']").first().isVisible(), "each with its article");
  assert.equal(await page.locator("svg[role=img]").count(), 1, "the picture is there without script");
  await inOrder(page, "pension-result");
  // A refused form is answered with 422, which the browser notes.
  assert.deepEqual(complaints.filter((words) => !words.includes("422")), []);
});

test("the Enter key calculates and does not add rows", async () => {
  const { page } = await visitor(browser, { javaScript: false });
  await page.goto("/pension?example=mandatory");
  await page.getByLabel("出生日期").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/pension");
  assert.equal(await page.locator("h1").textContent(), "試算結果");
});

test("two laws stand side by side", async () => {
  const { page } = await visitor(browser, { width: 1280 });
  await page.goto("/pension?example=amendment");
  await press(page, "試算");
  const amounts = await page.locator("section[aria-labelledby=compared] .app-amount__figure").allTextContents();
  assert.equal(amounts.length, 2);
  assert.notEqual(amounts[0], amounts[1]);
  await inOrder(page, "pension-two-laws");
});
