// The journey of an award file, as four people and a stranger walk it. The four have no JavaScript at all; the stranger has.
//
// The file goes from the officer over the committee and the head into the register; the civil servant, who agreed to electronic
// delivery, reads the order and proves the notice mail genuine; a stranger checks it by its QR address and by its PDF; then it is
// corrected, and the same PDF is told from the new one.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { baseUrl, launch, visitor } from "./browser.js";
import { choose, download, errors, fill, follow, inOrder, press, signIn, upload, verdict } from "./people.js";
import { start, stop } from "./program.js";

const SAMPLES = new URL("../../cases/samples/", import.meta.url).pathname;
const PARTS = { officer: "人事人員", secretary: "考績委員會承辦人", head: "機關首長", civil: "公務人員" };

let browser, folder, names, people;

before(async () => {
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), "renshi-journey-"));
  const { page } = await visitor(browser);
  await page.goto("/signin");
  const cards = await page.locator("button[name=card]").allTextContents();
  const holder = (part) => cards.find((card) => card.includes(part)).trim().split(/\s+/)[0];
  names = Object.fromEntries(Object.entries(PARTS).map(([role, part]) => [role, holder(part)]));
  people = {};
  for (const role of Object.keys(PARTS)) {
    people[role] = (await visitor(browser, { width: 390, javaScript: false })).page;
    await signIn(people[role], names[role]);
  }
});

after(() => browser?.close());

/** Today in Taipei as the forms take it, `115/11/23`. */
function today() {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Taipei" }).format(new Date()).split("-");
  return [Number(parts[0]) - 1911, ...parts.slice(1)].join("/");
}

/** Comes back to a page until `found` says it shows what is awaited; the register takes a moment. */
async function until(page, path, found) {
  for (let turn = 0; turn < 40; turn++) {
    await page.goto(path);
    if (await found(page)) return;
    await page.waitForTimeout(250);
  }
  assert.fail(`${path} never showed what was awaited`);
}

/** The secretary records that the committee agreed today to the newest case. */
async function committeeAgrees(page, shot) {
  await page.goto("/committee");
  await page.locator("main a[href^='/committee/case/']").first().click();
  await fill(page, { 會議日期: today() });
  await choose(page, "初核通過");
  await inOrder(page, shot);
  await press(page, "登錄決議");
}

/** The head looks at the newest case and signs it with the card. */
async function headApproves(page, shot) {
  await page.goto("/approvals");
  await page.locator("main a[href^='/approvals/case/']").first().click();
  await inOrder(page, `${shot}-case`);
  await choose(page, "一人一令");
  await press(page, "下一步");
  await inOrder(page, `${shot}-sign`);
  await press(page, "簽章並核定");
  await page.getByText("已核定並發布").waitFor();
}

/**
 * The head approves the newest case with a card in a reader: the page speaks with the card component on the same machine, which
 * holds the head's card.
 */
async function headApprovesWithReader(shot) {
  const { page, context } = await visitor(browser);
  await page.goto("/signin");
  const person = await page.locator("button[name=card]", { hasText: names.head }).getAttribute("value");
  await signIn(page, names.head);
  const { port } = new URL(process.env.RENSHI_CARD_COMPONENT);
  const card = join(process.env.RENSHI_DEMO_DATA, "cards", `${person}.pem`);
  const component = await start(["card", "--soft", card, "--site", baseUrl(), "--port", port], baseUrl());
  try {
    await page.goto("/approvals");
    await page.locator("main a[href^='/approvals/case/']").first().click();
    await choose(page, "一人一令");
    await press(page, "下一步");
    await page.getByRole("button", { name: "以讀卡機裡的卡片簽章" }).click();
    await page.getByText(`卡片：${names.head}`).waitFor();
    await inOrder(page, `${shot}-reader`);
    await page.getByLabel("PIN 碼").fill("123456");
    await page.getByRole("button", { name: "以卡片簽章並核定" }).click();
    await page.getByText("已核定並發布").waitFor();
    assert.match(component.said, /renshi-approval\/1/, "the component shows what it signed");
  } finally {
    await stop(component);
    await context.close();
  }
}

test("the civil servant agrees to electronic delivery", async () => {
  const page = people.civil;
  await page.goto("/mydata");
  await press(page, "同意電子送達");
  await page.goto("/mydata");
  await page.getByText("同意", { exact: true }).first().waitFor();
  await inOrder(page, "journey-consent");
});

