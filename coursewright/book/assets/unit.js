"use strict";
// Tells the platform where the reader is and when the end was reached (SCORM 1.2 run-time environment,
// chapter 3). Without a platform the place is kept in the browser.
(() => {
  const unit = document.documentElement.dataset.unit;
  const find = (start) => {
    for (let at = start, steps = 0; at && steps < 20; at = at.parent === at ? null : at.parent, steps += 1) {
      try { if (at.API) return at.API; } catch (error) { if (!(error instanceof DOMException)) throw error; return null; }
    }
    return null;
  };
  const api = find(window) || (window.opener ? find(window.opener) : null);
  const started = Date.now();
  const keep = (value) => { try { localStorage.setItem(unit, value); } catch (error) { if (!(error instanceof DOMException)) throw error; } };
  const kept = () => { try { return localStorage.getItem(unit) || ""; } catch (error) { if (!(error instanceof DOMException)) throw error; return ""; } };

  const open = api ? api.LMSInitialize("") : "false";
  const talking = String(open) === "true";
  const read = (name) => (talking ? api.LMSGetValue(name) : "");
  const write = (name, value) => { if (talking) api.LMSSetValue(name, value); };
  let status = read("cmi.core.lesson_status");
  const done = () => status === "completed" || status === "passed";
  if (talking && !done()) { status = "incomplete"; write("cmi.core.lesson_status", status); }

  let furthest = 0;
  try { furthest = Number(JSON.parse(read("cmi.suspend_data") || "{}").furthest) || 0; } catch (error) { if (!(error instanceof SyntaxError)) throw error; }
  const place = talking ? read("cmi.core.lesson_location") : kept();
  const places = Array.from(document.querySelectorAll("main [id]")).filter((element) => /^(H[1-6]|FIGURE|DT)$/.test(element.tagName));
  const target = place && places.find((element) => element.id === place);
  if (target) target.scrollIntoView();

  let last = place;
  let waiting = 0;
  const commit = () => { if (talking) api.LMSCommit(""); };
  const look = () => {
    waiting = 0;
    const page = document.documentElement;
    const here = places.filter((element) => element.getBoundingClientRect().top <= 120).pop();
    const share = Math.min(1, (page.scrollTop + page.clientHeight) / Math.max(1, page.scrollHeight));
    furthest = Math.max(furthest, Math.round(share * 100) / 100);
    const id = here ? here.id : "";
    if (id === last) return;
    last = id;
    if (!talking) { keep(id); return; }
    write("cmi.core.lesson_location", id.slice(0, 255));
    write("cmi.suspend_data", JSON.stringify({ furthest }));
    commit();
  };
  addEventListener("scroll", () => { if (!waiting) waiting = setTimeout(look, 300); }, { passive: true });

  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    furthest = 1;
    if (done()) return;
    status = "completed";
    write("cmi.core.lesson_status", status);
    write("cmi.suspend_data", JSON.stringify({ furthest }));
    commit();
  }).observe(document.getElementById("end"));

  let finished = false;
  addEventListener("pagehide", () => {
    if (finished || !talking) return;
    finished = true;
    clearTimeout(waiting);
    look();
    const seconds = Math.round((Date.now() - started) / 1000);
    const two = (number) => String(number).padStart(2, "0");
    write("cmi.core.session_time", `${String(Math.floor(seconds / 3600)).padStart(4, "0")}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`);
    write("cmi.core.exit", done() ? "" : "suspend");
    commit();
    api.LMSFinish("");
  });
})();
