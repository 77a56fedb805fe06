// What people do on the pages, in words of a journey: choose a card, fill in, upload, press. Found by label and role, as a person
// finds them, so that a page whose labels are lost fails here too.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { axeFindings, hasScript, sideways } from "./checks.js";
import { picture } from "./browser.js";

/** Signs in with the demonstration card of this person. */
export async function signIn(page, name) {
  await page.goto("/signin");
  await page.getByRole("button", { name }).click();
  await page.locator(".r-user__who", { hasText: name }).waitFor();
}

/** Signs out and makes sure of it. */
export async function signOut(page) {
  await page.locator(".r-header__form button").click();
  assert.equal(await page.locator(".r-user").count(), 0, "signed out");
}

/** Fills in fields: label to value. */
export async function fill(page, fields) {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: false }).first().fill(value);
}

/** Chooses a radio, a checkbox or an option by its words. */
export async function choose(page, words) {
  await page.getByLabel(words, { exact: false }).first().check();
}

/** Chooses an option of a select. */
export async function select(page, label, words) {
  await page.getByLabel(label, { exact: false }).first().selectOption({ label: words });
}

/** Chooses a file for the upload field with this label. */
export async function upload(page, label, path) {
  await page.getByLabel(label, { exact: false }).first().setInputFiles(path);
}

/** Presses a button and waits for the page that follows. */
export async function press(page, words) {
  await Promise.all([page.waitForLoadState("load"), page.getByRole("button", { name: words }).first().click()]);
}

/** Follows a link. */
export async function follow(page, words) {
  await page.getByRole("link", { name: words }).first().click();
  await page.waitForLoadState("load");
}

/** Saves what a link downloads; returns its bytes and the name offered. */
export async function download(page, words) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: words }).first().click()]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** The sentence of the notification banner. */
export async function notice(page) {
  return (await page.locator(".r-notice .govuk-notification-banner__heading").textContent()).trim();
}

/** The errors listed at the top of a refused form. */
export const errors = (page) => page.locator(".govuk-error-summary__list li").allTextContents();

/** What must hold on each page of a journey, with a picture of it. axe is script itself: it looks only where script runs. */
export async function inOrder(page, name) {
  const { over, elements } = await sideways(page);
  assert.equal(over, 0, `${name} scrolls sideways: ${elements.join("\n")}`);
  if (await hasScript(page)) assert.deepEqual(await axeFindings(page), [], name);
  await picture(page, name);
}

/** The verdict of the verify page, with the result of each check: `{verdict: "valid", checks: {status: "ok", …}}`. */
export async function verdict(page) {
  const box = page.locator("[data-verdict]");
  await box.waitFor();
  const checks = await page.locator("[data-check]").evaluateAll((lines) => lines.map(({ dataset }) => [dataset.check, dataset.state]));
  return { verdict: await box.getAttribute("data-verdict"), checks: Object.fromEntries(checks) };
}