test("a file with faults is refused row by row and comes back with the reasons", async () => {
  const page = people.officer;
  await page.goto("/awards/upload");
  await upload(page, "獎懲建議檔", join(SAMPLES, "awards-with-faults.csv"));
  await press(page, "檢查檔案");
  await inOrder(page, "journey-faults");
  const body = await page.locator("main").textContent();
  for (const reason of ["檢查碼不符", "身分證號空白", "不在機關清單中", "超過100字", "重複", "不得換行"]) assert.ok(body.includes(reason), reason);
  const sheet = await download(page, "下載原檔");
  assert.ok(sheet.name.endsWith(".ods") && sheet.bytes.subarray(0, 2).toString() === "PK");
  await press(page, "全部不匯入");
});

test("a file that is no table is refused with what is wrong", async () => {
  const page = people.officer;
  await page.goto("/awards/upload");
  await upload(page, "獎懲建議檔", { name: "scan.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 nothing") });
  await press(page, "檢查檔案");
  assert.equal((await errors(page)).length, 1);
  await inOrder(page, "journey-no-table");
});

test("the officer uploads a good file and puts the case to the committee", async () => {
  const page = people.officer;
  await page.goto("/awards/upload");
  const sample = await page.request.get("/demo/awards.csv");
  await upload(page, "獎懲建議檔", { name: "awards.csv", mimeType: "text/csv", buffer: await sample.body() });
  await press(page, "檢查檔案");
  await press(page, "匯入全部");
  await inOrder(page, "journey-case");
  await press(page, "考績委員會");
});

test("the committee agrees and the head approves with the card", async () => {
  await committeeAgrees(people.secretary, "journey-committee");
  await headApproves(people.head, "journey-approval");
});

let paper, orderPath;

test("the civil servant reads the order and proves the mail genuine", async () => {
  const page = people.civil;
  await until(page, "/mydata", async () => (await page.locator("main a[href^='/mydata/orders/']").count()) > 0);
  await inOrder(page, "journey-mydata");
  await page.locator("main a[href^='/mydata/orders/']").first().click();
  await inOrder(page, "journey-order");
  assert.ok((await page.locator("main").textContent()).includes("如果您不服"));
  orderPath = new URL(page.url()).pathname;
  const pdf = await page.request.get(`${orderPath}/order.pdf`);
  paper = { pdf: await pdf.body(), bundle: await (await page.request.get(`${orderPath}/order.json`)).body() };
  assert.equal(paper.pdf.subarray(0, 5).toString(), "%PDF-");
  paper.verify = await page.getByRole("link", { name: "查驗這份令" }).getAttribute("href");
  await page.goto("/mydata/mail");
  await fill(page, { 查驗碼: await newestCode() });
  await press(page, "查驗");
  await page.getByText("這封信是本平臺寄給您的").waitFor();
  await fill(page, { 查驗碼: "2222-2222-2222" });
  await press(page, "查驗");
  await page.getByText("本平臺沒有寄給您這封信").waitFor();
});

/** The code in the notice mail to the civil servant: the newest mail of the outbox. */
async function newestCode() {
  const box = join(process.env.RENSHI_DEMO_DATA, "mail");
  const mails = (await readdir(box)).filter((name) => name.endsWith(".eml")).sort();
  for (const name of mails.reverse()) {
    const body = Buffer.from((await readFile(join(box, name), "utf8")).split("\r\n\r\n")[1], "base64").toString();
    if (body.includes(names.civil)) return body.match(/查驗碼：(\S+)/)[1];
  }
  return assert.fail("no mail went to the civil servant");
}

test("what belongs to another person does not exist", async () => {
  for (const page of [people.officer, people.head]) {
    assert.equal((await page.request.get(orderPath)).status(), 404);
    assert.equal((await page.request.get(`${orderPath}/order.pdf`)).status(), 404);
  }
  assert.equal((await people.civil.request.get("/awards")).status(), 404);
});

/** What a stranger sees of a file dropped on the verify page. */
async function strangerDrops(name, bytes, shot) {
  const { page, context, complaints } = await visitor(browser, { width: 390 });
  await page.goto("/verify");
  await page.locator("#file").setInputFiles({ name, mimeType: "application/octet-stream", buffer: bytes });
  const found = await verdict(page);
  await inOrder(page, shot);
  assert.deepEqual(complaints, []);
  await context.close();
  return found;
}

