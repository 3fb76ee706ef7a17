// My cases, kept in the phone while there is a line and read from it when there is none.
"use strict";

(() => {
  const place = document.getElementById("queue");
  const { store, seal, queue } = window.caseapp;
  if (!place || !queue) {
    return;
  }
  const { me, say } = queue;
  const FRESH = 10 * 60000;

  const fetchMine = async () => {
    const answer = await window.fetch(place.dataset.mine, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) {
      return null;
    }
    const told = await answer.json();
    if (told.user !== me) {
      return null;
    }
    const at = Date.now();
    await store.put("kept", { key: "mine", user: me, at, sealed: await seal.seal(told) });
    return { at, told };
  };

  // My cases as they were last fetched; null where there are none of mine, or no key for them.
  const readMine = async () => {
    const kept = await store.get("kept", "mine");
    if (!kept || kept.user !== me || (await seal.locked())) {
      return null;
    }
    return { at: kept.at, told: (await seal.open(kept.sealed)).value };
  };

  const list = document.getElementById("mine");

  const make = (name, text, style) => {
    const made = document.createElement(name);
    made.textContent = text;
    made.className = style || "";
    return made;
  };

  // A case as the phone knows it: no title, no names, no numbers to call.
  const card = (one) => {
    const colours = one.dues.map((due) => due.colour);
    const colour = ["red", "yellow", "green"].find((shade) => colours.includes(shade)) || "none";
    const item = make("li", "", `wait wait-${colour}`);
    const head = make("p", "", "wait-head");
    head.append(
      make("strong", one.number),
      make("span", one.state, "plate"),
      make("span", say("people", { count: one.headcount }), "muted")
    );
    const dues = make("ul", "");
    one.dues.forEach((due) => dues.appendChild(make("li", `${due.what} · ${due.on} · ${due.light}`)));
    item.append(head, make("p", [one.track, one.category, one.place, one.registered].join(" · ")), dues);
    return item;
  };

  const choose = (number, length, action) => {
    document.querySelectorAll("form[data-queue]").forEach((form) => {
      const wanted = form.dataset.queue === action;
      form.closest("[data-part=act]").hidden = !wanted;
      if (wanted) {
        form.dataset.number = number;
        form.hidden = false;
        document.getElementById(form.dataset.result).hidden = true;
        form.querySelector("[name$=length]").value = length;
        form.querySelector("[data-part=about]").textContent = number;
        form.closest("[data-part=act]").scrollIntoView();
        form.querySelector("input:not([type=hidden]), textarea").focus();
      }
    });
  };

  const draw = (kept) => {
    if (!list || !kept) {
      return;
    }
    list.textContent = "";
    document.getElementById("mine-as-of").textContent = say("as_of", { when: kept.told.as_of });
    document.getElementById("mine-empty").hidden = kept.told.cases.length > 0;
    kept.told.cases.forEach((one) => {
      const item = card(one);
      const acts = document.getElementById("mine-acts").content.firstElementChild.cloneNode(true);
      acts.querySelectorAll("[data-act]").forEach((button) => {
        button.hidden = !one.acts.includes(button.dataset.act);
        button.addEventListener("click", () => choose(one.number, one.length, button.dataset.act));
      });
      item.appendChild(acts);
      list.appendChild(item);
    });
  };

  const begin = async () => {
    const kept = await readMine();
    draw(kept);
    if (list && (await seal.locked())) {
      document.getElementById("mine-as-of").textContent = say("locked");
    }
    if (navigator.onLine !== false && (list || !kept || kept.at < Date.now() - FRESH)) {
      draw(await fetchMine());
    }
  };

  // Over plain HTTP no page opens without a line. A link that would leave for nothing is held back; this page stays open,
  // can be written on, and shows my cases.
  const stay = document.getElementById("staying");
  const hold = async () => {
    const kept = await readMine();
    const found = stay.querySelector("ul");
    found.textContent = "";
    if (kept) {
      kept.told.cases.forEach((one) => found.appendChild(card(one)));
    }
    stay.hidden = false;
    stay.querySelector("button").focus();
  };
  if (!window.isSecureContext) {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (link && navigator.onLine === false && link.origin === window.location.origin && !link.hash) {
        event.preventDefault();
        hold().catch(() => {});
      }
    }, true); // prettier-ignore
    stay.querySelector("button").addEventListener("click", () => {
      stay.hidden = true;
    });
  }

  // After the page itself is there: a slow line carries what was asked for first.
  const later = () => window.setTimeout(() => begin().catch(() => {}), list ? 0 : 4000);
  if (document.readyState === "complete") {
    later();
  } else {
    window.addEventListener("load", later);
  }
})();
