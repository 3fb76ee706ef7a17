// The quick log under a thumb: one more, one less.
"use strict";

(() => {
  document.querySelectorAll(".stepper").forEach((stepper) => {
    const input = document.getElementById(stepper.dataset.for);
    stepper.querySelectorAll("button").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => {
        const now = Number.parseInt(input.value, 10) || 0;
        input.value = String(Math.max(1, now + Number(button.dataset.step)));
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
  });
})();
