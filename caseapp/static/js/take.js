// Taking over a form: what was typed goes into the queue first and is sent from there; the number shows at once.
"use strict";

(() => {
  const { store, queue, records, seal, forms } = window.caseapp;
  if (!queue) {
    return;
  }
  const { say } = queue;

  const part = (panel, name) => panel.querySelector(`[data-part=${name}]`);

  const boxOf = (form, name) => {
    const input = Array.from(form.elements).find((one) => one.name === name);
    return input ? input.closest(".field, .chips") : null;
  };

  const forget = (form) => {
    form.querySelectorAll(".field-error[data-said]").forEach((one) => one.remove());
    form.querySelectorAll(".has-error").forEach((one) => one.classList.remove("has-error"));
  };

  // Says what is to be mended, beside the field where there is one, and goes to the first.
  // What others entered meanwhile, under the sentence that says so; sent once more, the record has been seen with it.
  const sawMeanwhile = (form, line, between, length, url, open) => {
    between.forEach((entry) => line.append(document.createElement("br"), entry));
    const link = document.createElement("a");
    link.href = url;
    link.textContent = open;
    line.append(document.createElement("br"), link);
    if (form.elements.namedItem("length")) {
      form.elements.namedItem("length").value = String(length);
    }
  };

  const complain = (form, problems) => {
    forget(form);
    problems.forEach(({ field, sentence, between, length, url, open }, place) => {
      const box = boxOf(form, field) || form;
      const line = document.createElement("p");
      line.className = "field-error";
      line.dataset.said = "1";
      line.setAttribute("role", "alert");
      line.textContent = sentence;
      if (between) {
        sawMeanwhile(form, line, between, length, url, open);
      }
      if (box === form) {
        form.prepend(line);
      } else {
        box.classList.add("has-error");
        box.appendChild(line);
        const folded = box.closest("details");
        if (folded) {
          folded.open = true;
        }
      }
      if (place === 0) {
        const input = box === form ? line : box.querySelector("input, textarea, select");
        line.tabIndex = -1;
        input.focus();
      }
    });
  };

  // What the phone itself can see: a field that must be filled in is empty.
  const missing = (form) => {
    const filled = new FormData(form);
    return (form.dataset.needed || "")
      .split(" ")
      .filter((name) => name)
      .filter((name) => !String(filled.get(name) || "").trim())
      .map((field) => ({ field, sentence: say("needed") }));
  };

  const attach = (form) => {
    const kind = form.dataset.queue;
    const panel = document.getElementById(form.dataset.result);
    const button = form.querySelector(".submit-bar button[type=submit]") || form.querySelector("button[type=submit]");
    let record = null; // the log or act this page sent
    let added = []; // the ids of photos sent for a case that is there already
    let putting = false; // while it is put into the queue, its state is nobody's business yet

    const read = () =>
      Array.from(new FormData(form).entries())
        .filter(([name, value]) => typeof value === "string" && name !== "csrf_token" && name !== "token")
        .map(([name, value]) => [form.dataset.prefix ? name.replace(form.dataset.prefix, "") : name, value]);

    const photos = () => (form.caseappPhotos ? form.caseappPhotos.all() : Promise.resolve([]));

    const clear = async () => {
      if (form.caseappPhotos) {
        form.caseappPhotos.clear();
      }
      if (form.caseappDraft) {
        form.caseappDraft.begin();
        await form.caseappDraft.forget();
      } else {
        form.reset();
      }
    };

    const isMine = (one) => added.includes(one.id) || (record !== null && one.parent === record.id);
    const children = () =>
      record ? records.photosOf(record.id) : Promise.all(added.map(records.get));

    const tellPhotos = async () => {
      const all = await children();
      const done = all.filter((one) => one.state === "sent").length;
      const bad = all.filter((one) => one.state === "refused");
      const line = part(panel, "photos-sent");
      line.hidden = !all.length;
      const sentence = bad.length ? ` ${bad[0].problems[0].sentence}` : "";
      line.textContent = bad.length
        ? say("photos_refused", { count: bad.length }) + sentence
        : say(done === all.length ? "photos_done" : "photos_sent", { done, count: all.length });
      return all.length > 0 && done === all.length ? all[0] : null;
    };

    // The receipt of what was just logged, to be handed over on the spot.
    const handOver = ({ receipt, code }) => {
      const link = part(panel, "receipt");
      const picture = part(panel, "code");
      if (!link || !picture) {
        return;
      }
      link.hidden = picture.hidden = !receipt;
      if (receipt) {
        link.href = receipt;
        picture.querySelector("img").src = code;
      }
    };

    const tell = async (state, found) => {
      panel.hidden = false;
      form.hidden = true;
      panel.dataset.state = state;
      part(panel, "line").textContent = say(state === "sent" && kind === "log" ? "is_logged" : `is_${state}`);
      part(panel, "number").textContent = found.number && kind === "log" ? found.number : "";
      part(panel, "note").textContent = found.note || "";
      const link = part(panel, "open");
      link.hidden = state !== "sent";
      if (state === "sent") {
        link.href = found.url;
      }
      handOver(state === "sent" ? found : {});
      await tellPhotos();
    };

    const followPhotos = async () => {
      const last = await tellPhotos();
      if (last && kind === "photo") {
        await tell("sent", last);
      }
    };

    // What becomes of the record while this page shows it.
    const follow = async (event) => {
      const found = event.detail;
      if (putting || !found || (!isMine(found) && (!record || found.id !== record.id))) {
        return;
      }
      if (found.kind === "photo") {
        await followPhotos();
      } else if (found.state === "refused") {
        panel.hidden = true;
        form.hidden = false;
        complain(form, found.problems);
      } else {
        await tell(found.state, found);
        if (found.state === "sent") {
          await clear();
          if (kind !== "log" && !form.dataset.stay) {
            window.location.assign(found.url);
          }
        }
      }
    };

    // The record as it is now: a new one, or the one that is being mended, under its id and of its time.
    const recordNow = async () => {
      const again = record && record.state !== "sent" ? await records.get(record.id) : null;
      const base = again || { id: store.newId(), user: queue.me, kind, made: Date.now() };
      const fields = read();
      const told = fields.find(([name]) => ["story", "note"].includes(name));
      return Object.assign({}, base, {
        fields, number: form.dataset.number || base.number || "",
        page: window.location.pathname + window.location.search,
        title: (told ? told[1] : "").slice(0, 40), state: "waiting", tries: 0, problems: [],
      }); // prettier-ignore
    };

    const put = async () => {
      const taken = await photos();
      const paper = form.querySelector("[name=paper_kind], [name=kind]");
      const about = { number: form.dataset.number || "", fields: paper ? [["paper_kind", paper.value]] : [] };
      if (kind === "photo") {
        if (!taken.length) {
          complain(form, [{ field: "photos", sentence: say("no_photo") }]);
          return;
        }
        added = (await queue.keep(null, taken, about)).map((one) => one.id);
      } else {
        record = await recordNow();
        await queue.keep(record, taken, Object.assign({ parent: record.id }, about));
      }
      if (form.caseappPhotos) {
        form.caseappPhotos.clear(); // they are in the queue now
      }
      if (form.caseappDraft) {
        await form.caseappDraft.forget();
      }
      await tell("sending", record || {});
      part(panel, "line").focus();
      putting = false;
      const first = record ? queue.send(record.id, kind !== "log") : Promise.resolve();
      first.then(queue.wake).catch(() => {});
    };

    // A button that leads elsewhere ("add to that case") is not taken over.
    let elsewhere = false;
    const press = (event) => {
      const pressed = event.target.closest("button");
      elsewhere = Boolean(pressed && pressed.hasAttribute("formaction"));
    };

    const submit = async (event) => {
      if (elsewhere) {
        return;
      }
      event.preventDefault();
      if (button.disabled) {
        return;
      }
      const problems = missing(form);
      complain(form, problems);
      if (problems.length) {
        return;
      }
      button.disabled = true;
      putting = true;
      try {
        await put();
      } catch (_nothingKept) {
        if (await seal.locked()) {
          complain(form, [{ field: "", sentence: say("no_key") }]);
          return;
        }
        if (form.caseappPhotos) {
          form.caseappPhotos.giveBack();
        }
        form.submit(); // this phone has no room left: the form goes as it is
      } finally {
        button.disabled = false;
        putting = false;
      }
    };

    const another = async () => {
      record = null;
      added = [];
      panel.hidden = true;
      form.hidden = false;
      const emptied = clear(); // the form at once; what the phone kept of it, as soon as it can
      const first = form.querySelector("textarea");
      if (first) {
        first.focus();
      }
      await emptied;
    };

    // Back from the queue page: what was typed is put in again, under the same id.
    const mend = async () => {
      const asked = /^#mend=([0-9a-f]{32})$/.exec(window.location.hash);
      const found = asked ? await records.get(asked[1]) : null;
      if (!found || found.locked || found.user !== queue.me || found.kind !== kind || found.state === "sent") {
        return;
      }
      record = found;
      const prefix = form.dataset.prefix || "";
      forms.fill(form, found.fields.map(([name, value]) => [prefix + name, value])); // prettier-ignore
      complain(form, found.problems);
      const waiting = await children();
      const line = form.querySelector("[data-part=photos-kept]");
      if (line && waiting.length) {
        line.textContent = say("photos_kept", { count: waiting.length });
        line.hidden = false;
      }
    };

    document.addEventListener("queue:changed", (event) => follow(event).catch(() => {}));
    form.addEventListener("click", press);
    form.addEventListener("submit", submit);
    part(panel, "another").addEventListener("click", () => another().catch(() => {}));
    form.dataset.taken = "1";
    mend().catch(() => {});
  };

  store
    .open()
    .then(() => document.querySelectorAll("form[data-queue]").forEach(attach))
    .catch(() => {}); // a browser that keeps nothing: forms are sent as they are
})();