test("a stranger checks the QR address and the PDF in the browser", async () => {
  const { page, complaints } = await visitor(browser, { width: 390 });
  await page.goto(paper.verify);
  const found = await verdict(page);
  assert.equal(found.verdict, "valid", JSON.stringify(found));
  assert.ok((await page.locator("main").textContent()).includes(names.civil), "the key after # opens the summary");
  await inOrder(page, "journey-qr");
  await page.goto("about:blank");
  await page.goto(paper.verify.split("#")[0]);
  assert.equal((await verdict(page)).verdict, "valid");
  assert.ok(!(await page.locator("main").textContent()).includes(names.civil), "nothing personal without the key");
  const witnesses = page.locator("[data-check='witnesses'][data-state='ok']");
  await until(page, paper.verify.split("#")[0], async () => (await verdict(page)) && (await witnesses.textContent()).includes("3／3"));
  for (const name of ["示範檔案機關", "示範審計機關", "示範大學"]) assert.ok((await witnesses.textContent()).includes(name), name);
  assert.deepEqual(complaints, []);
  assert.equal((await strangerDrops("order.pdf", paper.pdf, "journey-drop-pdf")).verdict, "valid");
  assert.equal((await strangerDrops("order.json", paper.bundle, "journey-drop-bundle")).verdict, "valid");
  const changed = Buffer.from(paper.pdf);
  changed[changed.length >> 1] ^= 1;
  assert.notEqual((await strangerDrops("changed.pdf", changed, "journey-drop-changed")).verdict, "valid");
});

/** The log as a stranger would copy it: every file the checkpoint names, fetched one by one. */
async function copyLog() {
  const log = join(folder, `log-${Date.now()}`);
  const get = async (path) => {
    const answer = await fetch(`${baseUrl()}/log/${path}`);
    assert.equal(answer.status, 200, path);
    const target = join(log, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, Buffer.from(await answer.arrayBuffer()));
    return readFile(target, "utf8");
  };
  // The witnesses sign a moment after the log.
  const cosigned = (note) => note.split("\n\n")[1].trim().split("\n").length > 2;
  let note = await get("checkpoint");
  for (let tries = 0; !cosigned(note) && tries < 100; tries += 1) {
    await new Promise((done) => setTimeout(done, 200));
    note = await get("checkpoint");
  }
  const [origin, size] = note.split("\n");
  await get("policy.txt");
  await get(`status/${origin.split("/").pop()}.bits`);
  const tiles = (count, kind) => {
    const full = count >> 8, rest = count & 255;
    const name = (n) => String(n).padStart(3, "0");
    const paths = [...Array(full).keys()].map((n) => `tile/${kind}/${name(n)}`);
    return rest ? [...paths, `tile/${kind}/${name(full)}.p/${rest}`] : paths;
  };
  for (const path of tiles(Number(size), "entries")) await get(path);
  for (let level = 0, count = Number(size); count > 0; level += 1, count >>= 8) for (const path of tiles(count, level)) await get(path);
  for (let n = 1; (await fetch(`${baseUrl()}/log/issuers/${n}.json`)).ok; n += 1) await get(`issuers/${n}.json`);
  return log;
}

/** Exit code of `renshi verify` on a file, with a fresh copy of the log. */
async function offline(name, bytes) {
  const file = join(folder, name);
  await writeFile(file, bytes);
  const program = process.env.RENSHI_PROGRAM;
  return spawnSync(program, ["verify", file, "--log", await copyLog()]).status;
}

test("the same offline, by the program and by a third verifier", async () => {
  assert.equal(await offline("order.pdf", paper.pdf), 0);
  const script = new URL("../third-verifier/verify.py", import.meta.url).pathname;
  execFileSync("python3", [script, "order", join(folder, "order.pdf"), "--log", await copyLog()]);
});

/** The way to the program that can be cut: nothing a browser is told about being off line, but nobody who answers. */
async function cable() {
  const { hostname, port } = new URL(baseUrl());
  const open = new Set();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const end of [near, far]) open.add(end) && end.on("error", () => end.destroy()).on("close", () => open.delete(end));
    near.pipe(far).pipe(near);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    server.close();
    for (const end of open) end.destroy();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, cut };
}

let code;
const program = (...words) => spawnSync(process.env.RENSHI_PROGRAM, words, { encoding: "utf8" });
const byPack = () => program("verify", code.file, "--pack", code.pack, "--policy", code.policy);

