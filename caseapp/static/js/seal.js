// What this phone keeps is encrypted with a key of who is logged in (docs/decisions/0044). Every page of the office
// brings it; over HTTPS it also lies in the phone while the login lives, because pages open there without a line. After
// the login nothing is read, and can still be added.
"use strict";

window.caseapp = window.caseapp || {};

(() => {
  const place = document.getElementById("queue");
  const { aes } = window.caseapp;
  const lent = window.isSecureContext && window.crypto.subtle; // over plain HTTP the browser lends no cipher
  const KEPT = "caseapp-key"; // a cache: each of its entries is a file, and gone when it is deleted; databases keep leftovers
  const ADDRESS = "/queue/key";
  const LONGEST = 12 * 3600000;
  const RENEWED = 3600000;

  const usable = async (raw) => (lent ? lent.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]) : raw);
  const encrypt = async (key, iv, bytes) =>
    lent ? new Uint8Array(await lent.encrypt({ name: "AES-GCM", iv }, key, bytes)) : aes.seal(key, iv, bytes);
  const decrypt = async (key, iv, data) =>
    lent ? new Uint8Array(await lent.decrypt({ name: "AES-GCM", iv }, key, data)) : aes.open(key, iv, data);
  const random = (length) => window.crypto.getRandomValues(new Uint8Array(length));

  // A value and some bytes beside it as one row of bytes, and back.
  const packed = (value, bytes) => {
    const head = new TextEncoder().encode(JSON.stringify(value));
    const beside = new Uint8Array(bytes || 0);
    const whole = new Uint8Array(4 + head.length + beside.length);
    new DataView(whole.buffer).setUint32(0, head.length);
    whole.set(head, 4);
    whole.set(beside, 4 + head.length);
    return whole;
  };
  const unpacked = (whole) => {
    const end = 4 + new DataView(whole.buffer, whole.byteOffset).getUint32(0);
    return { value: JSON.parse(new TextDecoder().decode(whole.subarray(4, end))), bytes: whole.slice(end).buffer };
  };

  const keep = async (user, given) => {
    const cache = await window.caches.open(KEPT);
    const found = await cache.match(ADDRESS);
    const kept = found ? await found.json() : null;
    if (!kept || kept.user !== user || kept.given !== given || kept.at < Date.now() - RENEWED) {
      await cache.put(ADDRESS, new Response(JSON.stringify({ user, given, at: Date.now() })));
    }
  };

  // The entry first: a cache that is deleted while a page still holds it keeps its files for a while.
  const drop = async () => {
    if (window.caches && (await window.caches.has(KEPT))) {
      await (await window.caches.open(KEPT)).delete(ADDRESS);
      await window.caches.delete(KEPT);
    }
  };

  const kept = async (user) => {
    const found = window.caches ? await window.caches.match(ADDRESS, { cacheName: KEPT }) : null;
    const { user: whose, given, at } = found ? await found.json() : {};
    if (at < Date.now() - LONGEST) {
      await drop();
      return "";
    }
    return whose === user ? given : "";
  };

  // The keys of a page by their names: "k1 … k2 …", the newest last.
  const read = async (told) => {
    const words = told.split(" ");
    const found = { names: [] };
    for (let nth = 0; nth + 1 < words.length; nth += 2) {
      const raw = Uint8Array.from(window.atob(words[nth + 1]), (sign) => sign.charCodeAt(0));
      found.names.push(words[nth]);
      found[words[nth]] = await usable(raw);
    }
    return found.names.length ? found : null;
  };

  const begin = async () => {
    if (!place) {
      return null;
    }
    const { user, keys: given } = place.dataset;
    place.removeAttribute("data-keys");
    if (given && lent && window.caches) {
      keep(user, given).catch(() => {});
    }
    return read(given || (await kept(user).catch(() => "")));
  };
  const keys = begin();
  keys.catch(() => {});

  const sealed = async (key, name, whole) => {
    const iv = random(12);
    return { k: name, iv, data: await encrypt(key, iv, whole) };
  };

  // For the newest key of who is logged in.
  const mine = (all, whole) => {
    const name = all.names[all.names.length - 1];
    return sealed(all[name], name, whole);
  };

  const opened = async ({ k, iv, data, w }) => {
    const all = await keys;
    return decrypt(w ? await usable(await openedKey(w)) : all[k], iv, data);
  };

  // A slot, as of a letter box: what is put in after the login ended comes out with the next one. The phone makes a pair
  // of keys while there is a login; the one that opens is sealed.
  const CURVE = { name: "ECDH", namedCurve: "P-256" };
  const USES = ["deriveBits"];

  const makeSlot = async () => {
    const { store } = window.caseapp;
    const { user } = place.dataset;
    const all = await keys;
    const kept = await store.get("kept", "slot");
    if (all && !(kept && kept.user === user)) {
      const pair = await lent.generateKey(CURVE, true, USES);
      const shut = new Uint8Array(await lent.exportKey("raw", pair.publicKey));
      const inside = await mine(all, new Uint8Array(await lent.exportKey("pkcs8", pair.privateKey)));
      await store.put("kept", { key: "slot", user, shut, inside });
    }
  };

  // The key that both sides of the slot come to.
  const agreed = async (priv, pub) => {
    const bits = await lent.deriveBits({ name: "ECDH", public: pub }, priv, 256);
    return usable(await lent.digest("SHA-256", bits));
  };
  const publicKey = (raw) => lent.importKey("raw", raw, CURVE, false, []);

  const throughSlot = async (own) => {
    const slot = lent ? await window.caseapp.store.get("kept", "slot") : null;
    if (!slot || slot.user !== place.dataset.user) {
      throw new Error("no key");
    }
    const { inside } = slot;
    const pair = await lent.generateKey(CURVE, true, USES);
    const p = new Uint8Array(await lent.exportKey("raw", pair.publicKey));
    return Object.assign({ p, inside }, await sealed(await agreed(pair.privateKey, await publicKey(slot.shut)), "", own));
  };

  const openedKey = async ({ k, iv, data, p, inside }) => {
    if (!p) {
      return opened({ k, iv, data });
    }
    const priv = await lent.importKey("pkcs8", await opened(inside), CURVE, false, USES);
    return decrypt(await agreed(priv, await publicKey(p)), iv, data);
  };

  // Seals at once, without a promise, under a key of its own that is itself sealed: for a page that is being left.
  // ``wrap``: seals that key; it is sealed for who is logged in unless told otherwise.
  const envelope = async (wrap) => {
    const own = random(32);
    const all = await keys;
    const w = await (wrap ? wrap(own) : all ? mine(all, own) : throughSlot(own)); // prettier-ignore
    return (value, bytes) => {
      const iv = random(12);
      return { w, iv, data: aes.seal(own, iv, packed(value, bytes)) };
    };
  };

  window.caseapp.seal = {
    envelope,
    drop,
    // A value, and some bytes if there are any, as only their owner reads them. Throws where there is no key, nor a slot.
    seal: async (value, bytes) => {
      const all = await keys;
      return all ? mine(all, packed(value, bytes)) : (await envelope())(value, bytes);
    },
    // What was sealed: its value and its bytes. Throws where there is no key, or another.
    open: async (one) => unpacked(await opened(one)),
    // Whether nothing can be read here: the login that the key came with is over.
    locked: () => keys.then((all) => !all, () => true), // prettier-ignore
    begin: async () => {
      if (place && lent) {
        await makeSlot();
      }
    },
  };
})();
