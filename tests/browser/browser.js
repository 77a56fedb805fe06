// Debian's Chromium, driven without a download: one browser for a test file, a fresh context for each person.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** Address of the running program, without a slash at the end. A run without one must fail, not pass with nothing tested. */
export function baseUrl() {
  const url = process.env.RENSHI_BASE_URL;
  if (!url) throw new Error("RENSHI_BASE_URL is not set: start `renshi demo` and give its address");
  return url.replace(/\/$/, "");
}

/** @returns {Promise<import("playwright-core").Browser>} */
export function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/**
 * A person at a screen of this width: own cookies, own errors.
 * @param {import("playwright-core").Browser} browser
 * @param {{width?: number, lang?: "zh-TW" | "en", javaScript?: boolean, base?: string}} [options] `base`: another platform than the one of the run
 */
export async function visitor(browser, { width = 1280, lang = "zh-TW", javaScript = true, base = baseUrl() } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 844 : 900 },
    hasTouch: width < 500,
    javaScriptEnabled: javaScript,
    baseURL: base,
    reducedMotion: "reduce",
  });
  if (lang === "en") await context.addCookies([{ name: "lang", value: "en", url: base }]);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { context, page, complaints };
}

/** Keeps a picture of the whole page if RENSHI_SCREENSHOTS names a folder. */
export async function picture(page, name) {
  const folder = process.env.RENSHI_SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
