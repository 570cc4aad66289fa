// J and K walk a list, Enter opens the row, X ticks it, A takes it, C goes where something is said about it. On a card
// R opens the canned replies, where a digit or Enter chooses one.
(() => {
  const BOX = 'input[form="bulk"][name="chosen"]';
  const SENDS = `${BOX}, [data-vk-all], .vk-bulk:has(button[name="verb"]) input`;
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
    KeyX: () => press(BOX),
    KeyA: () => press("[data-vk-take]"),
    KeyC: () => press("[data-vk-comment]"),
  };
  document.addEventListener("keydown", (event) => {
    const elsewhere = event.target.closest(
      "input:not([type=checkbox]), textarea, select, [contenteditable], .modal, .dropdown-menu, a, button",
    );
    const menu = event.target.closest(".dropdown-menu");
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const reply = digit && menu?.querySelectorAll("[data-vk-insert]")[digit[1] - 1];
    if (reply) {
      event.preventDefault(); // else the digit is typed behind the reply
      reply.click();
    }
    // Enter would send the form with the first of its buttons.
    if (event.key === "Enter" && event.target.matches(SENDS)) return event.preventDefault();
    if (elsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
    const say = document.querySelector("[data-vk-say]");
    if (say && event.code === "KeyC") {
      event.preventDefault();
      say.focus();
    }
    const replies = document.querySelector("[data-vk-replies]");
    if (replies && event.code === "KeyR") {
      event.preventDefault();
      bootstrap.Dropdown.getOrCreateInstance(replies).show();
      replies.parentElement.querySelector(".dropdown-item").focus();
    }
    if (!rows().length) return;
    if (!keys[event.code] || (event.code === "Enter" && place() < 0)) return;
    event.preventDefault();
    keys[event.code]();
  });
  if (location.hash === "#say") document.querySelector("[data-vk-say]")?.focus();

  // How many rows are ticked is said where something can be done to them; data-vk-all ticks the page, or clears it.
  const boxes = () => [...document.querySelectorAll(BOX)];
  const ticked = new Set();
  const count = () => {
    const list = boxes();
    const on = list.filter((box) => box.checked);
    ticked.clear();
    on.forEach((box) => ticked.add(box.value));
    document.querySelectorAll("[data-vk-all]").forEach((all) => {
      all.checked = on.length > 0 && on.length === list.length;
      all.indeterminate = on.length > 0 && on.length < list.length;
    });
    document.querySelectorAll("[data-vk-chosen]").forEach((words) => {
      if (on.length) words.textContent = words.dataset.vkChosen.replace("{count}", on.length);
    });
  };
  document.addEventListener("change", (event) => {
    const all = event.target.matches("[data-vk-all]");
    if (all) boxes().forEach((box) => (box.checked = event.target.checked));
    if (all || event.target.matches(BOX)) count();
  });
  addEventListener("pageshow", count); // a browser that goes back has kept the boxes

  // The rows were exchanged: stand where one stood, and keep what was ticked.
  document.addEventListener("vk:renewed", () => {
    stand(place());
    boxes().forEach((box) => (box.checked = ticked.has(box.value)));
    count();
  });
})();
