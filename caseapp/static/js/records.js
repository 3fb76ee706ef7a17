// The records that wait in this phone. What was typed, and what the office answered, is sealed; what the queue itself
// goes by (whose, of what kind, since when, in which state) is not.
"use strict";

(() => {
  const { store, seal } = window.caseapp;
  const PLAIN = ["id", "user", "kind", "parent", "made", "state", "tries", "lease", "sentAt"];
  const TYPED = ["fields", "number", "title", "page"];
  const TOLD = ["problems", "number", "url", "note", "sentence", "receipt", "code"];
  const EMPTY = { fields: [], problems: [], number: "", title: "", page: "" };
  const LEASE = 10000; // a page that sends renews its claim; one that died lets go of it within this time
  const LISTED = 86400000;

  const some = (record, names) => {
    const found = {};
    names.filter((name) => record[name] !== undefined).forEach((name) => {
      found[name] = record[name];
    }); // prettier-ignore
    return found;
  };

  // A record as it is kept. Nothing is sealed while a transaction is open: it would end meanwhile.
  const packed = async (record, close) => {
    const typed = await close(some(record, TYPED));
    const told = await close(some(record, TOLD));
    return Object.assign(some(record, PLAIN), { typed, told });
  };

  const packedFile = async (id, { name, type, data }, close) => ({ id, sealed: await close({ name, type }, data) });

  // A record as it was typed; ``locked`` where the key for it is not there.
  const read = async (kept) => {
    const record = Object.assign({}, EMPTY, some(kept, PLAIN));
    try {
      const parts = [];
      for (const part of [kept.typed, kept.told]) {
        parts.push(part ? (await seal.open(part)).value : {});
      }
      return Object.assign(record, parts[0], parts[1]);
    } catch (_noKey) {
      return Object.assign(record, { locked: true });
    }
  };
  const readAll = (found) => Promise.all(found.map(read));

  const states = async (names) => [].concat(...(await Promise.all(names.map((state) => store.where("state", state)))));

  const isFree = (record) => record.state === "waiting" || (record.state === "sending" && record.lease < Date.now());

  // Records and their photos, by place, together or not at all.
  const keep = async (all, photos) => {
    const kept = await Promise.all(all.map((record) => packed(record, seal.seal)));
    const files = await Promise.all(
      photos.map((photo, nth) => packedFile(all[all.length - photos.length + nth].id, photo, seal.seal))
    );
    const put = (at) => {
      files.forEach((file) => at("files").put(file));
      return Promise.all(kept.map((one) => store.answer(at("records").put(one))));
    };
    await store.transact(["records", "files"], put, true);
  };

  // Claims a record for this page; null when it is not to be sent, or another page is sending it.
  const claim = (id, user) =>
    store.transact(["records"], async (at) => {
      const found = await store.answer(at("records").get(id));
      if (!found || !isFree(found) || found.user !== user) {
        return null;
      }
      Object.assign(found, { state: "sending", lease: Date.now() + LEASE });
      await store.answer(at("records").put(found));
      return found;
    });

  // Changes a record as it stands now, with what the office told about it; what was typed and its photo go in the same
  // transaction when ``done``.
  const change = async (id, values, told, done) => {
    const answer = told ? await seal.seal(told) : null;
    const kept = await store.transact(["records", "files"], async (at) => {
      const found = await store.answer(at("records").get(id));
      if (!found) {
        return null;
      }
      Object.assign(found, values, answer ? { told: answer } : {}, done ? { typed: null } : {});
      if (done) {
        at("files").delete(id);
      }
      await store.answer(at("records").put(found));
      return found;
    });
    return kept && read(kept);
  };

  // What was sent is listed for a day, then its entry goes.
  const tidy = () =>
    store.transact(["records"], async (at) => {
      const sent = await store.answer(at("records").index("state").getAll("sent"));
      sent.filter((one) => one.sentAt < Date.now() - LISTED).forEach((one) => at("records").delete(one.id));
    });

  window.caseapp.records = {
    LEASE, packed, packedFile, states, isFree, keep, claim, change, tidy, read,
    get: async (id) => {
      const kept = await store.get("records", id);
      return kept ? read(kept) : null;
    },
    of: async (user) => readAll((await store.all("records")).filter((one) => one.user === user)),
    photosOf: async (id) => readAll(await store.where("parent", id)),
    file: async (id) => {
      const kept = await store.get("files", id);
      const { value, bytes } = kept ? await seal.open(kept.sealed) : {};
      return kept ? Object.assign({ data: bytes }, value) : null;
    },
  }; // prettier-ignore
})();
