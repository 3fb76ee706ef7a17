// While a story is typed, cases that may be the same matter are shown under it. Typing never waits for it, and an
// answer to what has been typed over since is dropped. It is sent in the body: a story belongs into no address.
"use strict";

(() => {
  const PAUSE = 500;
  const SHORTEST = 8;
  const SENT = ["csrf_token", "story", "unit", "category", "name", "respondent", "track", "petition_class", "about"];
  const place = document.getElementById("similar");
  const form = place && place.closest("form");
  let timer = 0;
  let latest = 0;
  let asked = "";
  let shown = "";

  const show = (html) => {
    if (html !== shown) {
      shown = html;
      place.innerHTML = html;
    }
    if (html) {
      form.elements.namedItem("asked").value = "1"; // seen here, so the form need not come back with it
    }
  };

  const typed = () => {
    const values = new FormData(form);
    const sent = new URLSearchParams();
    SENT.forEach((name) => values.getAll(name).forEach((value) => sent.append(name, value)));
    return sent;
  };

  const ask = () => {
    const sent = typed();
    if (sent.toString() === asked) {
      return;
    }
    asked = sent.toString();
    latest += 1;
    const mine = latest;
    if (sent.get("story").trim().length < SHORTEST) {
      show("");
      return;
    }
    fetch(place.dataset.ask, { method: "POST", body: sent, credentials: "same-origin" })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
      .then((html) => mine === latest && show(html.trim()))
      .catch(() => {}); // no network: no hint
  };

  if (form && window.fetch && window.URLSearchParams) {
    ["input", "change"].forEach((kind) =>
      form.addEventListener(kind, () => {
        window.clearTimeout(timer);
        timer = window.setTimeout(ask, PAUSE);
      }),
    );
  }
})();
