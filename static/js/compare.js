/**
 * The comparison (entry module): stepping from difference to difference, and taking one, by keyboard.
 *
 *   <div data-differences="41">
 *     <p data-tally="Difference {n} of {all}">41 differences</p>
 *     <p data-steps hidden><button data-step="-1">…</button><button data-step="1">…</button></p>
 *   </div>
 *   <li data-difference="7" tabindex="-1"><form>…<button data-take>…</button></form></li>     for each difference
 *   <a rel="prev"> <a rel="next">                                                            between pages
 *
 * Keys: j or n next, k or p previous, a takes the sentence. A row that was exchanged by htmx is focused again.
 */

const STEPS = { j: 1, n: 1, k: -1, p: -1 };
const bar = document.querySelector("[data-differences]");
let current = 0;

function rows() {
  return [...document.querySelectorAll("[data-difference]")];
}

function show(row) {
  current = Number(row.dataset.difference);
  const tally = bar.querySelector("[data-tally]");
  tally.textContent = tally.dataset.tally.replace("{n}", current).replace("{all}", bar.dataset.differences);
}

function focus(row) {
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "center" });
}

/** The next difference on this page, else the page before or after, which opens at its own last or first one. */
function step(by) {
  const others = rows();
  if (by < 0) others.reverse();
  const row = others.find(({ dataset }) => (Number(dataset.difference) - current) * by > 0);
  if (row) return focus(row);
  const link = document.querySelector(by > 0 ? "a[rel=next]" : "a[rel=prev]");
  if (link) location.href = `${link.href}#${by > 0 ? "first" : "last"}`;
}

function take() {
  const row = rows().find(({ dataset }) => Number(dataset.difference) === current);
  row?.querySelector("[data-take]")?.click();
}

function isTyping(target) {
  return target.closest("select, textarea, input:not([type=checkbox], [type=hidden])") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key in STEPS) step(STEPS[event.key]);
  else if (event.key === "a") take();
  else return;
  event.preventDefault();
});

document.addEventListener("focusin", ({ target }) => {
  const row = target.closest("[data-difference]");
  if (row) show(row);
});

/** Should the answer be to load the page again, it opens at this row. */
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  const row = target.closest("[data-difference]");
  if (row) history.replaceState(history.state, "", `#${row.id}`);
});

document.addEventListener("htmx:load", ({ target }) => {
  if (target.matches("[data-difference]")) target.focus({ preventScroll: true });
});

if (bar && Number(bar.dataset.differences)) {
  bar.querySelector("[data-steps]").hidden = false;
  for (const button of bar.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  }
  const there = location.hash === "#last" ? rows().at(-1) : location.hash === "#first" ? rows()[0] : null;
  const named = there ?? document.getElementById(location.hash.slice(1))?.closest("[data-difference]");
  if (named) focus(named);
}
