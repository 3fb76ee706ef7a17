// The service worker: pages open without a line. Served at /sw.js with VERSION and FILES before this text; there are
// service workers over HTTPS (and on the machine itself) alone.
"use strict";

/* global VERSION, FILES */
const STATIC = `caseapp-files-${VERSION}`;
const PAGES = `caseapp-pages-${VERSION}`;
const KEPT = ["/cases/new", "/queue", "/offline"];
const PATIENCE = 8000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(STATIC)
      .then((cache) => cache.addAll(FILES))
      .then(() => self.skipWaiting())
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== STATIC && name !== PAGES).map((name) => caches.delete(name))))
      .then(() => self.clients.claim())
  );
});

// Only a page that is what was asked for: not the login page it led to, not an error.
const isWhole = (answer) => answer && answer.ok && !answer.redirected && answer.type === "basic";

const keepPage = async (path) => {
  const answer = await fetch(path, { credentials: "same-origin" });
  if (isWhole(answer)) {
    await (await caches.open(PAGES)).put(path, answer);
  }
};

const keepPages = async () => {
  const cache = await caches.open(PAGES);
  for (const path of KEPT) {
    if (!(await cache.match(path))) {
      await keepPage(path).catch(() => {});
    }
  }
};

self.addEventListener("message", (event) => {
  if (event.data === "keep-pages") {
    event.waitUntil(keepPages());
  }
});

const after = (time) => new Promise((done) => setTimeout(done, time));

const page = async (request, path) => {
  const cache = await caches.open(PAGES);
  const kept = KEPT.includes(path) ? await cache.match(path) : null;
  const asked = fetch(request).then((answer) => {
    if (KEPT.includes(path) && isWhole(answer)) {
      cache.put(path, answer.clone()).catch(() => {});
    }
    return answer;
  });
  try {
    const first = await (kept ? Promise.race([asked, after(PATIENCE)]) : asked);
    if (first) {
      return first;
    }
    asked.catch(() => {});
    return kept;
  } catch (noLine) {
    const instead = kept || (await cache.match("/offline"));
    if (instead) {
      return instead;
    }
    throw noLine;
  }
};

const file = async (request) => (await caches.match(request)) || fetch(request);

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  if (event.request.mode === "navigate") {
    event.respondWith(page(event.request, url.pathname));
  } else if (FILES.includes(url.pathname + url.search)) {
    event.respondWith(file(event.request));
  }
});
