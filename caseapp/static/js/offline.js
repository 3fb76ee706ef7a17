// My cases, kept in the phone while there is a line and read from it when there is none.
"use strict";

(() => {
  const place = document.getElementById("queue");
  const { store, queue } = window.caseapp;
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
    const kept = { key: "mine", user: me, at: Date.now(), told };
    await store.put("kept", kept);
    return kept;
  };

  const list = document.getElementById("mine");
  const template = document.getElementById("mine-case");

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
    if (!list || !kept || kept.user !== me) {
      return;
    }
    list.textContent = "";
    document.getElementById("mine-as-of").textContent = say("as_of", { when: kept.told.as_of });
    document.getElementById("mine-empty").hidden = kept.told.cases.length > 0;
    kept.told.cases.forEach((one) => {
      const item = template.content.firstElementChild.cloneNode(true);
      const part = (name) => item.querySelector(`[data-part=${name}]`);
      const colours = one.dues.map((due) => due.colour);
      item.classList.add(`wait-${["red", "yellow", "green"].find((colour) => colours.includes(colour)) || "none"}`);
      part("number").textContent = one.number;
      part("about").textContent = [one.track, one.category, one.place, one.registered].join(" · ");
      part("state").textContent = one.state;
      part("people").textContent = say("people", { count: one.headcount });
      one.dues.forEach((due) => {
        const line = document.createElement("li");
        line.textContent = `${due.what} · ${due.on} · ${due.light}`;
        part("dues").appendChild(line);
      });
      item.querySelectorAll("[data-act]").forEach((button) => {
        button.hidden = !one.acts.includes(button.dataset.act);
        button.addEventListener("click", () => choose(one.number, one.length, button.dataset.act));
      });
      list.appendChild(item);
    });
  };

  const begin = async () => {
    const kept = await store.get("kept", "mine");
    draw(kept);
    if (navigator.onLine !== false && (list || !kept || kept.user !== me || kept.at < Date.now() - FRESH)) {
      draw(await fetchMine());
    }
  };

  // After the page itself is there: a slow line carries what was asked for first.
  const later = () => window.setTimeout(() => begin().catch(() => {}), list ? 0 : 4000);
  if (document.readyState === "complete") {
    later();
  } else {
    window.addEventListener("load", later);
  }
})();
