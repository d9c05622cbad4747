/**
 * Two texts for one sentence, and which one stays. Built under the sentence; gone when it is decided.
 *
 * `decided(keepMine)` is called once. Whoever looks at the sentence hears of it by its role.
 */

import { words } from "./page.js";

export function showConflict({ element }, { mine, theirs }, decided) {
  element.querySelector(".conflict")?.remove();
  const block = document.createElement("div");
  block.className = "conflict note warning";
  block.setAttribute("role", "alert");
  block.append(line("p", words("conflict")));
  block.append(version(words("mine"), mine), version(words("theirs"), theirs || words("their_hidden")));
  const end = (keepMine) => {
    block.remove();
    decided(keepMine);
  };
  block.append(
    button(words("keep_mine"), () => end(true)),
    button(words("take_theirs"), () => end(false)),
  );
  element.append(block);
}

function version(name, text) {
  const paragraph = line("p", "");
  paragraph.append(line("b", name), document.createElement("br"), line("bdi", text));
  return paragraph;
}

function line(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function button(label, pressed) {
  const element = line("button", label);
  element.type = "button";
  element.addEventListener("click", pressed);
  return element;
}
