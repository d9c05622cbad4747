/**
 * A form that changes something is sent once (entry module): what is clicked again while the answer is on its way is
 * not asked for again. Forms that htmx sends wait by themselves, see `hx-sync`.
 */

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "sent";
});

// Whoever comes back to the page may send again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
