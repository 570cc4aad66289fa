// The keys of the review queue and of a ticket: each presses, or stands in, what names it by data-vk-key. Ctrl+Enter sends the reason.
(() => {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable], .modal, .dropdown-menu");
    if (typing?.matches("textarea[data-vk-key]")) {
      if (event.code === "Escape") typing.blur();
      if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) typing.form.requestSubmit();
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const named = document.querySelector(`[data-vk-key="${event.code}"]`);
    if (!named) return;
    event.preventDefault();
    if (named.matches("textarea")) named.focus();
    else named.click();
  });
})();
