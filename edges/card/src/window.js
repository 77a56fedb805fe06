// The window through which a page speaks with the component when the browser keeps it from doing so directly. It carries one
// request of the page that opened it, if that page belongs to a named site, and closes.

const sites = document.documentElement.dataset.sites.split(" ");
const addresses = { CheckEnvir: "/pkcs11info", GetUserCert: "/pkcs11info?withcert=true", MakeSignature: "/sign" };

window.addEventListener("message", async ({ source, origin, data }) => {
  if (!source || source !== window.opener || !sites.includes(origin)) return;
  const { func } = JSON.parse(data);
  if (!Object.hasOwn(addresses, func)) return;
  const answer = await fetch(addresses[func], { method: "POST", body: func === "MakeSignature" ? `tbsPackage=${data}` : "" });
  source.postMessage(await answer.text(), origin);
  window.close();
});

for (const site of sites) window.opener?.postMessage(JSON.stringify({ func: "getTbs" }), site);
