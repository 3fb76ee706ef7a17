// Whose phone this is: what is cleared at logout and when somebody else logs in, and the worker that opens pages
// without a line, which browsers allow over HTTPS alone.
"use strict";

(() => {
  const { store, seal, moving, queue } = window.caseapp;
  const place = document.getElementById("queue");
  const OWN = "caseapp-own-phone";
  const PAGES = "caseapp-pages-";
  const LONGEST = 12 * 3600000; // on a shared phone my cases are forgotten when the longest login ends

  const isOwn = () => window.localStorage.getItem(OWN) === "1";

  const clearPages = async () => {
    if (window.caches) {
      const names = (await window.caches.keys()).filter((name) => name.startsWith(PAGES));
      await Promise.all(names.map((name) => window.caches.delete(name)));
    }
  };

  // Everything of everybody but what waits to be sent.
  const clearAll = async () => {
    await clearPages();
    await store.transact(["drafts", "kept"], (at) => {
      at("drafts").clear();
      return store.answer(at("kept").clear());
    });
  };

  // A login by somebody else: nothing of the user before is left to be read.
  const changeHands = async (me) => {
    const owner = await store.get("kept", "owner");
    if (owner && owner.user !== me) {
      await clearAll();
    }
    const mine = await store.get("kept", "mine");
    if (mine && !isOwn() && mine.at < Date.now() - LONGEST) {
      await store.remove("kept", "mine");
    }
    await store.put("kept", { key: "owner", user: me });
  };

  const register = async () => {
    if (!window.isSecureContext || !navigator.serviceWorker) {
      return;
    }
    await navigator.serviceWorker.register(place.dataset.worker);
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage("keep-pages");
  };

  const unsent = async () => {
    const { waiting, refused } = await queue.counts();
    return waiting + refused;
  };

  // Before logging out: what was not sent yet is shown, and sent or kept; it is never thrown away.
  const leaving = (form, dialog) => {
    const go = async () => {
      await seal.drop();
      if (!isOwn()) {
        await clearAll();
      }
      form.submit();
    };
    const ask = async () => {
      const count = await unsent();
      if (!count) {
        await go();
        return;
      }
      dialog.querySelector("[data-part=count]").textContent = queue.say("unsent", { count });
      dialog.hidden = false;
      dialog.querySelector("button").focus();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask().catch(() => form.submit());
    });
    dialog.querySelector("[data-part=send]").addEventListener("click", () => queue.wake().then(ask));
    dialog.querySelector("[data-part=keep]").addEventListener("click", () => go().catch(() => form.submit()));
    dialog.querySelector("[data-part=stay]").addEventListener("click", () => {
      dialog.hidden = true;
    });
  };

  // The login page: whether the phone is shared is remembered in the phone, and shared is what it is until told otherwise.
  const choose = (box) => {
    box.hidden = false;
    const input = box.querySelector("input");
    input.checked = !isOwn();
    input.addEventListener("change", () => {
      if (input.checked) {
        window.localStorage.removeItem(OWN);
      } else {
        window.localStorage.setItem(OWN, "1");
      }
    });
  };

  const box = document.querySelector("[data-part=shared]");
  if (box && window.indexedDB) {
    choose(box);
    seal.drop().catch(() => {}); // the login is over, also where the office or the clock ended it
    if (!isOwn()) {
      clearPages().catch(() => {}); // the worker may have kept one more while somebody was logging out
    }
  }
  if (place && queue) {
    const begun = changeHands(queue.me).then(seal.begin);
    // After the page itself is there: a slow line carries what was asked for first.
    const later = () => window.setTimeout(() => begun.then(register).catch(() => {}).then(moving.rest).catch(() => {}), 3000); // prettier-ignore
    if (document.readyState === "complete") {
      later();
    } else {
      window.addEventListener("load", later);
    }
    leaving(document.querySelector("form[data-leave]"), document.getElementById("leaving"));
  }
})();
