// What the page says, in both languages beside each other.

const english = () => document.documentElement.lang === "en";

/** @param {{zh: string, en: string}} words */
export const say = (words) => (english() ? words.en : words.zh);

/** What each check is about, and what it means that it holds; `{}` is its value. */
export const CHECKS = {
  file: { what: { zh: "檔案", en: "File" }, ok: { zh: "檔案完整，沒有多餘或缺少的部分。", en: "The file is complete, with nothing added or missing." } },
  code: { what: { zh: "條碼", en: "Code" }, ok: { zh: "條碼完整（模式 {}）。", en: "The code is complete (mode {})." } },
  pack: { what: { zh: "離線資料", en: "Pack" }, ok: { zh: "裝置上的登錄簿資料由信任的金鑰簽署，共 {} 筆。", en: "The register's data on this device is signed with its trusted key, at {} entries." } },
  paper: { what: { zh: "PDF 簽章", en: "PDF signature" }, ok: { zh: "整個 PDF 由機關憑證簽章，簽章後沒有更動。", en: "All of the PDF is signed with the agency's certificate and unchanged since." } },
  content: { what: { zh: "內容", en: "Content" }, ok: { zh: "內容和登錄時一致。", en: "The content is what was registered." } },
  erasure: { what: { zh: "內容銷毀", en: "Erasure" }, ok: { zh: "內容已依「{}」銷毀，登錄事實仍可查證。", en: "The content was destroyed under {}; that the order was issued can still be proven." } },
  signature: { what: { zh: "機關簽章", en: "Agency signature" }, ok: { zh: "由「{}」的金鑰簽章。", en: "Signed with the key of {}." } },
  issuer: { what: { zh: "機關金鑰", en: "Agency key" }, ok: { zh: "機關的金鑰在發布以前就登錄在登錄簿裡。", en: "The agency's key was in the register before the order." } },
  approval: { what: { zh: "核定", en: "Approval" }, ok: { zh: "核定人以憑證簽章，這份令在核定的那一批裡。", en: "The approver signed by card, and this order is in the batch approved." } },
  checkpoint: { what: { zh: "登錄簿簽署", en: "Checkpoint" }, ok: { zh: "登錄簿以信任的金鑰簽署，共 {} 筆。", en: "The register is signed with its trusted key, at {} entries." } },
  witnesses: { what: { zh: "見證", en: "Witnesses" }, ok: { zh: "外部見證者已簽署：{}。", en: "Signed by outside witnesses: {}." } },
  inclusion: { what: { zh: "登錄", en: "In the register" }, ok: { zh: "登錄簿收錄了這份令（索引 {}）。", en: "The register holds this order (index {})." } },
  anchor: { what: { zh: "定錨", en: "Anchor" }, ok: { zh: "{}", en: "{}" } },
  status: { what: { zh: "狀態", en: "Status" }, ok: { zh: "{}", en: "{}" } },
};

/** Who approved, where it was not the head. */
export const BY_DEPUTY = { zh: "由職務代理人核定：代理人以憑證簽章，這份令在核定的那一批裡。", en: "Approved by a deputy of the head of the agency, who signed by card; this order is in the batch approved." };

export const RESULTS = {
  ok: { tone: "good", zh: "通過", en: "Holds" },
  failed: { tone: "bad", zh: "不符", en: "Fails" },
  unknown: { tone: "warn", zh: "未能判斷", en: "Undecided" },
  absent: { tone: "waiting", zh: "尚無", en: "Not yet" },
};

export const STATES = {
  valid: { zh: "有效", en: "stands" },
  superseded: { zh: "已更正", en: "superseded by a correction" },
  revoked: { zh: "已撤銷或註銷", en: "revoked" },
  repealed: { zh: "已廢止", en: "repealed" },
  ended: { zh: "已撤銷、註銷或廢止", en: "revoked or repealed" },
};

