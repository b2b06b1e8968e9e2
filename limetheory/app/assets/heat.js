/* What a pointer on a heat map is told of the superpixel under it. */
"use strict";

(function () {
  const known = new WeakMap();
  let tip = null;

  function bubble() {
    if (!tip) {
      tip = document.createElement("div");
      tip.id = "pointer-tip";
      tip.className = "tip hidden";
      tip.setAttribute("role", "tooltip");
      document.body.append(tip);
    }
    return tip;
  }

  function decoded(map) {
    let found = known.get(map);
    if (!found || found.labels !== map.dataset.labels || found.said !== map.dataset.said) {
      found = {
        labels: map.dataset.labels, said: map.dataset.said, bytes: atob(map.dataset.labels),
        rows: JSON.parse(map.dataset.said), columns: Number(map.dataset.columns),
      };
      known.set(map, found);
    }
    return found;
  }

  function told(map, event) {
    const { bytes, rows, columns } = decoded(map), box = map.getBoundingClientRect();
    const lines = bytes.length / 2 / columns;
    const column = Math.min(columns - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * columns)));
    const line = Math.min(lines - 1, Math.max(0, Math.floor((event.clientY - box.top) / box.height * lines)));
    const at = 2 * (line * columns + column);
    return rows[bytes.charCodeAt(at) + 256 * bytes.charCodeAt(at + 1)];
  }

  function look(event) {
    const map = event.target.closest && event.target.closest(".heat[data-labels]");
    if (!map) { if (tip) tip.classList.add("hidden"); return; }
    const shown = bubble();
    shown.textContent = told(map, event) || "";
    shown.classList.toggle("hidden", !shown.textContent);
    const right = event.clientX > window.innerWidth / 2;
    shown.style.left = right ? "auto" : `${event.clientX + 14}px`;
    shown.style.right = right ? `${window.innerWidth - event.clientX + 14}px` : "auto";
    shown.style.top = `${Math.max(4, event.clientY - 34)}px`;
  }

  document.addEventListener("pointermove", look);
  document.addEventListener("pointerdown", look);
})();
