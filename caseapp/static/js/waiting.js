// Work that takes longer than a second says so: the next page is being worked out, and this one still stands.
"use strict";

(() => {
  const PATIENCE = 1000;
  let timer = 0;

  const begin = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      document.getElementById("being-worked-out").hidden = false;
    }, PATIENCE);
  };

  const end = () => {
    window.clearTimeout(timer);
    document.getElementById("being-worked-out").hidden = true;
  };

  // Leaving for another page begins the wait; a file to keep leaves this page standing, so it is not waited for.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const inPlace = link && link.origin === window.location.origin && !link.hash && !/\.\w{3,4}$/.test(link.pathname);
    if (inPlace && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      begin();
    }
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) {
      begin(); // a script that took the form over says itself how far it is
    }
  });
  window.addEventListener("pageshow", end);
})();
