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

  const show = (faults, isShown) => {
    document.getElementById("preview-faults")?.remove();
    if (!faults.length) return;
    const panel = document.createElement("section");
    panel.id = "preview-faults";
    panel.setAttribute("role", "alert");
    panel.tabIndex = 0; // a long list scrolls, by the keyboard too
    const head = document.createElement("h2");
    const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
    head.textContent = isShown ? `${count}: a build would refuse this` : `${count}: this is the last good build`;
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
    const at = document.activeElement?.closest(".preview-decide")?.dataset.of;
    document.title = page.title;
    document.body.replaceWith(document.adoptNode(page.body));
    reopen(states);
    const isLedOn = left >= 0;
    offer();
    const same = groups().findIndex((group) => group.dataset.of === at);
    if (same >= 0) groups()[same].querySelector("button").focus({ preventScroll: true });
    if (!isLedOn) scrollTo({ left: x, top: y, behavior: "instant" });
  };

  // ---- proposals: accepted or rejected where they stand, with the keyboard too ----

  const token = document.currentScript.dataset.token;
  const element = (tag, words, attributes = {}) => {
    const made = document.createElement(tag);
    made.textContent = words;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const groups = () => [...document.querySelectorAll(".preview-decide")];
  const tell = (words) => { document.getElementById("preview-told").textContent = words; };
  const goTo = (index) => {
    const all = groups();
    const group = all[Math.min(Math.max(index, 0), all.length - 1)];
    group?.querySelector("button").focus({ preventScroll: true });
    group?.scrollIntoView({ block: "center" });
    return Boolean(group);
  };

  let left = -1; // which of the proposals was decided on last: the one after it is next
  let made = 0; // decisions that can be taken back
  const say = async (decision) => {
    const answer = await fetch(new URL("decide", own), {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Briefgen-Token": token },
      body: JSON.stringify(decision),
    });
    const words = await answer.text();
    if (!answer.ok) throw new Error(words);
    return words;
  };
  const decide = async (group, verdict) => {
    if (group.getAttribute("aria-busy") === "true") return;
    const [brief, id] = group.dataset.of.split("#");
    group.setAttribute("aria-busy", "true");
    if (verdict === "reject" && !group.dataset.warned) { // what falls with it is said before it falls
      const falls = await say({ verdict, brief, id, rehearses: true }).catch(() => id);
      if (falls !== id) {
        group.dataset.warned = "true";
        group.removeAttribute("aria-busy");
        tell(`Would reject ${falls}. Reject again to do so.`);
        return;
      }
    }
    left = groups().indexOf(group);
    told = `${verdict === "accept" ? "Accepting" : "Rejecting"} ${id}`; // a build may be shown before the answer is here
    made += 1;
    try {
      told = await say({ verdict, brief, id });
    } catch (error) {
      [told, left, made] = [error.message, -1, made - 1];
      group.removeAttribute("aria-busy");
    }
    tell(told);
  };
  const undo = async () => {
    if (!made) return;
    made -= 1;
    told = "Taking it back";
    try {
      told = await say({ verdict: "undo" });
    } catch (error) {
      told = error.message;
    }
    tell(told);
  };

  const keys = { a: (group) => decide(group, "accept"), r: (group) => decide(group, "reject"), u: undo,
    n: (group) => goTo(groups().indexOf(group) + 1), p: (group) => goTo(groups().indexOf(group) - 1) };

  const choice = (mark) => {
    const id = mark.dataset.proposal.split("#")[1];
    const group = element("span", "", { class: "preview-decide", role: "group", "aria-label": `Proposal ${id}` });
    group.dataset.of = mark.dataset.proposal;
    for (const [words, verdict] of [["Accept", "accept"], ["Reject", "reject"]]) {
      const button = element("button", words, { type: "button", "aria-keyshortcuts": words[0].toLowerCase(), "aria-label": `${words} ${id}` });
      button.addEventListener("click", () => decide(group, verdict));
      group.append(button);
    }
    group.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
      event.preventDefault();
      keys[event.key](group);
    });
    mark.after(" ", group);
  };

  let told = "";
  const offer = () => {
    const marks = token ? [...document.querySelectorAll("[data-proposal]")] : [];
    marks.forEach(choice);
    if (!marks.length && !told) return;
    const bar = element("section", "", { id: "preview-proposals", "aria-label": "Proposals" });
    const count = new Set(marks.map((mark) => mark.dataset.proposal)).size;
    const first = element("button", count === 1 ? "1 proposal" : `${count} proposals`, { type: "button", title: "Go to the first. There: a accepts, r rejects, u takes the last decision back, n is the next, p the one before" });
    first.addEventListener("click", () => goTo(0));
    const back = element("button", "Undo", { type: "button", id: "preview-undo", "aria-keyshortcuts": "u" });
    back.addEventListener("click", undo);
    const words = element("p", told, { id: "preview-told", role: "status" });
    bar.append(...(count ? [first] : []), words, ...(made ? [back] : []));
    document.body.prepend(bar);
    if (left >= 0 && !goTo(left)) document.getElementById("main")?.focus({ preventScroll: true });
    left = -1;
  };
  offer();

  // ---- listening ----

  // The build that this page was made by. One may have ended between the page and the first word heard here.
  let seen = Number(document.currentScript.dataset.build);
  let wasLost = false;

  const hear = async (news) => {
    const isNews = news.build !== seen || wasLost;
    const isStyle = news.style && news.build === seen + 1;
    wasLost = false;
    seen = news.build;
    if (isNews && news.shown) await swap(isStyle);
    show(news.faults, news.shown);
    if (news.faults.length) for (const group of groups()) group.removeAttribute("aria-busy");
    document.documentElement.dataset.previewBuild = String(news.build);
  };

  let heard = Promise.resolve();
  const listen = () => {
    const address = new URL("live", own);
    address.protocol = "ws:";
    const socket = new WebSocket(address);
    socket.addEventListener("message", (event) => {
      const news = JSON.parse(event.data);
      heard = heard.then(() => hear(news)).catch(() => { wasLost = true; });
    });
    socket.addEventListener("close", () => {
      wasLost = true;
      setTimeout(listen, 500);
    });
  };
  listen();
})();
