// Keeps the page /Q/ and its files for the day without a network. It asks for them without cookies, so what it keeps is nobody's page.

const CACHE = "renshi-verify";
const PAGE = "/Q/";

async function keep() {
  const answer = await fetch(PAGE, { credentials: "omit", cache: "no-store" });
  if (!answer.ok) return;
  const text = await answer.clone().text();
  const wanted = new Set([...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((found) => found[1]));
  const cache = await caches.open(CACHE);
  await cache.addAll([...wanted]);
  // Last: the page is there only with all it needs.
  await cache.put(PAGE, answer);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname !== PAGE && !wanted.has(pathname)) await cache.delete(request);
  }
}

const find = (address) => caches.match(address, { ignoreVary: true });

async function page(event) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(keep().catch(() => undefined));
    return answer;
  } catch {
    return (await find(PAGE)) ?? Response.error();
  }
}

addEventListener("install", (event) => event.waitUntil(keep().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== location.origin || event.request.method !== "GET") return;
  if (event.request.mode === "navigate" && pathname === PAGE) event.respondWith(page(event));
  else if (pathname.startsWith("/assets/")) event.respondWith(find(event.request.url).then((kept) => kept ?? fetch(event.request)));
});
