"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const words = JSON.parse(document.getElementById("words").textContent);
  const key = "coursewright:" + root.dataset.book + ":";
  const keep = (name, value) => { try { localStorage.setItem(key + name, value); } catch (error) { if (!(error instanceof DOMException)) throw error; } };
  const kept = (name) => { try { return localStorage.getItem(key + name); } catch (error) { if (error instanceof DOMException) return null; throw error; } };
  const icon = (path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
    shape.setAttribute("d", path);
    svg.append(shape);
    return svg;
  };

  // Light and dark: the system's choice until the reader makes one.
  const theme = document.getElementById("theme");
  const chosen = kept("theme");
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  theme.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    keep("theme", root.dataset.theme);
  });

  // Contents: fold, find, and show where the reader is.
  const side = document.getElementById("contents");
  const menu = document.getElementById("menu");
  const openMenu = (open) => { root.classList.toggle("menu-open", open); menu.setAttribute("aria-expanded", String(open)); };
  menu.addEventListener("click", () => openMenu(!root.classList.contains("menu-open")));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") openMenu(false); });
  const fold = (item, folded) => {
    item.classList.toggle("folded", folded);
    item.firstElementChild.firstElementChild.setAttribute("aria-expanded", String(!folded));
  };
  all("li", side).forEach((item) => {
    const list = item.querySelector(":scope > ol");
    const row = item.firstElementChild;
    if (!list) { row.style.paddingLeft = "1.7rem"; return; }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fold";
    button.setAttribute("aria-label", row.textContent.trim());
    button.append(icon("M8 4l8 8-8 8"));
    row.prepend(button);
    fold(item, true);
    button.addEventListener("click", () => fold(item, !item.classList.contains("folded")));
  });
  const links = new Map(all("a", side).map((link) => [link.hash.slice(1), link]));
  const here = document.getElementById("here");
  let current = null;
  const opened = new Set();
  const mark = (id) => {
    const link = links.get(id);
    if (!link || link === current) return;
    if (current) { current.classList.remove("current"); current.removeAttribute("aria-current"); }
    current = link;
    link.classList.add("current");
    link.setAttribute("aria-current", "location");
    const above = new Set();
    for (let item = link.closest("li").parentElement.closest("li"); item; item = item.parentElement.closest("li")) above.add(item);
    opened.forEach((item) => { if (!above.has(item)) { fold(item, true); opened.delete(item); } });
    above.forEach((item) => { if (item.classList.contains("folded")) { fold(item, false); opened.add(item); } });
    const box = link.getBoundingClientRect();
    const frame = side.getBoundingClientRect();
    if (box.top < frame.top + 60 || box.bottom > frame.bottom - 40) side.scrollTop += box.top - frame.top - frame.height / 3;
    const page = document.getElementById(id).closest(".page");
    here.textContent = page ? page.dataset.title : "";
    if (page) keep("place", id);
  };
  const places = all("[id]", document.querySelector("main")).filter((place) => links.has(place.id));
  const bar = document.getElementById("progress");
  let waiting = false;
  const look = () => {
    waiting = false;
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle].getBoundingClientRect().top <= 120) low = middle + 1; else high = middle;
    }
    if (low) mark(places[low - 1].id); else here.textContent = "";
    const length = root.scrollHeight - root.clientHeight;
    bar.style.transform = "scaleX(" + (length > 0 ? Math.min(1, root.scrollTop / length) : 1) + ")";
  };
  const last = kept("place");
  addEventListener("scroll", () => { if (!waiting) { waiting = true; requestAnimationFrame(look); } }, { passive: true });
  look();
  side.addEventListener("click", (event) => { if (event.target.closest("a")) openMenu(false); });

  const find = document.getElementById("find");
  const none = document.getElementById("none");
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const lines = all("li", side).map((item) => ({ item, text: plain(item.firstElementChild.textContent) }));
  // The text below each line of the contents, read when it is first searched.
  let texts = null;
  const readTexts = () => {
    const main = document.querySelector("main");
    const found = new Map();
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node.nodeType === Node.ELEMENT_NODE && node.matches(".turn, .facts, .label, button, style") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    let place = null;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.ELEMENT_NODE) { if (links.has(node.id)) found.set(place = node.id, []); }
      else if (place && !node.parentElement.closest("h2, h3, h4, h5, h6")) found.get(place).push(node.data);
    }
    return Array.from(found, ([id, parts]) => { const text = parts.join(" ").replace(/\s+/g, " ").normalize("NFC"); return { id, text, plain: plain(text) }; });
  };
  const found = document.getElementById("found");
  const showFound = (wanted) => {
    found.replaceChildren();
    if (wanted.join("").length < 3) return 0;
    texts = texts || readTexts();
    const hits = texts.filter(({ plain }) => wanted.every((word) => plain.includes(word))).slice(0, 40);
    if (hits.length) {
      const title = document.createElement("p");
      title.className = "title";
      title.textContent = words.found;
      found.append(title);
    }
    hits.forEach(({ id, text, plain }) => {
      const start = plain.indexOf(wanted[0]);
      const from = start < 40 ? 0 : plain.lastIndexOf(" ", start - 30) + 1;
      const link = document.createElement("a");
      const page = document.getElementById(id).closest(".page");
      const mark = document.createElement("mark");
      const said = document.createElement("span");
      link.href = "#" + id;
      link.append(page.dataset.title);
      mark.textContent = text.slice(start, start + wanted[0].length);
      const rest = text.slice(start + wanted[0].length);
      said.append((from ? "…" : "") + text.slice(from, start), mark, rest.length > 90 ? rest.slice(0, 80) + "…" : rest);
      link.append(said);
      found.append(link);
    });
    return hits.length;
  };
  find.addEventListener("input", () => {
    const wanted = plain(find.value).split(/\s+/).filter(Boolean);
    const hit = new Set();
    lines.forEach(({ item, text }) => {
      if (wanted.every((word) => text.includes(word))) for (let at = item; at; at = at.parentElement.closest("li")) hit.add(at);
    });
    lines.forEach(({ item }) => {
      item.hidden = wanted.length > 0 && !hit.has(item);
      if (item.classList.contains("folded") || item.querySelector(":scope > ol")) fold(item, wanted.length === 0 || !hit.has(item));
    });
    opened.clear();
    none.hidden = showFound(wanted) > 0 || wanted.length === 0 || hit.size > 0;
    if (!wanted.length && current) { const again = current; current = null; mark(new URL(again.href).hash.slice(1)); }
  });

  // Continue where the reader stopped.
  const resume = document.getElementById("resume");
  if (resume && last && links.has(last) && !location.hash) {
    resume.href = "#" + last;
    resume.textContent = words.resume + ": " + links.get(last).textContent.trim();
    resume.classList.add("shown");
  }

  // Only what can be scrolled is worth a stop of the keyboard.
  const frames = all("pre, .table, .picture", document.querySelector("main"));
  const stops = () => {
    const wide = frames.map((frame) => frame.scrollWidth > frame.clientWidth + 1);
    frames.forEach((frame, index) => { if (wide[index]) frame.tabIndex = 0; else frame.removeAttribute("tabindex"); });
  };
  let resized = 0;
  addEventListener("resize", () => { clearTimeout(resized); resized = setTimeout(stops, 200); });
  addEventListener("load", stops);

  // Copy a listing.
  if (navigator.clipboard) all(".code").forEach((code) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy;
    button.addEventListener("click", () => navigator.clipboard.writeText(code.querySelector("code").textContent).then(() => {
      button.textContent = words.copied;
      setTimeout(() => { button.textContent = words.copy; }, 1600);
    }));
    code.append(button);
  });

  // Boxes stay ticked.
  all("input[type=checkbox]").forEach((box, index) => {
    const place = "box:" + box.closest(".page").id + ":" + index;
    if (kept(place)) box.checked = kept(place) === "1";
    box.addEventListener("change", () => keep(place, box.checked ? "1" : "0"));
  });
})();
