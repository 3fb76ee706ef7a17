// What an earlier version kept unsealed is sealed and moved, and its traces on the disk are written over.
"use strict";

(() => {
  const { store, seal, records } = window.caseapp;
  const place = document.getElementById("queue");
  const OLD = "caseapp";
  const me = place ? place.dataset.user : "";
  // A browser's database keeps what was deleted until it tidies its files, and it does so when much is written.
  const ROUNDS = 16;
  const PIECES = 100;
  const PIECE = 45000; // bytes; larger ones would lie in files of their own

  const openOld = async () => {
    if (window.indexedDB.databases && !(await window.indexedDB.databases()).some(({ name }) => name === OLD)) {
      return null;
    }
    return new Promise((done) => {
      const asked = window.indexedDB.open(OLD);
      asked.onupgradeneeded = () => asked.transaction.abort(); // there is none, and none is to be made
      asked.onerror = (event) => {
        event.preventDefault();
        done(null);
      };
      asked.onsuccess = () => {
        asked.result.onversionchange = () => asked.result.close();
        done(asked.result);
      };
    });
  };

  const all = (base, name) => store.inOne(base, [name], (at) => store.answer(at(name).getAll()));

  // Puts a thing where nothing is under its name yet, and then takes it from where it was.
  const carry = async (base, old, name, key, parts) => {
    const names = Object.keys(parts);
    const put = async (at) => {
      if (!(await store.answer(at(name).get(key)))) {
        await Promise.all(names.map((one) => store.answer(at(one).put(parts[one]))));
      }
    };
    await store.inOne(base, names, put, true);
    await store.inOne(old, names, (at) => Promise.all(names.map((one) => store.answer(at(one).delete(key)))));
  };

  const move = async (base, old, record, close) => {
    const { id } = record;
    const file = await store.inOne(old, ["files"], (at) => store.answer(at("files").get(id)));
    const parts = { records: await records.packed(record, close) };
    if (file) {
      parts.files = await records.packedFile(id, file, close);
    }
    await carry(base, old, "records", id, parts);
  };

  const moveDraft = async (base, old, draft) => {
    const { key, user, at, fields, photos } = draft;
    const kept = { key, user, at };
    if (photos) {
      kept.photos = await Promise.all(photos.map(({ name, type, data }) => seal.seal({ name, type }, data)));
    } else {
      kept.sealed = await seal.seal(fields);
    }
    await carry(base, old, "drafts", key, { drafts: kept });
  };

  // A key for what somebody else typed here, as the office seals it for them: nobody else opens it afterwards.
  const wrapFor = (user) => async (own) => {
    const body = new FormData();
    body.set("user", user);
    body.set("key", window.btoa(String.fromCharCode(...own)));
    const headers = { "X-CSRFToken": place.dataset.token };
    const answer = await window.fetch(place.dataset.wrap, { method: "POST", body, headers, credentials: "same-origin" });
    const { k, iv, data } = await answer.json();
    const bytes = (text) => Uint8Array.from(window.atob(text), (sign) => sign.charCodeAt(0));
    return { k, iv: bytes(iv), data: bytes(data) };
  };

  const writeOver = async (old) => {
    const kept = await store.inOne(old, ["kept"], (at) => store.answer(at("kept").get("rounds")));
    for (let round = kept ? kept.done : 0; round < ROUNDS; round += 1) {
      for (let nth = 0; nth < PIECES; nth += 1) {
        const junk = window.crypto.getRandomValues(new Uint8Array(PIECE));
        await store.inOne(old, ["records", "kept"], (at) => {
          at("kept").put({ key: "~", junk: nth === 50 ? junk : null }); // the last of the stores, so that all are passed
          return store.answer(at("records").put({ id: `!${nth}`, junk }));
        });
      }
      await store.inOne(old, ["records", "kept", "drafts"], (at) => {
        ["records", "kept", "drafts"].forEach((name) => at(name).clear());
        return store.answer(at("kept").put({ key: "rounds", done: round + 1 }));
      });
    }
  };

  window.caseapp.moving = {
    // What is mine, before anything is read here.
    own: async (base) => {
      const old = !me || (await seal.locked()) ? null : await openOld();
      if (!old) {
        return;
      }
      for (const record of (await all(old, "records")).filter((one) => one.user === me)) {
        await move(base, old, record, seal.seal);
      }
      for (const draft of (await all(old, "drafts")).filter((one) => one.user === me)) {
        await moveDraft(base, old, draft);
      }
      old.close();
    },
    // Later and without haste: what others left here, and the traces.
    rest: async () => {
      const old = !me || (await seal.locked()) ? null : await openOld();
      if (!old) {
        return;
      }
      const base = await store.open();
      const others = (await all(old, "records")).filter((one) => one.user && one.user !== me);
      for (const user of new Set(others.map((one) => one.user))) {
        const close = await seal.envelope(wrapFor(user));
        for (const record of others.filter((one) => one.user === user)) {
          await move(base, old, record, close);
        }
      }
      await writeOver(old);
      old.close();
      window.indexedDB.deleteDatabase(OLD);
    },
  };
})();