/** Keys of the summary. */
export const SUMMARY = {
  1: { zh: "文別", en: "Document" }, 2: { zh: "發文字號", en: "Number" }, 3: { zh: "發文日期", en: "Date" }, 4: { zh: "發文機關", en: "Issued by" },
  5: { zh: "受文者", en: "To" }, 6: { zh: "身分證字號", en: "National ID" }, 7: { zh: "服務機關及職稱", en: "Agency and title" },
  8: { zh: "事由", en: "Reason" }, 9: { zh: "獎懲", en: "Outcome" }, 10: { zh: "法令依據", en: "Legal basis" },
};

export const PAGE = {
  checking: { zh: "正在您的瀏覽器裡查驗……", en: "Checking in your browser…" },
  ofThem: { zh: "{}／{}，{}", en: "{} of {}, {}" },
  asOf: { zh: "截至 {}：{}。", en: "As of {}: {}." },
  anchored: {
    zh: "收錄這份令的登錄簿，最晚於 {} 已定錨於外部：{}。這一頁沒有向該處查詢，您可以自行核對。",
    en: "By {} the register with this order in it was anchored outside: {}. This page did not ask there; you can compare for yourself.",
  },
  notAnchored: { zh: "收錄這份令的登錄簿尚未定錨於外部。", en: "The register with this order in it is not anchored outside yet." },
  validUnseen: {
    zh: "這個編號的令確實由機關發布，目前有效。網址裡沒有紙本上的鑰匙，所以看不到令的內容，也沒有核對。",
    en: "An order under this code was issued by the agency and stands. The address lacks the key of the paper, so the content was neither seen nor checked.",
  },
  validThen: { zh: "這份令確實由機關發布，內容沒有被更動；截至 {} 有效。", en: "This order was issued by the agency, is unchanged, and stood as of {}." },
  changedThen: { zh: "這份令確實由機關發布過；截至 {} {}，不是現在的決定。", en: "This order was truly issued, but as of {} it was {} and no longer stands as it is." },
  packFresh: { zh: "離線資料已更新，截至 {}。沒有網路也可以在這裡查驗。", en: "The data for checking without a network is up to date as of {}. This page now works off line." },
  packKept: { zh: "沒有連上登錄簿；使用裝置上保存的資料，截至 {}。", en: "The register was not reached; the data kept on this device is as of {}." },
  noCode: { zh: "這不是可離線查驗的條碼文字。請貼上條碼的完整內容，例如 HTTPS://…/Q/#…", en: "This is not the text of a code that can be checked off line. Paste all of it, such as HTTPS://…/Q/#…" },
  erased: {
    zh: "這份令確實由機關發布，目前有效；其內容已依法銷毀，登錄事實仍可查證。",
    en: "This order was issued by the agency and stands; what it says was destroyed under the law. That it was issued is proven.",
  },
  compare: {
    zh: "請逐項核對手上的紙本和下列內容；如有不同，請勿採信該紙本。",
    en: "Compare the paper in your hand with what follows, line by line. If anything differs, do not rely on the paper.",
  },
  issuedOnly: {
    zh: "這份令確實由機關發布，內容沒有被更動；但現在查不到它的狀態，無法判斷是否仍然有效。",
    en: "This order was issued by the agency and is unchanged, but its present status could not be found out.",
  },
  changed: { zh: "這份令確實由機關發布過，但{}，不是現在的決定。", en: "This order was truly issued, but is {} and no longer stands as it is." },
  unreachable: { zh: "連不上登錄簿，查不到目前的狀態。", en: "The register cannot be reached, so the present status is unknown." },
  notHere: { zh: "這裡的登錄簿沒有這份令。", en: "The register here does not hold this order." },
  otherLeaf: { zh: "登錄簿裡的登錄和檔案裡的不同。", en: "The register's entry is not the one in the file." },
  insecure: {
    zh: "瀏覽器只在 https 網址下提供查驗所需的功能，因此沒有查驗。",
    en: "Browsers offer the means to check only at an https address, so nothing was checked.",
  },
  otherKey: { zh: "登錄簿公布的金鑰和這一頁所附的不同。", en: "The register publishes another key than the one in this page." },
  badKey: { zh: "網址裡 # 後面的鑰匙不完整。", en: "The key after # in the address is incomplete." },
  tooLarge: { zh: "檔案太大，不是獎勵令。", en: "The file is too large to be an order." },
  content: { zh: "令的內容", en: "What the order says" },
};
