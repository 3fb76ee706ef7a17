// The queue page: what waits in this phone, in which state, and what to do about it.
"use strict";

(() => {
  const { store, queue, records } = window.caseapp;
  const list = document.getElementById("waits");
  if (!queue || !list) {
    return;
  }
  const { say } = queue;
  const template = document.getElementById("wait");
  const empty = document.getElementById("waits-empty");
  const shown = new Map();

  const when = (instant) =>
    new Date(instant).toLocaleString(document.documentElement.lang, {
      month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false,
    }); // prettier-ignore

  const give = (name, type, data) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([data], { type }));
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  // Out of the queue into a file that a person can read; the record stays in the phone, marked as saved.
  const save = async (id) => {
    const record = await records.get(id);
    const file = record.kind === "photo" ? await records.file(id) : null;
    const stamp = new Date(record.made).toISOString().slice(0, 16).replace(/[-:T]/g, "");
    if (file) {
      give(`${stamp}-${file.name}`, file.type, file.data);
    } else {
      const lines = [say(`kind_${record.kind}`), record.number, when(record.made), ""];
      const told = record.fields.filter(([, value]) => value).map(([name, value]) => `${say(`field_${name}`)}: ${value}`);
      give(`${stamp}-${record.kind}.txt`, "text/plain;charset=utf-8", "\ufeff" + lines.concat(told).join("\r\n"));
    }
    await queue.change(id, { state: "saved" });
  };

  const resend = async (id) => {
    const record = await records.get(id);
    if (record.state !== "sending") {
      await queue.change(id, { state: "waiting" }, {});
    }
    await queue.send(id);
    queue.wake();
  };

  const put = (item, record) => {
    const part = (name) => item.querySelector(`[data-part=${name}]`);
    const state = record.state === "waiting" && record.tries ? "retry" : record.state;
    item.className = `wait wait-${record.state}`;
    part("kind").textContent = say(`kind_${record.kind}`);
    part("state").textContent = say(`state_${state}`);
    part("title").textContent = record.locked ? say("locked") : record.title;
    part("when").textContent = when(record.made);
    part("number").textContent = record.number || "";
    part("problems").textContent = (record.problems || [])
      .map((one) => (one.label ? `${one.label}: ${one.sentence}` : one.sentence))
      .join(" ");
    const share = record.share && record.state === "sending";
    part("share").hidden = !share;
    part("share").value = record.share || 0;
    const open = part("open");
    open.hidden = !(record.state === "sent" && record.url);
    open.href = record.url || "#";
    const mend = part("mend");
    mend.hidden = record.locked || record.state !== "refused" || record.kind === "photo";
    mend.href = `${record.page}#mend=${record.id}`;
    part("send").hidden = record.locked || !["waiting", "refused", "saved"].includes(record.state);
    part("save").hidden = record.locked || record.state !== "refused";
  };

  const add = (record) => {
    const item = template.content.firstElementChild.cloneNode(true);
    item.querySelector("[data-part=send]").addEventListener("click", () => resend(record.id));
    item.querySelector("[data-part=save]").addEventListener("click", () => save(record.id));
    shown.set(record.id, item);
    list.appendChild(item);
    return item;
  };

  const show = async () => {
    const rank = { refused: 0, sending: 1, waiting: 1, saved: 2, sent: 3 };
    const all = (await queue.list()).sort(
      (one, other) => rank[one.state] - rank[other.state] || one.made - other.made
    );
    const there = new Set(all.map((record) => record.id));
    shown.forEach((item, id) => {
      if (!there.has(id)) {
        item.remove();
        shown.delete(id);
      }
    });
    all.forEach((record) => {
      put(shown.get(record.id) || add(record), record);
    });
    const order = all.map((record) => shown.get(record.id));
    if (order.some((item, place) => list.children[place] !== item)) {
      order.forEach((item) => list.appendChild(item));
    }
    empty.hidden = all.length > 0;
    document.getElementById("send-all").hidden = !all.some((one) => one.state === "waiting" && !one.locked);
  };

  let planned = 0;
  document.addEventListener("queue:changed", (event) => {
    const item = event.detail && shown.get(event.detail.id);
    if (item) {
      put(item, event.detail);
    }
    if (!planned) {
      planned = window.setTimeout(() => {
        planned = 0;
        show();
      }, 2000);
    }
  });
  document.getElementById("send-all").addEventListener("click", () => queue.wake());
  store.open().then(show).catch(() => {
    document.getElementById("waits-none").hidden = false;
  }); // prettier-ignore
})();
