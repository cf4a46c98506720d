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
  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => print());
  }
})();
