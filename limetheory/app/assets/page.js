/* What the page does by itself: progress, keyboard shortcuts, light and dark. */
"use strict";

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.limetheory = Object.assign(window.dash_clientside.limetheory || {}, {
  progress(told, version, shown, before) { // what has not changed is not drawn again
    const same = window.dash_clientside.no_update;
    if (!told || !told.text) return ["hidden", null, null, null, same, same];
    const newer = told.version > (version || 0) ? told.version : same;
    const [value, most] = told.total > 0 ? [`${told.done}`, `${told.total}`] : [null, null];
    const [running, message] = shown === "running" ? [same, same] : ["running", null];
    return [running, value, most === before ? same : most, told.text, message, newer];
  },
  unsettled(told, settled) {
    return told && told.version && settled ? 0 : window.dash_clientside.no_update;
  },
  words(told) { return (told && told.text) || window.dash_clientside.no_update; },
  view(chosen) {
    const known = ["photo", "text", "table"];
    const shown = known.includes(chosen) ? chosen : "photo";
    return known.map((name) => (name === shown ? "view" : "view hidden"));
  },
  copy(clicks, text) { return text; },
  reload(opened) {
    if (opened) window.location.reload();
    return window.dash_clientside.no_update;
  },
});

(function () {
  const theme = "limetheory-theme";

  function dark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function setTheme(name) {
    document.documentElement.dataset.theme = name;
    try { localStorage.setItem(theme, name); } catch (error) { /* storage may be off */ }
  }

  function click(what) {
    const buttons = ["explain", "text", "table"].map((name) => document.getElementById(`${name}-${what}`));
    const button = buttons.find((one) => one && one.offsetParent !== null);
    if (button && !button.disabled) button.click();
  }

  function toggleKeys() {
    const keys = document.getElementById("keys");
    if (keys) keys.classList.toggle("hidden");
  }

  const actions = {
    e: () => click("run"),
    u: () => { const field = document.querySelector("#photo-upload input"); if (field) field.click(); },
    t: () => setTheme(dark() ? "light" : "dark"),
    "?": toggleKeys,
    Escape: () => {
      const keys = document.getElementById("keys");
      if (keys && !keys.classList.contains("hidden")) keys.classList.add("hidden"); else click("cancel");
    },
  };

  function isField(element) {
    return element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName)
      || element.closest("[role=listbox], .dash-dropdown-content");
  }

  let stored = null;
  try { stored = localStorage.getItem(theme); } catch (error) { /* storage may be off */ }
  if (stored === "dark" || stored === "light") document.documentElement.dataset.theme = stored;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action) { event.preventDefault(); action(); }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.id === "theme-switch") actions.t();
    if (button && button.id === "keys-show") toggleKeys();
  });

  document.documentElement.lang = "en";
})();
