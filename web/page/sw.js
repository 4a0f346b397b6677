/** Keeps the page, so that it works without a network after the first visit. The build fills in files and version. */

const VERSION = "@VERSION@";
const FILES = "@FILES@".split(" ");
const NAME = `ngff ${self.registration.scope} ${VERSION}`;
const PAGE = new URL("./", self.registration.scope).href;
const EXAMPLES = new URL("examples/", self.registration.scope).href; // all of which is known: what is not, is absent
const known = new Set([PAGE, ...FILES.map((file) => new URL(file, self.registration.scope).href)]);

self.addEventListener("install", (event) => {
  // what the browser has of it is asked for again in few words: it may be of another version
  const files = [...known].map((address) => new Request(address, { cache: "no-cache" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(files)));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith(`ngff ${self.registration.scope} `) && name !== NAME;
  const cleared = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(cleared.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  address.hash = "";
  if (event.request.mode === "navigate") address.search = "";
  if (event.request.method !== "GET") return;
  if (known.has(address.href))
    event.respondWith(caches.match(address.href, { cacheName: NAME }).then((kept) => kept ?? fetch(event.request)));
  else if (address.href.startsWith(EXAMPLES)) event.respondWith(new Response(null, { status: 404 }));
});
