/* What is changed and pressed on the page reaches its server in this order: each waits for the answer before it. */
"use strict";

(function () {
  const send = window.fetch;
  const ordered = ["value", "contents", "n_clicks"]; // of fields, files and buttons
  const strokes = ["regions-drawn.data", "regions-click.data", "regions-object.data"]; // of the mouse
  const redraws = ["regions-list.children", "edit-list.children", "edit-of.options", "sweep-parameter.options"];
  let before = Promise.resolve(); // ends with the answer to the last change; it never fails
  let changes = 0, answered = 0;

  function asked(address, options) { // the question to a callback; null of anything else
    const body = options && options.body;
    const path = new URL(address instanceof Request ? address.url : String(address), window.location.href);
    const job = path.searchParams.has("job"); // asks how far a job is
    if (job || !path.pathname.endsWith("/_dash-update-component") || typeof body !== "string") return null;
    return JSON.parse(body);
  }

  function isChange(question) {
    return (question.changedPropIds || []).some(
      (name) => strokes.includes(name) || ordered.includes(name.slice(name.lastIndexOf(".") + 1)),
    );
  }

  function isRedraw(question) {
    const names = String(question.output).replace(/^\.\.|\.\.$/g, "").split("...");
    return names.some((name) => redraws.includes(name.split("@")[0]));
  }

  function inOrder(address, options) {
    const answer = before.then(() => send.call(window, address, options));
    changes += 1;
    before = answer.then(() => undefined, () => undefined).then(() => { answered += 1; });
    return answer;
  }

  async function withAllChanges(address, options) { // fields are drawn as they are after everything that was changed
    for (;;) {
      await before;
      const known = changes, answer = await send.call(window, address, options);
      if (known === changes) return answer;
    }
  }

  window.fetch = function (address, options) {
    const question = asked(address, options);
    if (question && isChange(question)) return inOrder(address, options);
    return question && isRedraw(question) ? withAllChanges(address, options) : send.call(window, address, options);
  };

  document.addEventListener("click", (event) => { // a file is saved with what was changed before
    const link = event.target.closest && event.target.closest("a[href^='/export/']");
    if (!link || answered === changes) return;
    event.preventDefault();
    before.then(() => link.click());
  });
})();
