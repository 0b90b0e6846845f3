/* What a reader can do beyond reading: move maps, filter tables, open cards. Texts stand in the
   page; nothing is loaded or stored. A map is a [data-map]; map_screen.py explains its marks. */
"use strict";
{
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const on = (node, names, act, options) =>
  names.split(" ").forEach(name => node.addEventListener(name, act, options));
const target = link => document.getElementById(link.hash.slice(1));

const moveMap = figure => {
  const find = selector => figure.querySelector(selector);
  const box = find(".drawing"), tip = find(".tip"), back = find(".back"), level = find("[data-level]");
  const svg = find(".drawing > svg"), frame = find("[data-frame]"), view = frame.firstElementChild;
  const [left, top, width, height] = frame.dataset.frame.split(" ").map(Number);
  const middle = { x: left + width / 2, y: top + height / 2 }, pointers = new Map();
  let scale = 1, x = 0, y = 0, dragged = false;

  const draw = () => {
    x = clamp(x, (left + width) * (1 - scale), left * (1 - scale));
    y = clamp(y, (top + height) * (1 - scale), top * (1 - scale));
    view.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    for (const label of all("[data-at]", view)) {
      const [a, b] = label.dataset.at.split(" ").map(at => at * (1 - 1 / scale));
      label.setAttribute("transform", `translate(${a} ${b}) scale(${1 / scale})`);
    }
    figure.classList.toggle("zoomed", scale > 1);
    level.textContent = fill(level.dataset.level, { percent: Math.round(scale * 100) });
  };
  const zoom = (by, at = middle) => {
    const next = clamp(scale * by, 1, 16);
    x = at.x - (at.x - x) * next / scale;
    y = at.y - (at.y - y) * next / scale;
    scale = next;
    draw();
  };
  const pan = (dx, dy) => { x += dx; y += dy; draw(); };
  const centre = (a, b) => {
    x = middle.x - scale * a;
    y = middle.y - scale * b;
    draw();
  };
  const point = e => new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const say = (part, at) => {
    tip.textContent = part?.closest("[data-tip]")?.dataset.tip ?? "";
    const room = figure.getBoundingClientRect();
    tip.style.left = `${clamp(at.x - room.left + 12, 0, room.width - tip.offsetWidth)}px`;
    tip.style.top = `${at.y - room.top + 16}px`;
  };
  const hush = () => { tip.textContent = ""; };
  for (const title of all("title", view)) {
    const owner = title.parentNode, text = title.textContent;
    owner.dataset.tip = text;
    if (owner.tagName === "a") owner.setAttribute("aria-label", text);
    title.remove();
  }

  /* Lights up one stretch, or all of a finding, and brings them into the frame. */
  figure.show = link => {
    const { show } = link.dataset, home = link.closest("[id]");
    const parts = all("[data-findings]", view).filter(part => part.classList.toggle("on",
      show ? part.dataset.findings.split(" ").includes(show) : part === target(link)));
    back.textContent = fill(back.dataset.back, { what: show || link.textContent });
    back.href = `#${home.id}`;
    back.hidden = false;
    if (!parts.length) return;
    const boxes = parts.map(part => part.getBBox());
    const [x0, x1, y0, y1] = [Math.min(...boxes.map(b => b.x)), Math.max(...boxes.map(b => b.x + b.width)),
      Math.min(...boxes.map(b => b.y)), Math.max(...boxes.map(b => b.y + b.height))];
    scale = clamp(0.6 * Math.min(width / (x1 - x0 + 1), height / (y1 - y0 + 1)), 1, 12);
    centre((x0 + x1) / 2, (y0 + y1) / 2);
    figure.scrollIntoView();
    box.focus({ preventScroll: true });
    box.scrollLeft += parts[0].getBoundingClientRect().x - innerWidth / 2;
    say(parts[0], parts[0].getBoundingClientRect());
  };

  on(box, "keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const zooms = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, "0": 0 }[e.key];
    const moves = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[e.key];
    if (zooms !== undefined) zoom(zooms);
    else if (moves && scale > 1) pan(...moves);
    else if (e.key === "Escape") hush();
    else return;
    e.preventDefault();
  });
  on(frame, "wheel", e => {
    if (!e.ctrlKey && !e.metaKey && !box.contains(document.activeElement)) return;
    if (scale === 1 && e.deltaY > 0 && !e.ctrlKey) return;
    e.preventDefault();
    zoom(Math.exp(-e.deltaY / 500), point(e));
  }, { passive: false });
  on(frame, "pointerdown", e => {
    dragged = false;
    pointers.set(e.pointerId, point(e));
  });
  on(frame, "pointermove", e => {
    const before = pointers.get(e.pointerId), now = point(e);
    if (!before) return say(e.target, e);
    const other = [...pointers].find(([id]) => id !== e.pointerId)?.[1];
    const span = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
    if (!other && !dragged && span(now, before) < 4) return;
    if (!dragged) frame.setPointerCapture(e.pointerId);
    dragged = true;
    pointers.set(e.pointerId, now);
    if (other) zoom(span(now, other) / span(before, other), other);
    else if (scale > 1) pan(now.x - before.x, now.y - before.y);
  });
  on(frame, "pointerup pointercancel", e => pointers.delete(e.pointerId));
  on(frame, "dragstart", e => e.preventDefault());
  on(frame, "click", e => { if (dragged) e.preventDefault(); }, true);
  on(frame, "focusin", e => {
    if (scale > 1) centre(...e.target.closest("[data-at]").dataset.at.split(" "));
    say(e.target, e.target.getBoundingClientRect());
  });
  on(frame, "pointerleave focusout", hush);
  on(figure, "click", e => {
    const way = e.target.closest("[data-zoom]");
    if (way) zoom({ in: 1.5, out: 1 / 1.5, reset: 0 }[way.dataset.zoom]);
  });
  on(figure, "change", e => {
    for (const part of all("[data-layer]", view))
      if (part.dataset.layer === e.target.value) part.toggleAttribute("data-off", !e.target.checked);
  });
  find(".map-tools").hidden = false;
  draw();
};

