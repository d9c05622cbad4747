/**
 * Says under a box how much of it is used: `<textarea data-counted="{n} of {most} characters" data-most="2000">`.
 * Boxes that come and go with htmx are counted too.
 */

function count(box) {
  let place = box.nextElementSibling;
  if (!place?.matches(".counter")) {
    place = document.createElement("p");
    place.className = "help counter";
    box.after(place);
  }
  // The server counts characters, a string's length counts halves of them.
  const values = { n: [...box.value].length, most: box.dataset.most };
  place.textContent = box.dataset.counted.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function countAll() {
  for (const box of document.querySelectorAll("textarea[data-counted]")) count(box);
}

document.addEventListener("input", ({ target }) => {
  if (target.matches?.("textarea[data-counted]")) count(target);
});
document.addEventListener("htmx:afterSwap", countAll);
countAll();
