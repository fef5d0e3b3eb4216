// The preview's script: it is put into pages as they are served, and stands in no file of the site.
"use strict";
(() => {
  const own = new URL(".", document.currentScript.src);

  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = new URL("preview.css", own);
  sheet.dataset.preview = "";
  document.head.append(sheet);

  // ---- faults, over the last good build ----

  const show = (faults) => {
    document.getElementById("preview-faults")?.remove();
    if (!faults.length) return;
    const panel = document.createElement("section");
    panel.id = "preview-faults";
    panel.setAttribute("role", "alert");
    const head = document.createElement("h2");
    head.textContent = faults.length === 1 ? "1 fault: this is the last good build" : `${faults.length} faults: this is the last good build`;
    const list = document.createElement("ol");
    for (const fault of faults) {
      const item = document.createElement("li");
      const parts = [["code", fault.where], ["p", `${fault.message} [${fault.rule}]`], ["pre", fault.line], ["small", fault.hint]];
      for (const [tag, text] of parts) {
        if (!text) continue;
        const part = document.createElement(tag);
        part.textContent = text;
        item.append(part);
      }
      list.append(item);
    }
    panel.append(head, list);
    document.documentElement.append(panel);
  };

  // ---- the page, kept where the reader is ----

  const open = () => [...document.querySelectorAll("details")].map((d) => [d.closest("[id]")?.id ?? "", d.open]);

  const reopen = (before) => {
    const left = new Map();
    for (const [id, isOpen] of before) left.set(id, [...(left.get(id) ?? []), isOpen]);
    for (const d of document.querySelectorAll("details")) {
      const states = left.get(d.closest("[id]")?.id ?? "");
      if (states?.length) d.open = states.shift();
    }
  };

  const fresh = async () => {
    const answer = await fetch(location.href, { cache: "no-store" });
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  const restyle = (page) => {
    const wanted = page.querySelector('link[rel="stylesheet"]')?.getAttribute("href");
    const here = document.querySelector('link[rel="stylesheet"]:not([data-preview])');
    if (!wanted || !here || here.getAttribute("href") === wanted) return;
    const next = here.cloneNode();
    next.setAttribute("href", wanted);
    next.addEventListener("load", () => here.remove());
    here.after(next);
  };

  const swap = async (isStyle) => {
    const page = await fresh();
    restyle(page);
    if (isStyle) return;
    const states = open();
    const [x, y] = [scrollX, scrollY];
    document.title = page.title;
    document.body.replaceWith(document.adoptNode(page.body));
    reopen(states);
    scrollTo({ left: x, top: y, behavior: "instant" });
  };

  // ---- listening ----

  // The build that this page was made by. One may have ended between the page and the first word heard here.
  let seen = Number(document.currentScript.dataset.build);
  let wasLost = false;

  const hear = async (told) => {
    const isNews = told.build !== seen || wasLost;
    const isStyle = told.style && told.build === seen + 1;
    wasLost = false;
    seen = told.build;
    if (isNews && !told.faults.length) await swap(isStyle);
    show(told.faults);
    document.documentElement.dataset.previewBuild = String(told.build);
  };

  let heard = Promise.resolve();
  const listen = () => {
    const address = new URL("live", own);
    address.protocol = "ws:";
    const socket = new WebSocket(address);
    socket.addEventListener("message", (event) => {
      const told = JSON.parse(event.data);
      heard = heard.then(() => hear(told)).catch(() => { wasLost = true; });
    });
    socket.addEventListener("close", () => {
      wasLost = true;
      setTimeout(listen, 500);
    });
  };
  listen();
})();
