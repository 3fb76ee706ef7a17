// AES-256-GCM for pages over plain HTTP, where browsers lend none. The same as theirs (docs/decisions/0044).
"use strict";

window.caseapp = window.caseapp || {};

(() => {
  const BLOCK = 16;
  const S = new Uint8Array(256);
  const T = [0, 1, 2, 3].map(() => new Uint32Array(256));
  const LEFT = [
    0x0000, 0x1c20, 0x3840, 0x2460, 0x7080, 0x6ca0, 0x48c0, 0x54e0, 0xe100, 0xfd20, 0xd940, 0xc560, 0x9180, 0x8da0, 0xa9c0, 0xb5e0,
  ]; // prettier-ignore

  const twice = (byte) => ((byte << 1) ^ (byte & 0x80 ? 0x1b : 0)) & 0xff;

  // The tables, worked out from the field of 256 elements.
  const begin = () => {
    const log = new Uint8Array(256);
    const power = new Uint8Array(255);
    for (let nth = 0, byte = 1; nth < 255; nth += 1) {
      power[nth] = byte;
      log[byte] = nth;
      byte ^= twice(byte);
    }
    for (let byte = 0; byte < 256; byte += 1) {
      const inverse = byte ? power[(255 - log[byte]) % 255] : 0;
      let mixed = 0x63;
      for (let turn = 0; turn < 5; turn += 1) {
        mixed ^= ((inverse << turn) | (inverse >>> (8 - turn))) & 0xff;
      }
      S[byte] = mixed;
      const two = twice(mixed);
      const word = ((two << 24) | (mixed << 16) | (mixed << 8) | (two ^ mixed)) >>> 0;
      T.forEach((table, turn) => {
        table[byte] = turn ? (word >>> (8 * turn)) | (word << (32 - 8 * turn)) : word;
      });
    }
  };

  const substituted = (word) =>
    (S[word >>> 24] << 24) | (S[(word >>> 16) & 255] << 16) | (S[(word >>> 8) & 255] << 8) | S[word & 255];

  const expanded = (key) => {
    const view = new DataView(key.buffer, key.byteOffset, 32);
    const words = new Uint32Array(60);
    for (let nth = 0, round = 1; nth < 60; nth += 1) {
      if (nth < 8) {
        words[nth] = view.getUint32(4 * nth);
      } else {
        let before = words[nth - 1];
        if (nth % 8 === 0) {
          before = substituted((before << 8) | (before >>> 24)) ^ (round << 24);
          round = twice(round);
        } else if (nth % 8 === 4) {
          before = substituted(before);
        }
        words[nth] = words[nth - 8] ^ before;
      }
    }
    return words;
  };

  // One block through the cipher: four words in, the same four words out.
  const encrypt = (words, block) => {
    let [a, b, c, d] = [block[0] ^ words[0], block[1] ^ words[1], block[2] ^ words[2], block[3] ^ words[3]];
    const mix = (one, two, three, four) =>
      T[0][one >>> 24] ^ T[1][(two >>> 16) & 255] ^ T[2][(three >>> 8) & 255] ^ T[3][four & 255];
    let at = 4;
    for (; at < 56; at += 4) {
      const [e, f, g] = [mix(a, b, c, d) ^ words[at], mix(b, c, d, a) ^ words[at + 1], mix(c, d, a, b) ^ words[at + 2]];
      d = mix(d, a, b, c) ^ words[at + 3];
      [a, b, c] = [e, f, g];
    }
    const last = (one, two, three, four) =>
      substituted((one & 0xff000000) | (two & 0xff0000) | (three & 0xff00) | (four & 0xff));
    block[0] = last(a, b, c, d) ^ words[at];
    block[1] = last(b, c, d, a) ^ words[at + 1];
    block[2] = last(c, d, a, b) ^ words[at + 2];
    block[3] = last(d, a, b, c) ^ words[at + 3];
  };

  // Multiples of the hash key by every half byte.
  const multiples = (h) => {
    const table = Array.from({ length: 16 }, () => new Uint32Array(4));
    table[8].set(h);
    for (let nth = 4; nth; nth >>= 1) {
      const [from, to] = [table[2 * nth], table[nth]];
      for (let word = 3; word >= 0; word -= 1) {
        to[word] = (from[word] >>> 1) | (word ? from[word - 1] << 31 : 0);
      }
      to[0] ^= from[3] & 1 ? 0xe1000000 : 0;
    }
    for (let nth = 3; nth < 16; nth += 1) {
      const top = 1 << (31 - Math.clz32(nth));
      if (nth !== top) {
        table[nth] = table[top].map((word, place) => word ^ table[nth - top][place]);
      }
    }
    return table;
  };

  // The hash of GCM over some bytes and their length.
  const hashed = (h, bytes) => {
    const table = multiples(h);
    const state = new Uint32Array(4);
    const block = new Uint8Array(BLOCK);
    const words = new DataView(block.buffer);
    const absorb = () => {
      for (let word = 0; word < 4; word += 1) {
        words.setUint32(4 * word, words.getUint32(4 * word) ^ state[word]);
      }
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let half = 31; half >= 0; half -= 1) {
        const byte = block[half >> 1];
        const one = table[half & 1 ? byte & 15 : byte >>> 4];
        const left = d & 15;
        d = ((d >>> 4) | (c << 28)) ^ one[3];
        c = ((c >>> 4) | (b << 28)) ^ one[2];
        b = ((b >>> 4) | (a << 28)) ^ one[1];
        a = (a >>> 4) ^ (LEFT[left] << 16) ^ one[0];
      }
      state.set([a, b, c, d]);
    };
    for (let at = 0; at < bytes.length; at += BLOCK) {
      block.fill(0);
      block.set(bytes.subarray(at, at + BLOCK));
      absorb();
    }
    block.fill(0);
    words.setUint32(8, Math.floor(bytes.length / 0x20000000));
    words.setUint32(12, (bytes.length * 8) >>> 0);
    absorb();
    return state;
  };

  // The stream of a nonce over some bytes, and the tag over what is encrypted.
  const run = (key, nonce, bytes, opening) => {
    const words = expanded(key);
    const view = new DataView(nonce.buffer, nonce.byteOffset, 12);
    const block = new Uint32Array(4);
    const stream = (counter) => {
      block.set([view.getUint32(0), view.getUint32(4), view.getUint32(8), counter]);
      encrypt(words, block);
    };
    const out = new Uint8Array(bytes.length);
    for (let at = 0, counter = 2; at < bytes.length; at += BLOCK, counter += 1) {
      stream(counter);
      const end = Math.min(at + BLOCK, bytes.length);
      for (let place = at; place < end; place += 1) {
        out[place] = bytes[place] ^ (block[(place - at) >> 2] >>> (24 - 8 * (place & 3)));
      }
    }
    const h = new Uint32Array(4);
    encrypt(words, h);
    const state = hashed(h, opening ? bytes : out);
    stream(1);
    const tag = new Uint8Array(BLOCK);
    state.forEach((word, place) => new DataView(tag.buffer).setUint32(4 * place, word ^ block[place]));
    return { out, tag };
  };

  begin();
  window.caseapp.aes = {
    // Bytes encrypted, with the tag behind them.
    seal: (key, nonce, bytes) => {
      const { out, tag } = run(key, nonce, bytes, false);
      const whole = new Uint8Array(out.length + BLOCK);
      whole.set(out);
      whole.set(tag, out.length);
      return whole;
    },
    // Bytes as they were. Throws when they were changed, or the key is another.
    open: (key, nonce, whole) => {
      const end = whole.length - BLOCK;
      const { out, tag } = run(key, nonce, whole.subarray(0, Math.max(end, 0)), true);
      if (end < 0 || tag.some((byte, place) => byte !== whole[end + place])) {
        throw new Error("not what was sealed");
      }
      return out;
    },
  };
})();
