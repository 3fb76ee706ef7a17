// Photos: made small on the phone before they are kept, because a village line carries six kilobytes a second.
"use strict";

(() => {
  const { store, seal } = window.caseapp;
  const EDGE = 1280;
  const ENOUGH = 150000; // bytes; what is larger is tried again with less detail
  const TRIES = [[EDGE, 0.6], [EDGE, 0.45], [1024, 0.45]]; // prettier-ignore

  const bytesOf = (blob) =>
    new Promise((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.onerror = () => failed(reader.error);
      reader.readAsArrayBuffer(blob);
    });

  // Old browsers draw a picture as it lies in the file, not as the camera was held; there the original goes, and the
  // server turns it.
  const turnsPictures = () => window.CSS && CSS.supports("image-orientation", "from-image");

  const drawn = (bitmap, edge, quality) =>
    new Promise((done, failed) => {
      const scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(bitmap.width * scale));
      canvas.height = Math.max(1, Math.round(bitmap.height * scale));
      const brush = canvas.getContext("2d");
      brush.fillStyle = "#fff"; // a transparent picture gets paper under it
      brush.fillRect(0, 0, canvas.width, canvas.height);
      brush.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/jpeg", quality);
    });

  const smaller = async (file) => {
    const bitmap = await window.createImageBitmap(file, { imageOrientation: "from-image" });
    let best = null;
    for (const [edge, quality] of TRIES) {
      best = await drawn(bitmap, edge, quality);
      if (best.size <= ENOUGH) {
        break;
      }
    }
    if (bitmap.close) {
      bitmap.close();
    }
    return best;
  };

  // A photo as it is kept: shrunk, or as it came when it cannot be shrunk or is small already.
  const take = async (file) => {
    let blob = null;
    try {
      blob = turnsPictures() ? await smaller(file) : null;
    } catch (_unreadable) {
      blob = null; // a format this browser does not draw
    }
    if (blob && blob.size < file.size) {
      const name = file.name.replace(/\.\w+$/, "") + ".jpg";
      return { name, type: "image/jpeg", data: await bytesOf(blob) };
    }
    return { name: file.name, type: file.type || "application/octet-stream", data: await bytesOf(file) };
  };

  const thumb = (photo, done) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 72;
    window
      .createImageBitmap(new Blob([photo.data], { type: photo.type }))
      .then((bitmap) => {
        const side = Math.min(bitmap.width, bitmap.height);
        const [x, y] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
        canvas.getContext("2d").drawImage(bitmap, x, y, side, side, 0, 0, 72, 72);
      })
      .catch(() => {});
    done(canvas);
  };

  const attach = (form, inputs) => {
    const list = form.querySelector("[data-part=photos]");
    const word = list.dataset.remove;
    const camera = form.querySelector("[data-part=camera]");
    if (camera) {
      camera.hidden = false;
    }
    let photos = [];
    let pending = Promise.resolve();

    const keep = async () => {
      const draft = form.caseappDraft;
      if (!draft || !form.dataset.keep) {
        return;
      }
      const key = `${draft.key} photos`;
      const user = document.getElementById("queue").dataset.user;
      const kept = await Promise.all(photos.map(({ name, type, data }) => seal.seal({ name, type }, data)));
      await (kept.length ? store.put("drafts", { key, user, photos: kept, at: Date.now() }) : store.remove("drafts", key));
    };

    const show = () => {
      list.textContent = "";
      if (camera) {
        const count = camera.querySelector("[data-part=shots]");
        count.textContent = photos.length || "";
        count.hidden = !photos.length;
      }
      photos.forEach((photo, place) => {
        const item = document.createElement("li");
        thumb(photo, (canvas) => item.appendChild(canvas));
        const text = document.createElement("span");
        text.textContent = `${Math.ceil(photo.data.byteLength / 1024)} KB`;
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm btn-outline-secondary";
        button.textContent = word;
        button.setAttribute("aria-label", `${word} ${place + 1}`);
        button.addEventListener("click", () => {
          photos = photos.filter((one) => one !== photo);
          show();
          keep().catch(() => {});
        });
        item.append(text, button);
        list.appendChild(item);
      });
    };

    const add = async (files) => {
      for (const file of files) {
        photos.push(await take(file));
        show();
      }
      await keep().catch(() => {});
    };

    inputs.forEach((input) =>
      input.addEventListener("change", () => {
        const files = Array.from(input.files);
        input.value = "";
        pending = pending.then(() => add(files)).catch(() => {});
      })
    );
    form.addEventListener("photos:restore", (event) => {
      photos = event.detail.slice();
      show();
    });
    form.caseappPhotos = {
      // Waits for what is still being shrunk.
      all: () => pending.then(() => photos),
      clear: () => {
        photos = [];
        show();
      },
      // A phone without room: the form goes as it is, and takes its photos along.
      giveBack: () => {
        const hand = new DataTransfer();
        photos.forEach((photo) => hand.items.add(new File([photo.data], photo.name, { type: photo.type })));
        inputs[inputs.length - 1].files = hand.files;
      },
    };
  };

  const begin = () =>
    document.querySelectorAll("form[data-queue]").forEach((form) => {
      const inputs = Array.from(form.querySelectorAll("input[type=file]"));
      if (inputs.length) {
        attach(form, inputs);
      }
    });

  if (document.getElementById("queue")) {
    store.open().then(begin).catch(() => {}); // prettier-ignore
  }
})();
