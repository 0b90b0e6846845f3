// What a reader can do beyond reading: move maps, filter tables, open cards. All texts stand in the
// page; nothing is loaded or stored. A map is a [data-map]: map_screen.py explains its attributes.
// Lines of comment and indents are left out of the report.
"use strict";
{
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const on = (node, names, act, options) =>
  names.split(" ").forEach(name => node.addEventListener(name, act, options));
const narrow = matchMedia("(max-width: 900px)");
const target = link => document.getElementById(link.hash.slice(1));

const moveMap = figure => {
  const find = selector => figure.querySelector(selector);
  const box = find(".drawing"), tip = find(".tip"), back = find(".back"), level = find("[data-level]");
  const svg = find(".drawing > svg"), frame = find("[data-frame]"), view = frame.firstElementChild;
  const [left, top, width, height] = frame.dataset.frame.split(" ").map(Number);
  const middle = { x: left + width / 2, y: top + height / 2 }, pointers = new Map();
  let scale = 1, x = 0, y = 0, dragged = false;

  const patterns = all("pattern", view).map(p => [p, p.getAttribute("patternTransform") ?? ""]);
  const hush = () => { tip.textContent = ""; };
  const draw = () => {
    x = clamp(x, (left + width) * (1 - scale), left * (1 - scale));
    y = clamp(y, (top + height) * (1 - scale), top * (1 - scale));
    view.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    // Labels keep their size, or become large enough to read; patterns keep theirs.
    const size = scale > 1 ? Math.max(1, 1.4 / svg.getScreenCTM().a) / scale : 1;
    for (const label of all("[data-at]", view)) {
      const [a, b] = label.dataset.at.split(" ").map(at => at * (1 - size));
      label.setAttribute("transform", `translate(${a} ${b}) scale(${size})`);
    }
    for (const [pattern, turn] of patterns)
      pattern.setAttribute("patternTransform", `${turn} scale(${1 / scale})`);
    hush();
    figure.classList.toggle("zoomed", scale > 1);
    level.textContent = level.dataset.level.replace("{percent}", Math.round(scale * 100));
  };
  const zoom = (by, at = middle) => {
    const next = clamp(scale * by, 1, 16);
    x = at.x - (at.x - x) * next / scale;
    y = at.y - (at.y - y) * next / scale;
    scale = next;
    draw();
  };
  const pan = (dx, dy) => { x += dx; y += dy; draw(); };
  const centre = (a, b) => pan(middle.x - scale * a - x, middle.y - scale * b - y);
  const point = e => new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const say = (part, at) => {
    tip.textContent = part?.closest("[data-tip]")?.dataset.tip ?? "";
    const room = figure.getBoundingClientRect();
    tip.style.left = `${clamp(at.x - room.left + 12, 0, room.width - tip.offsetWidth)}px`;
    tip.style.top = `${at.y - room.top + 16}px`;
  };
  for (const title of all("title", view)) {
    const owner = title.parentNode;
    owner.dataset.tip = title.textContent;
    if (owner.href) owner.ariaLabel = title.textContent;
    title.remove();
  }

  // Lights up one stretch, or all of a finding, and brings them into the frame.
  figure.show = link => {
    const { show } = link.dataset;
    const parts = all("[data-findings]", view).filter(part => part.classList.toggle("on",
      show ? part.dataset.findings.split(" ").includes(show) : part === target(link)));
    back.textContent = back.dataset.back.replace("{what}", show || link.textContent);
    back.href = `#${link.closest("[id]").id}`;
    back.hidden = false;
    if (!parts.length) return;
    const boxes = parts.map(part => part.getBBox());
    const low = side => Math.min(...boxes.map(side)), high = side => Math.max(...boxes.map(side));
    const x0 = low(b => b.x), x1 = high(b => b.x + b.width);
    const y0 = low(b => b.y), y1 = high(b => b.y + b.height);
    scale = clamp(0.6 * Math.min(width / (x1 - x0 + 1), height / (y1 - y0 + 1)), 1, 12);
    centre((x0 + x1) / 2, (y0 + y1) / 2);
    figure.scrollIntoView();
    box.focus({ preventScroll: true });
    box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
    say(parts[0], parts[0].getBoundingClientRect());
  };

  on(box, "keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const zooms = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, "0": 0 }[e.key];
    const moves = { Left: [60, 0], Right: [-60, 0], Up: [0, 60], Down: [0, -60] }[e.key.slice(5)];
    if (zooms !== undefined) zoom(zooms);
    else if (moves && scale > 1) pan(...moves);
    else return;
    e.preventDefault();
  });
  on(document, "keydown", e => { if (e.key === "Escape") hush(); });
  on(frame, "wheel", e => {
    const asked = e.ctrlKey || e.metaKey;
    if (!asked && (!box.contains(document.activeElement) || (scale === 1 && e.deltaY > 0))) return;
    e.preventDefault();
    zoom(Math.exp(-e.deltaY / 500), point(e));
  }, { passive: false });
  on(frame, "pointerdown", e => {
    dragged = false;
    pointers.set(e.pointerId, point(e));
    say(e.target, e);
  });
  on(frame, "pointermove", e => {
    if (!e.buttons) pointers.clear();
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
  // On the box: parts of a drawing that listen to focus would take it in Chromium.
  on(box, "focusin", ({ target: link }) => {
    const label = link.closest("[data-at]");
    if (!label) return;
    if (scale > 1) centre(...label.dataset.at.split(" "));
    say(link, link.getBoundingClientRect());
  });
  on(box, "focusout", hush);
  on(frame, "pointerleave", e => { if (e.pointerType !== "touch") hush(); });
  on(figure, "click", e => {
    const way = e.target.closest("[data-zoom]");
    if (way) zoom({ in: 1.5, out: 1 / 1.5, reset: 0 }[way.dataset.zoom]);
  });
  on(figure, "change", e => {
    for (const part of all("[data-layer]", view))
      if (part.dataset.layer === e.target.value) part.toggleAttribute("data-off", !e.target.checked);
  });
  find(".layers").open = !narrow.matches;
  find(".map-tools").hidden = false;
  draw();
};

const filterTable = part => {
  const tools = part.querySelector(".filters"), rows = all("tbody tr", part);
  const [text, level, count] = all("input, select, output", tools);
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
    count.textContent = free ? "" : count.dataset.count.replace("{shown}", shown);
  });
};

all("[data-map]").forEach(moveMap);
all("[data-filter]").forEach(filterTable);

// Cards are closed until asked for, and open in print.
const cards = all("details[data-shut]");
const turn = (some, open) => some.forEach(card => { card.open = open; });
let kept = [];
const reveal = () => {
  const card = target(location)?.closest("details");
  if (card) { card.open = true; target(location).scrollIntoView(); }
};
turn(cards, false);
on(window, "hashchange", reveal);
on(window, "beforeprint", () => turn(kept = cards.filter(card => !card.open), true));
on(window, "afterprint", () => turn(kept, false));
on(document, "click", e => {
  const link = e.target.closest("a[data-show], a[data-copy]");
  if (!link) return;
  const map = target(link)?.closest("[data-map]"), said = document.getElementById("said");
  if (map) setTimeout(map.show, 0, link);
  else navigator.clipboard?.writeText(link.href).then(() => { said.textContent = said.dataset.copied; });
});

// The contents fold into a bar on a phone, and mark the section that is being read.
const contents = document.querySelector(".contents details");
if (contents) {
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
