/* Small things that every page has; each works without them too. */
(() => {
  "use strict";
  const ask = new WeakSet();
  document.addEventListener("submit", event => {
    const form = event.target;
    const question = form.dataset.confirm;
    if (question && !ask.has(form) && !window.confirm(question)) { event.preventDefault(); return; }
    ask.add(form);
    if (form.method === "post" && !form.dataset.again) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
    }
  });
  addEventListener("pageshow", event => {
    if (event.persisted) for (const form of document.forms) delete form.dataset.sent;
  });
  document.addEventListener("input", event => {
    const form = event.target.form;
    if (form && form.dataset.guard !== undefined) form.dataset.dirty = "1";
  });
  addEventListener("beforeunload", event => {
    for (const form of document.forms) {
      if (form.dataset.dirty && !form.dataset.sent) event.preventDefault();
    }
  });
  /* A table that is wider than the screen can be scrolled with the keyboard too. */
  const reach = () => {
    for (const box of document.querySelectorAll(".table-responsive")) {
      if (box.scrollWidth > box.clientWidth) { box.tabIndex = 0; box.setAttribute("role", "group"); }
    }
  };
  reach();
  addEventListener("resize", reach);
  document.addEventListener("htmx:afterSettle", reach);
  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => print());
  }
})();
