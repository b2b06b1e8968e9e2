/* What is changed and pressed on the page reaches its server in this order: each waits for the answer before it. */
"use strict";

(function () {
  const send = window.fetch;
  const ordered = ["value", "contents", "n_clicks"]; // of fields, files and buttons
  let before = Promise.resolve(); // ends with the answer to the last one; it never fails

  function changed(address, options) { // the properties that a question to a callback is about
    const body = options && options.body;
    const path = new URL(address instanceof Request ? address.url : String(address), window.location.href);
    const job = path.searchParams.has("job"); // asks how far a job is
    if (job || !path.pathname.endsWith("/_dash-update-component") || typeof body !== "string") return [];
    const names = JSON.parse(body).changedPropIds || [];
    return names.map((name) => name.slice(name.lastIndexOf(".") + 1));
  }

  window.fetch = function (address, options) {
    if (!changed(address, options).some((name) => ordered.includes(name))) return send.call(window, address, options);
    const answer = before.then(() => send.call(window, address, options));
    before = answer.then(() => undefined, () => undefined);
    return answer;
  };
})();
