/* The photograph to draw on, larger: buttons, keys, the wheel with Ctrl, and dragging. Drawings stay in its pixels. */
"use strict";

window.limetheoryZoom = (function () {
  const most = 32, step = 1.5, share = 0.2; // the largest factor, of a press, and of the view that an arrow key moves
  const whole = { x: 0, y: 0, factor: 1 };
  let view = whole, photograph = null, dragged = null;

  const plot = () => document.querySelector("#regions-graph .js-plotly-plot");

  function picture() {
    const found = plot();
    const images = found && found.layout && found.layout.images;
    return images && images.length && found._fullLayout.xaxis && found.offsetParent !== null ? images[0] : null;
  }

  function kept(wanted) {
    const { sizex, sizey } = picture(), factor = Math.min(most, Math.max(1, wanted.factor));
    const inside = (at, size) => Math.min(Math.max(0, at), size - size / factor);
    return { x: inside(wanted.x, sizex), y: inside(wanted.y, sizey), factor };
  }

  function ranges() {
    const { sizex, sizey } = picture(), { x, y, factor } = view;
    return { x: [x - 0.5, x - 0.5 + sizex / factor], y: [y - 0.5 + sizey / factor, y - 0.5] };
  }

  function show() {
    const found = plot();
    if (!picture()) return;
    const wanted = ranges(), layout = found._fullLayout;
    const same = (one, other) => one.every((end, at) => Math.abs(end - other[at]) < 1e-6);
    if (same(layout.xaxis.range, wanted.x) && same(layout.yaxis.range, wanted.y)) return;
    window.Plotly.relayout(found, { "xaxis.range": wanted.x, "yaxis.range": wanted.y });
  }

  function follow() { // a change of the regions draws the whole photograph; another photograph is seen as a whole
    if (!picture()) return;
    if (photograph !== picture().source) view = whole;
    photograph = picture().source;
    show();
  }

  function look(wanted) {
    if (!picture()) return;
    if (!plot().limetheoryFollowed) {
      plot().limetheoryFollowed = true;
      plot().on("plotly_afterplot", follow);
    }
    photograph = picture().source;
    view = kept(wanted);
    show();
  }

  function enlarge(by, at) { // what is under the place stays under it
    if (!picture()) return;
    const { sizex, sizey } = picture();
    const place = at || { x: view.x + sizex / view.factor / 2 - 0.5, y: view.y + sizey / view.factor / 2 - 0.5 };
    const factor = Math.min(most, Math.max(1, view.factor * by)), ratio = view.factor / factor;
    const moved = (axis) => place[axis] + 0.5 - (place[axis] + 0.5 - view[axis]) * ratio;
    look({ x: moved("x"), y: moved("y"), factor });
  }

  function move(right, down) { // in shares of what is seen
    if (!picture()) return;
    const { sizex, sizey } = picture();
    look({ ...view, x: view.x + right * sizex / view.factor, y: view.y + down * sizey / view.factor });
  }

  function scale() { // pixels of the screen for one of the photograph; plotly.js may still draw the view of before
    return plot()._fullLayout.xaxis._length * view.factor / picture().sizex;
  }

  function place(event) {
    const { xaxis, yaxis } = plot()._fullLayout, box = plot().getBoundingClientRect();
    return {
      x: view.x - 0.5 + (event.clientX - box.left - xaxis._offset) / scale(),
      y: view.y - 0.5 + (event.clientY - box.top - yaxis._offset) / scale(),
    };
  }

  const actions = {
    "regions-enlarge": () => enlarge(step), "regions-reduce": () => enlarge(1 / step),
    "regions-whole": () => look(whole),
  };
  const keys = {
    "+": actions["regions-enlarge"], "=": actions["regions-enlarge"], "-": actions["regions-reduce"],
    0: actions["regions-whole"],
  };
  const arrows = {
    ArrowLeft: () => move(-share, 0), ArrowRight: () => move(share, 0), ArrowUp: () => move(0, -share),
    ArrowDown: () => move(0, share),
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("button");
    if (button && actions[button.id]) actions[button.id]();
  });

  document.addEventListener("keydown", (event) => {
    const field = event.target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(event.target.tagName);
    const typing = field && !["radio", "checkbox"].includes(event.target.type);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !picture()) return;
    const on = event.target.closest && event.target.closest("#regions-picture");
    const action = keys[event.key] || (on && view.factor > 1 && arrows[event.key]);
    if (action) { event.preventDefault(); action(); }
  });

  document.addEventListener("wheel", (event) => {
    if (!event.ctrlKey || !picture() || !event.target.closest("#regions-graph")) return;
    event.preventDefault();
    enlarge(Math.exp(-Math.max(-120, Math.min(120, event.deltaY)) / 300), place(event));
  }, { passive: false, capture: true });

  document.addEventListener("pointerdown", (event) => {
    const hand = event.button === 1 || (event.button === 0 && window.limetheoryDrawing.tool() === "hand");
    if (!hand || !picture() || !event.target.closest("#regions-graph")) return;
    event.preventDefault(); // plotly.js would draw
    event.stopPropagation();
    dragged = { x: event.clientX, y: event.clientY, view };
  }, true);

  document.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const [right, down] = [event.clientX - dragged.x, event.clientY - dragged.y];
    look({ ...dragged.view, x: dragged.view.x - right / scale(), y: dragged.view.y - down / scale() });
  }, true);

  document.addEventListener("pointerup", () => { dragged = null; }, true);
  document.addEventListener("pointercancel", () => { dragged = null; }, true);

  return { factor: () => view.factor };
})();
