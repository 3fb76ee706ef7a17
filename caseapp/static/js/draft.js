// Forms: what is typed is kept every two seconds, and put back when the page comes again.
"use strict";

(() => {
  const { store, seal } = window.caseapp;
  const place = document.getElementById("queue");
  if (!place) {
    return;
  }
  const me = place.dataset.user;
  const EVERY = 2000;
  const BESIDE = ["csrf_token", "token", "length", "submit"];

  const fieldsOf = (form) =>
    Array.from(new FormData(form).entries()).filter(
      ([name, value]) => typeof value === "string" && !BESIDE.includes(name)
    );

  // Puts values back into a form, and opens what is folded over a value.
  const fill = (form, fields) => {
    const values = {};
    fields.forEach(([name, value]) => {
      values[name] = (values[name] || []).concat(value);
    });
    Array.from(form.elements).forEach((one) => {
      if (!one.name || BESIDE.includes(one.name) || one.type === "file") {
        return;
      }
      const wanted = values[one.name] || [];
      if (one.type === "radio" || one.type === "checkbox") {
        one.checked = wanted.includes(one.value);
      } else if (one.multiple) {
        Array.from(one.options).forEach((option) => {
          option.selected = wanted.includes(option.value);
        });
      } else if (wanted.length) {
        one.value = wanted[0];
      }
      const folded = one.closest("details");
      const plain = one.tagName === "SELECT" || one.type === "radio" || one.type === "checkbox";
      if (folded && wanted.length && wanted[0] && !plain) {
        folded.open = true;
      }
    });
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const keyOf = (form) => `${me} ${window.location.pathname} ${form.dataset.keep}`;

  const attach = async (form) => {
    const key = keyOf(form);
    const begun = JSON.stringify(fieldsOf(form));
    const note = form.querySelector("[data-part=draft]");
    const close = await seal.envelope();
    let last = begun;
    let paused = false;

    const save = () => {
      const fields = fieldsOf(form);
      const now = JSON.stringify(fields);
      if (paused || now === last) {
        return Promise.resolve();
      }
      last = now;
      const kept = { key, user: me, at: Date.now(), sealed: close(fields) };
      return now === begun ? store.remove("drafts", key) : store.put("drafts", kept);
    };

    const forget = () => {
      last = JSON.stringify(fieldsOf(form));
      return store.transact(["drafts"], (at) => {
        at("drafts").delete(`${key} photos`);
        return store.answer(at("drafts").delete(key));
      });
    };

    form.caseappDraft = {
      forget,
      key,
      pause: (on) => {
        paused = on;
      },
      begin: () => {
        form.reset();
        last = JSON.stringify(fieldsOf(form));
        if (note) {
          note.hidden = true;
        }
      },
    };

    const found = await store.get("drafts", key);
    const photos = await store.get("drafts", `${key} photos`);
    const fields = found ? (await seal.open(found.sealed)).value : null;
    const shots = photos ? await Promise.all(photos.photos.map(seal.open)) : [];
    const typed = form.querySelector(".field-error") || window.location.hash.startsWith("#mend=");
    if ((found || photos) && !typed) {
      fill(form, fields || fieldsOf(form));
      last = JSON.stringify(fieldsOf(form));
      if (photos) {
        const detail = shots.map(({ value, bytes }) => Object.assign({ data: bytes }, value));
        form.dispatchEvent(new CustomEvent("photos:restore", { detail }));
      }
      if (note) {
        const when = new Date((found || photos).at).toLocaleString(document.documentElement.lang, {
          month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false,
        }); // prettier-ignore
        note.querySelector("[data-part=when]").textContent = when;
        note.hidden = false;
        note.querySelector("button").addEventListener("click", () => {
          form.dispatchEvent(new CustomEvent("photos:restore", { detail: [] }));
          form.caseappDraft.begin();
          forget();
        });
      }
    }
    form.dataset.kept = "1";
    window.setInterval(save, EVERY);
    window.addEventListener("pagehide", save);
    document.addEventListener("visibilitychange", save);
  };

  window.caseapp.forms = { fieldsOf, fill };
  document.querySelectorAll("form[data-keep]").forEach((form) => attach(form).catch(() => {}));
})();
