// Signing in with a card whose key is in a token: SoftHSM is the card, `renshi card` the component on the person's machine, and the
// page in Chromium speaks with it over real HTTP. The platform is one of this test's own, with people and no software cards; it asks
// the authority of the card, an OCSP responder, whether the card was revoked.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, visitor } from "./browser.js";
import { errors, inOrder, press } from "./people.js";
import { freePort, start, stop } from "./program.js";
import { Responder } from "./responder.js";

const CASES = new URL("../../cases/", import.meta.url).pathname;
const MODULE = process.env.SOFTHSM2_MODULE ?? "/usr/lib/softhsm/libsofthsm2.so";
const PIN = "271828";
/** A person of the sample list. */
const HOLDER = { id: "X291590832", name: "黃宗涵", agency: "A09000000E" };
/** How often the authority is asked about cards that are in, and how often the program looks whether it is time. */
const [REFRESH_MINUTES, LOOK_SECONDS] = [1, 30];

let folder, browser, site, address, environment, platform, component, responder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "renshi-card-"));
  // PostgreSQL's user passes through.
  await chmod(folder, 0o755);
  await mkdir(join(folder, "tokens"));
  await writeFile(join(folder, "pin"), `${PIN}\n`);
  await writeFile(join(folder, "softhsm2.conf"), `directories.tokendir = ${join(folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  environment = { ...process.env, SOFTHSM2_CONF: join(folder, "softhsm2.conf") };
  site = `http://127.0.0.1:${await freePort()}`;
  address = `http://127.0.0.1:${await freePort()}`;
  execFileSync("softhsm2-util", ["--init-token", "--free", "--label", "card", "--pin", PIN, "--so-pin", "31415926"], { env: environment });

  const data = ["--data", join(folder, "data")];
  renshi("import", "agencies", join(CASES, "agencies/orglist.csv"), ...data);
  renshi("import", "people", join(CASES, "samples/people.csv"), ...data);
  renshi("keep", "keys", HOLDER.agency, "--public", site, ...data);
  const certificate = join(folder, "card.der");
  const token = ["--module", MODULE, "--token", "card", "--pin-file", join(folder, "pin")];
  renshi("keep", "trial-card", ...data, ...token, "--name", HOLDER.name, "--number", "TP00000001", certificate);
  renshi("keep", "card", HOLDER.id, certificate, ...data);

  await copyFile(join(folder, "data/keys/authority.pem"), join(folder, "authority.pem"));
  responder = new Responder(folder, certificate);
  const family = ['name = "Trial"', 'roots = ["authority.pem"]', `refresh_minutes = ${REFRESH_MINUTES}`];
  await writeFile(join(folder, "cards.toml"), ["[[authority]]", ...family, "[authority.ocsp]", `url = "${await responder.start()}"`, ""].join("\n"));
  platform = await serve();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await stop(component);
  await stop(platform);
  await responder?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

function renshi(...words) {
  return execFileSync(process.env.RENSHI_PROGRAM, words, { env: environment, encoding: "utf8" });
}

function serve() {
  const words = ["serve", "--data", join(folder, "data"), "--listen", site.slice("http://".length), "--public", site];
  return start([...words, "--card-ca", join(folder, "cards.toml"), "--card-component", address], "Renshi answers", environment);
}

/** Starts the component anew, with the card of this label in its reader. */
async function insert(label) {
  await stop(component);
  const port = new URL(address).port;
  component = await start(["card", "--module", MODULE, "--token", label, "--site", site, "--port", port], site, environment);
}

const open = async (options) => (await visitor(browser, { base: site, ...options })).page;

/** What the part of the page about the card says: the name of the case, and the words. */
async function says(page, when) {
  const place = page.locator(`[data-reader="says"][data-said="${when}"]`);
  await place.waitFor();
  return (await place.textContent()).trim();
}

const begin = (page) => page.getByRole("button", { name: "以自然人憑證登入" }).click();

async function enterPin(page, pin) {
  await page.getByLabel("PIN 碼").fill(pin);
  await page.getByRole("button", { name: "登入", exact: true }).first().click();
}

/** Begins to sign in with the card in the reader; what the browser sends is kept in `sent`. */
async function withCard(page) {
  page.sent = [];
  page.on("request", (request) => page.sent.push(request));
  await page.goto("/signin");
  await begin(page);
  await page.getByText(HOLDER.name).waitFor();
}

/** What the card answered, as the page sent it to the platform. */
function answerOf(page) {
  const posted = page.sent.find((request) => request.method() === "POST" && request.url() === `${site}/signin`);
  return new URLSearchParams(posted.postData()).get("cms");
}

/** Somebody who overheard an answer sends it once more. */
async function replay(answer) {
  const page = await open({ javaScript: false });
  await page.goto("/signin");
  await page.locator("details summary").click();
  await page.getByLabel("簽章結果").fill(answer);
  await press(page, "登入");
  assert.match((await errors(page)).join(), /逾時或已使用過/);
  assert.equal(await isIn(page), false);
}

const isIn = async (page) => (await page.locator(".r-user").count()) === 1;

let answered;

test("without the component the page says what to start", async () => {
  const page = await open({ width: 390 });
  await page.goto("/signin");
  await begin(page);
  assert.match(await says(page, "silent"), new RegExp(address));
  await inOrder(page, "card-silent");
});

test("an empty reader is named", async () => {
  await insert("another");
  const page = await open();
  await page.goto("/signin");
  await begin(page);
  assert.match(await says(page, "no-card"), /插入卡片/);
});

test("the holder signs in with the key in the token", async () => {
  await insert("card");
  const page = await open({ width: 390 });
  await withCard(page);
  await inOrder(page, "card-pin");

  await enterPin(page, "000000");
  await says(page, "wrong-pin");
  await enterPin(page, "");
  await says(page, "no-pin");
  await enterPin(page, PIN);
  await page.locator(".r-user__who", { hasText: HOLDER.name }).waitFor();

  answered = answerOf(page);
  const toPlatform = page.sent.filter((request) => request.url().startsWith(site)).map((request) => `${request.url()} ${request.postData() ?? ""}`);
  assert.ok(!toPlatform.some((text) => text.includes(PIN)), "the PIN goes to the component only");
  assert.match(component.said, /sign in[^]*renshi-signin\/1/, "the component shows what it signed");
});

test("the same answer a second time opens nothing", () => replay(answered));

test("a component whose answers the page may not read is asked through its window", async () => {
  const page = await open();
  await page.route(`${address}/**`, (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  await page.goto("/signin");
  await begin(page);
  const [window] = await Promise.all([page.waitForEvent("popup"), enterPin(page, PIN)]);
  await page.locator(".r-user__who", { hasText: HOLDER.name }).waitFor();
  if (!window.isClosed()) await window.waitForEvent("close");
});

test("a page of another site can neither ask the component nor use its window", async () => {
  const elsewhere = createServer((_, response) => response.setHeader("content-type", "text/html").end("<!doctype html><title>elsewhere</title>"));
  await new Promise((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  const page = await open();
  const before = component.said;
  await page.goto(`http://127.0.0.1:${elsewhere.address().port}/`);
  const outcome = await page.evaluate(async ({ address, pin }) => {
    const tbs = btoa("renshi-signin/1\nAAAA");
    const asked = { tbs, tbsEncoding: "base64", pin, func: "MakeSignature" };
    const body = `tbsPackage=${JSON.stringify(asked)}`;
    const direct = await fetch(`${address}/sign`, { method: "POST", body }).then(() => "answered", () => "refused");
    const opened = window.open(`${address}/popupForm`);
    const heard = new Promise((resolve) => addEventListener("message", ({ data }) => resolve(data)));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    opened.postMessage(JSON.stringify(asked), "*");
    const silence = new Promise((resolve) => setTimeout(resolve, 1500, "silence"));
    return [direct, await Promise.race([heard, silence])];
  }, { address, pin: PIN });
  elsewhere.close();
  assert.deepEqual(outcome, ["refused", "silence"]);
  assert.equal(component.said, before, "nothing was signed");
});

test("a card its authority revoked is out within one refresh, and gets in no more", async () => {
  const page = await open();
  await withCard(page);
  await enterPin(page, PIN);
  await page.locator(".r-user__who", { hasText: HOLDER.name }).waitFor();
  const latest = Date.now() + (REFRESH_MINUTES * 60 + LOOK_SECONDS + 5) * 1000;
  await responder.say("revoked");
  for (await page.goto("/mydata"); await isIn(page); await page.goto("/mydata")) {
    assert.ok(Date.now() < latest, "the session of a revoked card goes on");
    await page.waitForTimeout(1000);
  }

  await withCard(page);
  await enterPin(page, PIN);
  await page.locator(".govuk-error-summary").waitFor();
  assert.match((await errors(page)).join(), /憑證驗證未通過：卡片憑證已被憑證機構廢止或停用（代號161）/);
  assert.equal(await isIn(page), false);
  await inOrder(page, "card-revoked");
  await replay(answerOf(page));
  await replay(answered);
});

test("a card that was only suspended comes back", async () => {
  await responder.say("good");
  const page = await open();
  await withCard(page);
  await enterPin(page, PIN);
  await page.locator(".r-user__who", { hasText: HOLDER.name }).waitFor();
});

test("a card that was ended signs nobody in", async () => {
  await stop(platform);
  const data = ["--data", join(folder, "data")];
  renshi("keep", "card", HOLDER.id, join(folder, "card.der"), "--end", ...data);
  platform = await serve();
  const page = await open();
  await withCard(page);
  await enterPin(page, PIN);
  await page.locator(".govuk-error-summary").waitFor();
  assert.equal(await isIn(page), false);
});
