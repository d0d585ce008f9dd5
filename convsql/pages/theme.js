"use strict";
// Light or dark: what the reader's system says, until the button is used.
(() => {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const dark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const remember = (value) => {
    try {
      localStorage.setItem("convsql-theme", value);
    } catch {
      // a page opened from a file may have no storage; the choice then lasts as long as the page
    }
  };
  try {
    const kept = localStorage.getItem("convsql-theme");
    if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  } catch {
    // as above
  }
  button?.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    remember(root.dataset.theme);
  });
})();