const filterTable = part => {
  const tools = part.querySelector(".filters"), [text, level] = all("input, select", tools);
  const rows = all("tbody tr", part), body = all("tr.body", part);
  tools.hidden = false;
  on(tools, "input", () => {
    const wanted = text.value.trim().toLowerCase(), free = !wanted && !level.value;
    let group = {}, shown = 0;
    for (const row of rows) {
      const fits = row.className === "body" && row.textContent.toLowerCase().includes(wanted)
        && (!level.value || row.dataset.level === level.value);
      row.hidden = !fits && !free;
      if (row.className === "group") group = row;
      else if (fits) { shown += 1; group.hidden = false; }
    }
    const count = fill(tools.dataset.count, { shown, all: body.length });
    tools.querySelector("output").textContent = free ? "" : count;
  });
};

all("[data-map]").forEach(moveMap);
all("[data-filter]").forEach(filterTable);

/* Cards are closed until asked for, and open in print. */
const cards = all("details[data-shut]");
let kept = [];
const reveal = () => {
  const card = target(location)?.closest("details");
  if (card) { card.open = true; target(location).scrollIntoView(); }
};
for (const card of cards) card.open = false;
on(window, "hashchange", reveal);
on(window, "beforeprint", () => {
  kept = cards.filter(card => !card.open);
  for (const card of kept) card.open = true;
});
on(window, "afterprint", () => { for (const card of kept) card.open = false; });
on(document, "click", e => {
  const link = e.target.closest("a[data-show], a[data-copy]");
  if (!link) return;
  const map = target(link)?.closest("[data-map]"), said = document.getElementById("said");
  if (map) setTimeout(map.show, 0, link);
  else navigator.clipboard?.writeText(link.href).then(() => { said.textContent = said.dataset.copied; });
});

/* The contents fold into a bar on a phone, and mark the section that is being read. */
const contents = document.querySelector(".contents details");
if (contents) {
  const narrow = matchMedia("(max-width: 900px)");
  const fold = () => { contents.open = !narrow.matches; };
  const watch = new IntersectionObserver(seen => seen.forEach(({ target: section, isIntersecting }) => {
    const link = contents.querySelector(`a[href="#${section.id}"]`);
    link.ariaCurrent = isIntersecting ? "true" : null;
    if (isIntersecting) contents.querySelector(".here").textContent = link.textContent;
  }), { rootMargin: "-30% 0px -69%" });
  for (const link of all("a", contents)) watch.observe(target(link));
  on(narrow, "change", fold);
  on(contents, "click", e => { if (e.target.closest("a")) fold(); });
  fold();
}
reveal();
}
