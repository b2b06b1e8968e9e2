/* What is being typed, and the field that has the keyboard, outlive a redraw of their list by the server. */
"use strict";

(function () {
  const reached = "input, textarea, select, button, summary, [tabindex]"; // what the keyboard reaches in a row
  const patience = 10000, most = 5; // milliseconds for a list to be drawn anew, and tries to put a text; conventions
  let held = null; // what has the keyboard: {element, place, typed: text that the page may not have yet, caret: of it}
  let putting = false;

  const isText = (one) => one.tagName === "TEXTAREA"
    || (one.tagName === "INPUT" && !["checkbox", "radio", "file", "range", "button"].includes(one.type));

  function rowsOf(home) { return [...(document.getElementById(home) || document.body).querySelectorAll("[data-row]")]; }

  function placeOf(element) { // in a list by the name of its row, elsewhere by its own identifier
    const row = element.closest("[data-row]"), home = row && row.parentElement.closest("[id]");
    if (!home) return { id: element.id };
    const rows = rowsOf(home.id);
    return {
      home: home.id, name: row.dataset.row, at: rows.indexOf(row), names: rows.map((one) => one.dataset.row),
      inside: [...row.querySelectorAll(reached)].indexOf(element),
    };
  }

  function rowNow({ name, at, names }, now) { // where the row of a place is among the rows now
    const same = now.flatMap((one, number) => (one === name ? [number] : []));
    if (same.length >= names.filter((one) => one === name).length) {
      return same[names.slice(0, at).filter((one) => one === name).length];
    }
    if (same.length) return same.length === 1 ? same[0] : undefined;
    return names.includes(now[at]) ? undefined : at; // it was renamed
  }

  function successor(place) {
    if (!place.home) return place.id ? document.getElementById(place.id) : null;
    const rows = rowsOf(place.home), row = rows[rowNow(place, rows.map((one) => one.dataset.row))];
    return row ? row.querySelectorAll(reached)[place.inside] : null;
  }

  function hold(element) {
    held = element && element !== document.body ? { element, place: placeOf(element), typed: null, tries: 0 } : null;
    look();
  }

  function look() { // where the caret is; a number tells of none
    if (held && held.element.isConnected && isText(held.element)) {
      held.caret = [held.element.selectionStart, held.element.selectionEnd];
    }
  }

  function turn(element, caret) { if (caret && caret[0] !== null) element.setSelectionRange(...caret); }

  function put(element, text, caret) { // as if it were typed, so that the page knows of it
    const kind = element.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
    putting = true;
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(element, text);
    turn(element, caret); // also before the page hears of it, which keeps the caret where it finds it
    element.dispatchEvent(new Event("input", { bubbles: true }));
    turn(element, caret);
    putting = false;
  }

  function watch(one) { // a value of the server's may arrive a moment after its field
    if (held !== one || one.typed === null) return;
    if (one.element.isConnected && one.element.value !== one.typed) {
      if (one.tries < most) put(one.element, one.typed, one.caret); else one.typed = one.element.value;
      one.tries += 1;
    }
    requestAnimationFrame(() => watch(one));
  }

  function follow() {
    if (!held || held.element.isConnected) return;
    const { place, typed, caret } = held, now = performance.now();
    held.lost = held.lost || now;
    const next = document.activeElement === document.body && now - held.lost < patience ? successor(place) : null;
    if (!next) { if (now - held.lost >= patience) held = null; return; }
    for (let one = next.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    next.focus({ preventScroll: true });
    if (document.activeElement !== next) return;
    hold(next);
    if (!isText(next)) return;
    Object.assign(held, { typed, caret });
    if (typed === null) { turn(next, caret); return; }
    put(next, typed, caret);
    watch(held);
  }

  document.addEventListener("focusin", (event) => {
    if (!held || held.element !== event.target) hold(event.target);
  });

  document.addEventListener("focusout", () => {
    const left = held;
    setTimeout(() => { if (held === left && left && left.element.isConnected) held = null; });
  });

  document.addEventListener("pointerdown", () => { if (held && !held.element.isConnected) held = null; }, true);

  document.addEventListener("input", (event) => {
    if (putting || !held || held.element !== event.target || !isText(event.target)) return;
    [held.typed, held.tries] = [event.target.value, 0];
    look();
  }, true);

  document.addEventListener("keydown", (event) => { // Enter gives a text to the page, but breaks a line of a larger one
    if (held && event.key === "Enter" && event.target.tagName === "INPUT") held.typed = null;
  }, true);

  ["selectionchange", "keyup", "pointerup"].forEach((name) => document.addEventListener(name, () => {
    if (!putting && held && (held.typed === null || held.element.value === held.typed)) look();
  }, true));

  new MutationObserver(follow).observe(document.documentElement, { childList: true, subtree: true });
})();
