// The service worker: pages open without a line. Served at /sw.js with VERSION and FILES before this text; there are
// service workers over HTTPS (and on the machine itself) alone.
"use strict";

/* global VERSION, FILES */
const STATIC = `caseapp-files-${VERSION}`;
const PAGES = `caseapp-pages-${VERSION}`;
const OURS = /^caseapp-(files|pages)-/;
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
      .then((names) => Promise.all(names.filter((name) => OURS.test(name) && name !== STATIC && name !== PAGES).map((name) => caches.delete(name))))
      .then(() => self.clients.claim())
  );
});

// Only a page that is what was asked for: not the login page it led to, not an error.
const isWhole = (answer) => answer && answer.ok && !answer.redirected && answer.type === "basic";

// Kept without the key that it brought: that one goes when the login ends (seal.js).
const put = async (path, answer) => {
  const text = (await answer.text()).replace(/ data-keys="[^"]*"/, "");
  const headers = new Headers(answer.headers);
  ["Content-Encoding", "Content-Length"].forEach((name) => headers.delete(name));
  await (await caches.open(PAGES)).put(path, new Response(text, { headers }));
};

const keepPage = async (path) => {
  const answer = await fetch(path, { credentials: "same-origin" });
  if (isWhole(answer)) {
    await put(path, answer);
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

// A kept page: from the office when it answers soon, else as it was last seen.
const keptPage = async (request, path) => {
  const cache = await caches.open(PAGES);
  const kept = await cache.match(path);
  const asked = fetch(request).then((answer) => {
    if (isWhole(answer)) {
      put(path, answer.clone()).catch(() => {});
    }
    return answer.status === 503 && kept ? kept.clone() : answer; // the office has no database just now: as without a line
  });
  if (!kept) {
    return asked;
  }
  asked.catch(() => {});
  return Promise.race([asked.catch(() => kept), after(PATIENCE).then(() => kept)]);
};

// Any other page; without a line, what can be read without one.
const page = (request, path) =>
  (KEPT.includes(path) ? keptPage(request, path) : fetch(request)).catch(async (noLine) => {
    const instead = await caches.match("/offline");
    if (instead) {
      return instead;
    }
    throw noLine;
  });

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
