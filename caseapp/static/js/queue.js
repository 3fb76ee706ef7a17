// The queue: what was typed is put here first, then sent; it leaves only when the server has answered with the number.
"use strict";

(() => {
  const place = document.getElementById("queue");
  if (!place) {
    return;
  }
  const { store, seal, records } = window.caseapp;
  const { LEASE } = records;
  const me = place.dataset.user;
  const words = JSON.parse(place.dataset.words);
  const LIMIT = { photo: 180000, other: 30000 };
  const MOST_IN_A_ROW = 3; // failures after which a pass gives up for a while
  const SLOWEST = 60000;
  const UNSENT = ["waiting", "sending", "refused"];

  let token = place.dataset.token;
  let mayAsk = true; // false once the server said that nobody, or somebody else, is logged in
  let passing = false;
  let failures = 0;
  let timer = 0;

  const say = (key, values) =>
    (words[key] || key).replace(/%\((\w+)\)[sd]/g, (_whole, name) => String((values || {})[name]));

  const changed = (record) => {
    document.dispatchEvent(new CustomEvent("queue:changed", { detail: record || null }));
  };

  // Puts a record and its photos on the phone, together or not at all. ``about``: what the photos are of, and of which
  // record (``parent``) or case (``number``).
  const keep = async (record, photos, about) => {
    const children = (photos || []).map((photo, place) =>
      Object.assign(
        { id: store.newId(), user: me, kind: "photo", parent: "", number: "", fields: [], title: photo.name },
        { page: window.location.pathname, made: Date.now() + place, state: "waiting", tries: 0, problems: [] },
        about
      )
    );
    const all = record ? [record].concat(children) : children;
    await records.keep(all, photos || []);
    all.forEach(changed);
    return all;
  };

  const change = async (id, values, told, done) => {
    const record = await records.change(id, values, told, done);
    changed(record);
    return record;
  };

  const ask = (method, url, body, limit, progress) =>
    new Promise((done) => {
      const asked = new XMLHttpRequest();
      const end = (status) => {
        let told = {};
        try {
          told = JSON.parse(asked.responseText) || {};
        } catch (_unreadable) {
          told = {};
        }
        done({ status, told });
      };
      asked.open(method, url);
      asked.timeout = limit;
      asked.setRequestHeader("Accept", "application/json");
      if (method === "POST") {
        asked.setRequestHeader("X-CSRFToken", token);
      }
      asked.onload = () => end(asked.status);
      asked.onerror = asked.ontimeout = asked.onabort = () => end(0);
      if (progress) {
        asked.upload.onprogress = (event) => progress(event.loaded / (event.total || 1));
      }
      asked.send(body || null);
    });

  // The login is over, so its key goes from the phone. A page that is open goes on with the one it has.
  const over = () => {
    mayAsk = false;
    seal.drop().catch(() => {});
  };

  const fetchTicket = async () => {
    const { status, told } = await ask("GET", place.dataset.ticket, null, LIMIT.other);
    if (status === 200 && told.user === me) {
      token = told.token;
      return true;
    }
    if (status === 401) {
      over();
    }
    mayAsk = mayAsk && status !== 200; // somebody else is logged in
    return false;
  };

  const letter = (record, file, live) => {
    const body = new FormData();
    record.fields.forEach(([name, value]) => body.append(name, value));
    const about = {
      kind: record.kind, client_id: record.id, user: record.user, parent: record.parent || "",
      number: record.number || "", made_at: record.made, sent_at: Date.now(), live: live ? "1" : "",
    }; // prettier-ignore
    Object.keys(about).forEach((name) => body.set(name, about[name]));
    if (file) {
      body.append("photo", new Blob([file.data], { type: file.type }), file.name);
    }
    return body;
  };

  // What an answer means for a record. Only a number, said for this very record, lets anything be forgotten.
  const settle = (record, status, told) => {
    if (status === 200 && told.client_id === record.id && told.number) {
      const { number, url, note, sentence, receipt, code } = told;
      const said = { number, url, note, sentence, receipt, code };
      return change(record.id, { state: "sent", sentAt: Date.now() }, said, true);
    }
    if ([403, 404, 409, 413, 415, 422].includes(status) && told.problems) {
      return change(record.id, { state: "refused" }, { problems: told.problems });
    }
    return change(record.id, { state: "waiting", tries: record.tries + 1 });
  };

  // Sends one record: "sent", "refused", "failed" (no answer that counts), "stop" (nobody may send now), or "busy".
  const send = async (id, live) => {
    const claimed = await records.claim(id, me);
    if (!claimed) {
      return "busy";
    }
    const record = await records.read(claimed);
    if (record.locked) {
      await change(id, { state: "waiting" });
      return "busy"; // its key is not here: the login is over, or the office has lost the key
    }
    changed(record);
    const renew = window.setInterval(() => change(id, { lease: Date.now() + LEASE }), LEASE / 2);
    try {
      const file = record.kind === "photo" ? await records.file(id) : null;
      const limit = record.kind === "photo" ? LIMIT.photo : LIMIT.other;
      const progress = (share) => changed(Object.assign({}, record, { share }));
      const once = () => ask("POST", place.dataset.send, letter(record, file, live), limit, file ? progress : null);
      let { status, told } = await once();
      if (status === 400 && (await fetchTicket())) {
        ({ status, told } = await once());
      }
      if (status === 401) {
        over();
      }
      window.clearInterval(renew);
      const { state } = await settle(record, status, told);
      if (state === "waiting") {
        return mayAsk ? "failed" : "stop";
      }
      return state;
    } finally {
      window.clearInterval(renew);
    }
  };

  // What is to be sent now, oldest first. A photo waits until the server has its case.
  const due = async () => {
    const unsent = await records.states(UNSENT);
    const held = new Set(unsent.map((record) => record.id));
    return unsent
      .filter((one) => one.user === me && !(one.parent && held.has(one.parent)))
      .filter(records.isFree)
      .sort((one, other) => one.made - other.made);
  };

  // Sends all that waits, oldest first; what fails is passed over for now and tried again in the next pass.
  const pass = async () => {
    window.clearTimeout(timer);
    if (passing || !mayAsk || navigator.onLine === false || (await seal.locked())) {
      return;
    }
    passing = true;
    let done = 0;
    let inARow = 0;
    try {
      const waiting = await due();
      for (const record of waiting) {
        const outcome = await send(record.id); // one after the other: a slow line carries one at a time best
        inARow = outcome === "failed" ? inARow + 1 : 0;
        done += outcome === "sent" ? 1 : 0;
        if (outcome === "stop" || inARow >= MOST_IN_A_ROW) {
          break;
        }
      }
    } finally {
      passing = false;
    }
    failures = done ? 0 : failures + 1;
    await again();
  };

  // The next pass: soon after one that got somewhere, later and later after one that did not.
  const again = async () => {
    const left = (await records.states(["waiting", "sending"])).some((one) => one.user === me);
    window.clearTimeout(timer);
    if (left && mayAsk) {
      const pause = Math.min(SLOWEST, 500 * 2 ** Math.min(failures, 8));
      timer = window.setTimeout(pass, pause * (0.75 + Math.random() / 2));
    }
  };

  const wake = () => {
    failures = 0;
    return pass();
  };

  const counts = async () => {
    const unsent = await records.states(UNSENT);
    const mine = unsent.filter((one) => one.user === me);
    return {
      waiting: mine.filter((one) => one.state !== "refused").length,
      refused: mine.filter((one) => one.state === "refused").length,
      others: unsent.length - mine.length,
    };
  };

  window.caseapp.queue = {
    me, say, keep, change, send, pass, wake, counts,
    list: () => records.of(me),
    mayAsk: () => mayAsk,
  }; // prettier-ignore

  // The banner.
  const banner = place.querySelector("[data-part=banner]");
  const show = async () => {
    const count = await counts();
    const parts = [];
    if (count.waiting) {
      parts.push(say(mayAsk && !(await seal.locked()) ? "waiting" : "log_in", { count: count.waiting }));
    }
    if (count.refused) {
      parts.push(say("refused", { count: count.refused }));
    }
    if (count.others) {
      parts.push(say("others", { count: count.others }));
    }
    const text = parts.join(" ");
    if (banner.textContent !== text) {
      banner.textContent = text;
    }
    place.hidden = !text;
    place.classList.toggle("queue-refused", count.refused > 0);
  };

  let showing = 0;
  document.addEventListener("queue:changed", () => {
    showing =
      showing ||
      window.setTimeout(() => {
        showing = 0;
        show();
      }, 300);
  });
  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  window.setInterval(show, 5000); // another page of the same phone may have sent what waited

  store
    .open()
    .then(records.tidy)
    .then(show)
    .then(pass)
    .catch(() => {}); // a browser that keeps nothing: forms are sent as they are
})();
