// J and K walk a list, Enter opens the row, A takes it, C goes where something is said about it.
(() => {
  const rows = () => [...document.querySelectorAll("tr[data-vk-row]")];
  let chosen = "";
  const place = () => rows().findIndex((row) => row.id === chosen);
  const stand = (index) => {
    const list = rows();
    chosen = list[index]?.id || "";
    list.forEach((row) => row.classList.toggle("is-cursor", row.id === chosen));
    list[index]?.scrollIntoView({ block: "nearest" });
  };
  const press = (selector) => rows()[place()]?.querySelector(selector)?.click();
  const keys = {
    KeyJ: () => stand(Math.min(place() + 1, rows().length - 1)),
    KeyK: () => stand(Math.max(place() - 1, 0)),
    Enter: () => press("a.vk-title"),
    KeyA: () => press("[data-vk-take]"),
    KeyC: () => press("[data-vk-comment]"),
  };
  document.addEventListener("keydown", (event) => {
    const elsewhere = event.target.closest(
      "input, textarea, select, [contenteditable], .modal, .dropdown-menu, a, button",
    );
    if (elsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
    const say = document.querySelector("[data-vk-say]");
    if (say && event.code === "KeyC") {
      event.preventDefault();
      say.focus();
    }
    if (!rows().length) return;
    if (!keys[event.code] || (event.code === "Enter" && place() < 0)) return;
    event.preventDefault();
    keys[event.code]();
  });
  if (location.hash === "#say") document.querySelector("[data-vk-say]")?.focus();
  // The rows were exchanged: stand where one stood.
  document.addEventListener("vk:renewed", () => stand(place()));
})();
