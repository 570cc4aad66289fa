// The tick above a column of switches: all of them, none, or a dash for some.
(() => {
  const boxesOf = (head) => [
    ...head.closest("tbody").querySelectorAll(`[data-vk-switch="${head.dataset.vkColumn}"]`),
  ];
  const show = (head) => {
    const boxes = boxesOf(head);
    const on = boxes.filter((box) => box.checked).length;
    head.checked = on === boxes.length;
    head.indeterminate = on > 0 && on < boxes.length;
  };
  document.querySelectorAll("[data-vk-column]").forEach((head) => {
    head.closest("label").hidden = false;
    show(head);
    head.addEventListener("change", () => {
      boxesOf(head).forEach((box) => {
        box.checked = head.checked;
      });
    });
    head.closest("tbody").addEventListener("change", () => show(head));
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-vk-column]").forEach(show));
})();
