// What this phone keeps: records that wait, their photos, drafts, my cases. IndexedDB is there over plain HTTP too.
// What is put here is sealed before (seal.js).
"use strict";

window.caseapp = window.caseapp || {};

(() => {
  const KEYS = { records: "id", files: "id", drafts: "key", kept: "key" };
  const INDEXES = ["parent", "state"];
  let opened = null;

  const ask = () =>
    new Promise((done, failed) => {
      const asked = window.indexedDB.open("caseapp-sealed", 1);
      asked.onupgradeneeded = () => {
        Object.keys(KEYS).forEach((name) => asked.result.createObjectStore(name, { keyPath: KEYS[name] }));
        INDEXES.forEach((name) => asked.transaction.objectStore("records").createIndex(name, name));
      };
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });

  // The first time, with what an earlier version kept unsealed (moving.js).
  const open = () => {
    if (!opened) {
      opened = ask().then(async (base) => {
        await window.caseapp.moving.own(base).catch(() => {});
        return base;
      });
      opened.catch(() => {});
    }
    return opened;
  };

  const answer = (asked) =>
    new Promise((done, failed) => {
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });

  // One transaction: all of it is kept, or none of it is. ``safe``: it lies on the disk when the promise is kept. What
  // was typed is written so; that it was sent is not, because it is asked again otherwise.
  const inOne = async (base, names, work, safe) => {
    const act = base.transaction(names, "readwrite", { durability: safe ? "strict" : "relaxed" });
    const done = new Promise((kept, lost) => {
      act.oncomplete = () => kept();
      act.onabort = () => lost(act.error);
      act.onerror = () => lost(act.error);
    });
    done.catch(() => {});
    const result = await work((name) => act.objectStore(name));
    await done;
    return result;
  };

  const transact = async (names, work, safe) => inOne(await open(), names, work, safe);

  const read = async (name, work) => {
    const base = await open();
    return answer(work(base.transaction(name, "readonly").objectStore(name)));
  };

  window.caseapp.store = {
    open,
    answer,
    inOne,
    transact,
    get: (name, key) => read(name, (store) => store.get(key)),
    all: (name) => read(name, (store) => store.getAll()),
    where: (index, value) => read("records", (store) => store.index(index).getAll(value)),
    put: (name, value) => transact([name], (store) => answer(store(name).put(value))),
    remove: (name, key) => transact([name], (store) => answer(store(name).delete(key))),
    // An id made on the phone, long enough that no two phones make the same.
    newId: () => {
      const bytes = window.crypto.getRandomValues(new Uint8Array(16));
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    },
  };
})();
