// Copies what a field or a block holds. Over plain HTTP browsers offer no clipboard, so the old way is tried as well; where
// neither works, the text is left selected.
(() => {
  const selected = (source) => {
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    return document.execCommand("copy");
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-vk-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.vkCopy);
    const text = source.value ?? source.textContent;
    const done = navigator.clipboard
      ? await navigator.clipboard.writeText(text).then(() => true, () => selected(source))
      : selected(source);
    const words = button.querySelector("span");
    if (!done || button.dataset.vkWords) return;
    button.dataset.vkWords = words.textContent;
    words.textContent = button.dataset.vkCopied;
    setTimeout(() => {
      words.textContent = button.dataset.vkWords;
      delete button.dataset.vkWords;
    }, 2000);
  });
})();
