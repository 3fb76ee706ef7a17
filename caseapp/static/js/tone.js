// While somebody types, words that judge a person are remarked upon beside the field. Nothing is refused, sent or kept.
"use strict";

(() => {
  const told = document.getElementById("tone");
  const FIELDS = "form[method=post] textarea, form[method=post] input.form-control:not([type]), form[method=post] input.form-control[type=text]";
  if (!told) {
    return;
  }
  const { words, sentence } = JSON.parse(told.dataset.tone);

  // The remark of a field: the one that came with the page, or a new one right after the field.
  const remarkOf = (field) => {
    const next = field.nextElementSibling;
    if (next && next.classList.contains("remark")) {
      return next;
    }
    const made = document.createElement("p");
    made.className = "remark";
    made.setAttribute("role", "status");
    field.after(made);
    return made;
  };

  const look = (field) => {
    const found = words.filter((word) => field.value.includes(word));
    if (!found.length && !(field.nextElementSibling && field.nextElementSibling.matches(".remark"))) {
      return;
    }
    const remark = remarkOf(field);
    const text = found.length ? sentence.replace("{words}", found.join("、")) : "";
    if (remark.textContent !== text) {
      remark.textContent = text;
    }
    remark.hidden = !text;
  };

  document.addEventListener("input", (event) => event.target.matches(FIELDS) && look(event.target));
  document.addEventListener("change", (event) => event.target.matches(FIELDS) && look(event.target));
  document.querySelectorAll(FIELDS).forEach(look);
})();
