/* Long tables are built from the JSON of their element, as text. */
"use strict";

(function () {
  const built = new WeakMap();

  function cell(text, scope) {
    const found = document.createElement(scope ? "th" : "td");
    found.textContent = text;
    if (scope) found.scope = scope;
    return found;
  }

  function row(texts, scopes) {
    const found = document.createElement("tr");
    found.append(...texts.map((text, place) => cell(text, scopes(place))));
    return found;
  }

  function build(frame) {
    const told = frame.dataset.table;
    if (built.get(frame) === told) return;
    built.set(frame, told);
    const [heads, ...rows] = JSON.parse(told), table = document.createElement("table");
    table.createTHead().append(row(heads, () => "col"));
    table.createTBody().append(...rows.map((texts) => row(texts, (place) => (place ? null : "row"))));
    frame.replaceChildren(table);
  }

  new MutationObserver(() => document.querySelectorAll("[data-table]").forEach(build))
    .observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-table"] });
})();
