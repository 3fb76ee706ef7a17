/* Small comforts. Every page works without this file. */
"use strict";

/* A menu closes when one touches elsewhere, or with Escape. */
function closeMenus(except) {
  document.querySelectorAll("details.menu[open], details.act-more[open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu, details.act-more")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement && document.activeElement.closest("details.menu[open], details.act-more[open]");
  closeMenus(null);
  if (open) open.querySelector("summary").focus();
});

/* A form is sent once: its button rests until the answer is there. The value of the button has been read by then. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  });
});

/* A table wider than the screen can be moved with the keyboard. */
function reachTables() {
  document.querySelectorAll(".table-scroll").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
}
reachTables();
window.addEventListener("resize", reachTables);
document.addEventListener("toggle", reachTables, true);

/* The demo's login page: touching an account fills in the form. */
document.querySelectorAll(".demo-accounts li[data-username]").forEach((row) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...row.childNodes);
  row.append(button);
  button.addEventListener("click", () => {
    const form = document.querySelector(".login-box form");
    form.elements.username.value = row.dataset.username;
    form.elements.password.value = row.dataset.password;
    form.querySelector("button").focus();
  });
});
