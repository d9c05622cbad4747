/**
 * Copy buttons (entry module): `<button data-copy="ID of an input" data-copied="Copied" hidden>`.
 *
 * Shown only where the browser lets a page write to the clipboard; the link stays selectable everywhere.
 */

const SHOWN_MS = 2000;

async function copy(button) {
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
  const label = button.firstChild;
  const before = label.data;
  label.data = button.dataset.copied;
  button.disabled = true;
  setTimeout(() => {
    label.data = before;
    button.disabled = false;
  }, SHOWN_MS);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button));
}