test("the code beside the order is checked with the network cut", async () => {
  const page = people.civil;
  await page.goto(`${orderPath}/code`);
  await inOrder(page, "journey-code");
  const text = await page.locator("#text").textContent();
  const { address, cut } = await cable();
  const { page: stranger, context, complaints } = await visitor(browser, { width: 390, base: address });
  await stranger.goto("/Q/");
  await stranger.locator("#pack[data-fresh=true]").waitFor();
  await stranger.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await stranger.goto("about:blank");
  cut();
  await stranger.goto(`/Q/${text.slice(text.indexOf("#"))}`);
  const found = await verdict(stranger);
  assert.equal(found.verdict, "valid", JSON.stringify(found));
  assert.equal(await stranger.locator("#pack").getAttribute("data-fresh"), "false");
  assert.ok((await stranger.locator("main").textContent()).includes(names.civil));
  await inOrder(stranger, "journey-code-offline");
  await stranger.locator("#code").fill(text.replace(/.(?=.{40}$)/, (letter) => (letter === "0" ? "1" : "0")));
  await stranger.locator("#check").click();
  await stranger.locator(".r-verdict--invalid").waitFor();
  assert.deepEqual(complaints.filter((words) => !words.includes("ERR_CONNECTION_REFUSED")), []);
  await context.close();

  code = { file: join(folder, "code.txt"), pack: join(folder, "pack"), policy: join(folder, "policy.txt") };
  await writeFile(code.file, `${text}\n`);
  await writeFile(code.policy, await (await fetch(`${baseUrl()}/log/policy.txt`)).text());
  const fetched = program("pack", "fetch", "--log", `${baseUrl()}/log`, "--policy", code.policy, "--into", code.pack);
  assert.equal(fetched.status, 0, fetched.stderr);
  const said = byPack();
  assert.equal(said.status, 0, said.stdout);
  assert.ok(said.stdout.includes(names.civil));
  const script = new URL("../third-verifier/verify.py", import.meta.url).pathname;
  execFileSync("python3", [script, "code", code.file, "--pack", code.pack, "--policy", code.policy]);
});

test("the officer corrects the order, and the old paper says so at once", async () => {
  const page = people.officer;
  await page.goto(`/orders/${orderPath.split("/").pop()}`);
  await inOrder(page, "journey-officer-order");
  await follow(page, /更正/);
  await fill(page, { 變更理由: "原令事由誤繕，予以更正。", "獎懲事由": "更正後之獎懲事由：督導會議籌備，圓滿完成。" });
  await inOrder(page, "journey-correct");
  await press(page, "建立變更案");
  await press(page, "核定");
  await headApprovesWithReader("journey-correction");
  const { page: stranger } = await visitor(browser);
  await until(stranger, paper.verify.split("#")[0], async () => (await verdict(stranger)).verdict !== "valid");
  await inOrder(stranger, "journey-superseded");
  assert.equal((await strangerDrops("order.pdf", paper.pdf, "journey-drop-superseded")).verdict, "changed");
  assert.equal(await offline("order.pdf", paper.pdf), 3);
  assert.equal(byPack().status, 0, "the pack is of the time before");
  assert.equal(program("pack", "fetch", "--log", `${baseUrl()}/log`, "--policy", code.policy, "--into", code.pack).status, 0);
  assert.equal(byPack().status, 3);
});

test("the officer serves an order on paper", async () => {
  const page = people.officer;
  await page.goto("/paper");
  await inOrder(page, "journey-paper");
  await page.locator("main a[href^='/paper/']").first().click();
  await fill(page, { 送達日期: today(), 簽收人: "本人" });
  await inOrder(page, "journey-service");
  await press(page, "登錄送達");
  await inOrder(page, "journey-served");
});

test("every page of the menu is in order for everyone, with script, at both widths and in English", async () => {
  for (const [role, name] of Object.entries(names)) {
    for (const options of [{ width: 1280 }, { width: 390, lang: "en" }]) {
      const { page, context, complaints } = await visitor(browser, options);
      await signIn(page, name);
      const links = await page.locator("nav a, .r-nav a").evaluateAll((all) => [...new Set(all.map((a) => a.pathname))]);
      for (const path of links.filter((path) => !path.startsWith("/lang"))) {
        await page.goto(path);
        await inOrder(page, `menu-${role}${path.replaceAll("/", "-")}-${options.width}`);
      }
      assert.deepEqual(complaints, []);
      await context.close();
    }
  }
});
