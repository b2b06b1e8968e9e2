/* Drawing regions: lassos of plotly.js, clicks, polygons corner by corner, and the keys that undo and redo. */
"use strict";

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.limetheory = Object.assign(window.dash_clientside.limetheory || {}, {
  drawn(changed) {
    const shapes = changed && changed.shapes;
    const last = shapes && shapes[shapes.length - 1];
    const drawing = window.limetheoryDrawing;
    if (!last || last.name === "corners" || !drawing.scale()) return window.dash_clientside.no_update;
    return { tool: drawing.tool(), shape: last, scale: drawing.scale(), at: Date.now() };
  },
});

window.limetheoryDrawing = (function () {
  const near = 4; // pixels of the screen that a click may move
  let corners = [], pressed = null;

  const plot = () => document.querySelector("#regions-graph .js-plotly-plot");

  function tool() {
    const chosen = document.querySelector("#regions-tool input:checked");
    return chosen ? chosen.value : "lasso";
  }

  function axes() {
    const layout = plot() && plot()._fullLayout;
    return layout && layout.xaxis ? layout : null;
  }

  function scale() {
    const layout = axes();
    return layout ? layout.xaxis._length / Math.abs(layout.xaxis.range[1] - layout.xaxis.range[0]) : null;
  }

  function place(event) {
    const layout = axes(), box = plot().getBoundingClientRect();
    return {
      x: layout.xaxis.p2d(event.clientX - box.left - layout.xaxis._offset),
      y: layout.yaxis.p2d(event.clientY - box.top - layout.yaxis._offset),
    };
  }

  function path(closed) {
    return "M" + corners.map((one) => `${one.x.toFixed(2)},${one.y.toFixed(2)}`).join("L") + (closed ? "Z" : "");
  }

  function showCorners() {
    const dot = (one) => {
      const half = 3 / scale();
      return {
        type: "circle", name: "corners", x0: one.x - half, x1: one.x + half, y0: one.y - half, y1: one.y + half,
        fillcolor: "#ffffff", line: { color: "#000000", width: 1 },
      };
    };
    const line = { type: "path", name: "corners", path: path(false), line: { color: "#ffffff", width: 2 } };
    const shapes = corners.length ? [...(corners.length > 1 ? [line] : []), ...corners.map(dot)] : [];
    window.Plotly.relayout(plot(), { shapes });
  }

  function send(store, data) {
    window.dash_clientside.set_props(store, { data: { ...data, at: Date.now() } });
  }

  function close() {
    if (corners.length > 2) send("regions-drawn", { tool: "polygon", shape: { path: path(true) }, scale: scale() });
    else showCorners();
    corners = [];
  }

  function corner(at) {
    const last = corners[corners.length - 1];
    const again = last && Math.hypot(at.x - last.x, at.y - last.y) * scale() < near;
    if (again) { close(); return; }
    corners.push(at);
    showCorners();
  }

  function clicked(event) {
    const at = place(event), chosen = tool();
    if (chosen === "polygon") corner(at);
    if (chosen === "superpixel") send("regions-click", at);
    if (chosen === "object") send("regions-object", { ...at, subtracts: event.shiftKey || minus() });
  }

  function minus() {
    return Boolean(document.querySelector("#regions-minus input:checked"));
  }

  document.addEventListener("pointerdown", (event) => {
    pressed = event.button === 0 && axes() && event.target.closest("#regions-graph") ? event : null;
  }, true);

  document.addEventListener("pointerup", (event) => {
    const from = pressed;
    pressed = null;
    if (from && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) <= near) clicked(event);
  }, true);

  document.addEventListener("change", (event) => {
    if (event.target.closest("#regions-tool") && corners.length) { corners = []; showCorners(); }
  });

  function press(name) {
    const button = [...document.querySelectorAll("button[id*='region-action']")]
      .find((one) => JSON.parse(one.id).name === name);
    if (button && !button.disabled) button.click();
  }

  document.addEventListener("keydown", (event) => {
    const field = event.target.isContentEditable || ["INPUT", "TEXTAREA"].includes(event.target.tagName);
    const typing = field && !["radio", "checkbox"].includes(event.target.type);
    if (typing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      press(event.shiftKey ? "redo" : "undo");
    } else if (corners.length && ["Enter", "Escape", "Backspace"].includes(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Enter") close();
      else { corners = event.key === "Escape" ? [] : corners.slice(0, -1); showCorners(); }
    }
  }, true);

  return { tool, scale };
})();
