// A passkey from registration to signing in and its end, with Chromium's own virtual authenticator in place of a phone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { baseUrl, launch, picture, visitor } from "./browser.js";
import { axeFindings } from "./checks.js";
import { signOut } from "./people.js";

// Browsers keep passkeys for names only; this machine's is `localhost`.
const local = baseUrl().replace("127.0.0.1", "localhost");

let browser, page, session, authenticator, name, complaints;

before(async () => {
  browser = await launch();
  ({ page, complaints } = await visitor(browser));
  session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
  ({ authenticatorId: authenticator } = await session.send("WebAuthn.addVirtualAuthenticator", { options }));
  await page.goto(`${local}/signin`);
  const cards = await page.locator("button[name=card]").allTextContents();
  name = cards.find((card) => card.includes("公務人員")).trim().split(/\s+/)[0];
});

after(() => browser?.close());

const own = (path) => page.goto(`${local}${path}`);

async function byPasskey() {
  await own("/signin");
  await page.getByRole("link", { name: "以通行密鑰登入" }).click();
  await page.getByRole("button", { name: "登入" }).last().click();
}

test("a passkey is registered by card, opens the own record and nothing else, and is removed", async () => {
  await own("/signin");
  await page.getByRole("button", { name }).click();
  await page.locator(".r-user__who", { hasText: name }).waitFor();
  await own("/mydata/sessions");
  await page.getByRole("link", { name: "新增通行密鑰" }).click();
  await page.getByLabel("名稱").fill("我的手機");
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, "passkey-new");
  await page.getByRole("button", { name: "新增" }).click();
  await page.getByRole("heading", { name: "我的手機" }).waitFor();
  const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId: authenticator });
  assert.equal(credentials.length, 1);
  assert.ok(credentials[0].isResidentCredential, "the device names the person");
  await picture(page, "passkey-list");
  await signOut(page);

  await byPasskey();
  await page.locator(".r-user__who", { hasText: name }).waitFor();
  assert.ok(page.url().endsWith("/mydata"), page.url());
  await own("/mydata/sessions");
  await page.getByText("通行密鑰，").first().waitFor();
  await own("/mydata/sessions/passkey");
  assert.match(page.url(), /\/signin\/again/, "another passkey needs the card");
  await signOut(page);

  // A device that does not recognise its user does not sign in.
  await session.send("WebAuthn.setUserVerified", { authenticatorId: authenticator, isUserVerified: false });
  await byPasskey();
  await page.locator("[data-passkey-failed]").waitFor();
  assert.equal(await page.locator(".r-user").count(), 0);
  await session.send("WebAuthn.setUserVerified", { authenticatorId: authenticator, isUserVerified: true });

  await own("/signin");
  await page.getByRole("button", { name }).click();
  await page.locator(".r-user__who", { hasText: name }).waitFor();
  await own("/mydata/sessions");
  await page.getByRole("button", { name: "移除 我的手機" }).click();
  await page.getByText("您還沒有通行密鑰").waitFor();
  await signOut(page);
  await byPasskey();
  await page.getByText("無法登入").first().waitFor();
  assert.deepEqual(complaints.filter((words) => !words.includes("422")), []);
});
