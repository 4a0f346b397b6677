"use strict";
// Makes reading quicker: a filter, wells that open beside the map, arrow keys. Without it everything is there as well.
document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", () => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);

  // --- what an address leads to is opened -----------------------------------------------------------
  const reveal = (id) => {
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.matches("details")) target.open = true;
    for (let around = target.parentElement; around; around = around.parentElement) {
      if (around.matches("details")) around.open = true;
    }
    target.scrollIntoView({ block: "nearest" });
  };
  addEventListener("hashchange", () => reveal(location.hash.slice(1)));
  reveal(location.hash.slice(1));
  document.addEventListener("click", (event) => {  // also where the address stays what it is
    const link = event.target.closest && event.target.closest("a[href^='#']");
    if (link && !link.closest(".map")) reveal(link.getAttribute("href").slice(1));
  });

  // --- filter ---------------------------------------------------------------------------------------
  const field = one("#filter"), matches = one("#matches");
  const words = () => field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text, wanted) => wanted.every((word) => text.includes(word));
  const texts = new WeakMap();
  const textOf = (element) => {
    if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
    return texts.get(element);
  };
  const said = (number, of, what) => `${number.toLocaleString("en")} of ${of.toLocaleString("en")} ${what}${of === 1 ? "" : "s"}`;
  const show = (element, shown) => element.classList.toggle("hidden", !shown);

  const filterRules = (wanted) => {
    let findings = 0, of = 0;
    for (const rule of all(".rule")) {
      const about = textOf(one("summary", rule)) + textOf(one(".about", rule));
      let any = false;
      for (const finding of all(".finding", rule)) {
        const said = about + all(":scope > p", finding).map(textOf).join(" ");
        let some = false;
        for (const place of all(".places > li", finding)) {
          const fits = has(said + textOf(place), wanted);
          show(place, fits);
          findings += fits;
          of += 1;
          some ||= fits;
        }
        show(finding, some);
        any ||= some;
      }
      show(rule, any);
    }
    matches.textContent = wanted.length ? said(findings, of, "finding") : "";
  };

  const chosen = new Map();  // what the tables of the overview were asked for, by kind
  const filterStores = (wanted) => {
    let number = 0;
    const stores = all("#stores > .store");
    for (const store of stores) {
      const fits = has(textOf(one("summary", store) || store) + (store.dataset.rules || ""), wanted)
        && [...chosen].every(([kind, value]) => (store.dataset[kind] || "").split("\n").includes(value));
      show(store, fits);
      number += fits;
    }
    matches.textContent = wanted.length || chosen.size ? said(number, stores.length, "store") : "";
  };
  const filter = () => (one("#stores") ? filterStores : filterRules)(words());
  if (field) {
    let soon;
    field.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(filter, 80); });
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !event.target.matches("input")) { event.preventDefault(); field.focus(); }
      if (event.key === "Escape" && event.target === field) { field.value = ""; filter(); }
    });
    if (field.value) filter();
  }
  for (const button of all("button[data-kind]")) {
    button.addEventListener("click", () => {
      const { kind, value } = button.dataset, on = chosen.get(kind) !== value;
      if (on) chosen.set(kind, value); else chosen.delete(kind);
      for (const other of all("button[data-kind]")) {
        other.setAttribute("aria-pressed", String(chosen.get(other.dataset.kind) === other.dataset.value));
      }
      filter();
    });
  }

  // --- the plate ------------------------------------------------------------------------------------
  const open = (link) => {
    const plate = link.closest(".plate"), panel = one(".opened", plate);
    for (const other of all(".chosen", plate)) other.classList.remove("chosen");
    link.classList.add("chosen");
    const title = document.createElement("h3"), list = document.createElement("ul"), close = document.createElement("button");
    title.textContent = link.getAttribute("aria-label");
    title.tabIndex = -1;
    close.type = "button";
    close.className = "close";
    close.textContent = "Close";
    const shut = () => { panel.replaceChildren(); link.classList.remove("chosen"); link.focus(); };
    close.addEventListener("click", shut);
    panel.onkeydown = (event) => { if (event.key === "Escape") shut(); };
    const target = document.getElementById(link.getAttribute("href").slice(1));
    for (const found of all("own" in link.dataset ? ":scope > .found" : ".found", target)) {
      const at = found.parentElement.previousElementSibling;
      for (const item of found.children) {
        const copy = item.cloneNode(true);
        if (found.parentElement !== target) copy.prepend(one("code", at).cloneNode(true), " ");
        list.append(copy);
      }
    }
    panel.replaceChildren(close, title, list);
    title.focus();
  };
  for (const map of all(".map")) {
    const links = all("a", map);
    links.forEach((link, number) => { link.tabIndex = number ? -1 : 0; });
    const go = (link) => {
      for (const other of links) other.tabIndex = -1;
      link.tabIndex = 0;
      link.focus();
    };
    const next = (link, down, right) => {
      const cell = link.parentElement, rows = [...map.tBodies[0].rows];
      let row = rows.indexOf(cell.parentElement), column = cell.cellIndex;
      for (;;) {
        row += down;
        column += right;
        const there = rows[row] && rows[row].cells[column];
        if (!there || column < 1) return null;
        const found = one("a", there);
        if (found) return found;
      }
    };
    const arrows = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
    map.addEventListener("keydown", (event) => {
      const link = event.target.closest("a");
      const found = link && (arrows[event.key] ? next(link, ...arrows[event.key])
        : event.key === "Home" ? links[0] : event.key === "End" ? links[links.length - 1] : null);
      if (!found) return;
      event.preventDefault();
      go(found);
    });
    map.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      for (const other of links) other.tabIndex = -1;
      link.tabIndex = 0;
      open(link);
    });
  }

  // --- paper ----------------------------------------------------------------------------------------
  addEventListener("beforeprint", () => { for (const closed of all("details.rule:not([open])")) closed.open = true; });
});
