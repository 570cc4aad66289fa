// What pages do beyond plain HTML. Without it everything still works by forms and links.
(() => {
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // The moon switches away from what is seen, also when the system chose it.
  const themeForm = find("[data-vk-theme] button");
  if (themeForm) themeForm.value = document.documentElement.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";

  // Toasts leave after six seconds unless they say that something failed.
  const greet = (toast) => {
    if (toast.dataset.vkToast !== "stay") setTimeout(() => toast.remove(), 6000);
  };
  all("[data-vk-toast]").forEach(greet);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-vk-dismiss]");
    if (button) button.closest("[data-vk-toast]").remove();
  });

  // A form is sent once; its button keeps its width and says so.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.vkSent) {
      event.preventDefault();
      return;
    }
    if (form.method === "post" && !form.hasAttribute("hx-post")) form.dataset.vkSent = "yes";
  });
  addEventListener("pageshow", () => all("form[data-vk-sent]").forEach((form) => delete form.dataset.vkSent));

  // After a refused form the eye and the screen reader go to the summary.
  const wrong = find("[data-vk-focus]");
  if (wrong) wrong.focus();

  // J and K walk a list, Enter opens, A takes.
  const rows = () => all("tr[data-vk-row]");
  const current = () => rows().findIndex((row) => row.classList.contains("is-cursor"));
  const stand = (place) => {
    const list = rows();
    list.forEach((row, index) => row.classList.toggle("is-cursor", index === place));
    if (list[place]) list[place].scrollIntoView({ block: "nearest" });
  };
  const keys = {
    KeyJ: () => stand(Math.min(current() + 1, rows().length - 1)),
    KeyK: () => stand(Math.max(current() - 1, 0)),
    Enter: () => find("a.vk-title", rows()[current()])?.click(),
    KeyA: () => find("[data-vk-take]", rows()[current()])?.click(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable], .modal, .dropdown-menu, a, button");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !rows().length) return;
    if (event.code === "Enter" && current() < 0) return;
    if (keys[event.code]) {
      event.preventDefault();
      keys[event.code]();
    }
  });

  // Presets beside a time field fill it in the reader's own zone.
  document.addEventListener("click", (event) => {
    const preset = event.target.closest("[data-vk-fill]");
    if (!preset) return;
    const input = document.getElementById(preset.dataset.vkFill);
    input.value = preset.dataset.vkValue;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // Running timers count from the moment the page was made.
  const started = Date.now();
  const two = (number) => String(number).padStart(2, "0");
  setInterval(() => {
    if (!navigator.onLine) return;
    all("[data-vk-since]").forEach((timer) => {
      const seconds = Number(timer.dataset.vkSince) + Math.floor((Date.now() - started) / 1000);
      timer.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    });
  }, 1000);

  // Without a connection the page says how old it is.
  const offline = find("[data-vk-offline]");
  const tell = () => {
    if (!offline) return;
    offline.hidden = navigator.onLine;
    const now = new Date();
    if (!navigator.onLine) find("[data-vk-offline-since]").textContent = `${two(now.getHours())}:${two(now.getMinutes())}`;
  };
  addEventListener("online", tell);
  addEventListener("offline", tell);

  // What is typed into a form that asks for it stays in the browser until it is sent.
  all("form[data-vk-draft]").forEach((form) => {
    const key = `draft:${form.dataset.vkDraft}`;
    const fields = () => all("textarea, input[type=text]", form);
    try {
      const kept = JSON.parse(localStorage.getItem(key) || "{}");
      fields().forEach((field) => {
        if (!field.value && kept[field.name]) field.value = kept[field.name];
      });
      form.addEventListener("input", () => {
        localStorage.setItem(key, JSON.stringify(Object.fromEntries(fields().map((field) => [field.name, field.value]))));
      });
      form.addEventListener("submit", () => localStorage.removeItem(key));
    } catch {
      // A browser that keeps nothing keeps no drafts.
    }
  });

  // A refused htmx request is told, never swallowed.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status === 409 || status === 403 || status === 404 || status === 412 || status >= 500) location.reload();
  });
})();
