// Comforts of forms: sent once, presets, passwords shown, errors met first.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // A form is sent once: a second click changes nothing, the button says that it works.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.vkSent) return event.preventDefault();
    form.dataset.vkSent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    all("form[data-vk-sent]").forEach((form) => delete form.dataset.vkSent);
    all("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  // After a refused form the eye and the screen reader go to the summary.
  document.querySelector("[data-vk-focus]:not([data-vk-sample] *)")?.focus();

  // A time as it is typed, and one so many milliseconds later by the clock on the wall.
  const clock = (typed) => Date.parse(`${typed}Z`);
  const later = (typed, length) => new Date(clock(typed) + length).toISOString().slice(0, 16);

  document.addEventListener("click", (event) => {
    // Presets beside a time field fill it in the reader's own zone.
    const preset = event.target.closest("[data-vk-fill]");
    if (preset) {
      const input = document.getElementById(preset.dataset.vkFill);
      const { vkValue, vkAfter, vkNow } = preset.dataset;
      const start = vkAfter && document.getElementById(vkAfter).value;
      input.value = start ? later(start, clock(vkValue) - clock(vkNow)) : vkValue;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    // A canned reply goes where the cursor stands.
    const reply = event.target.closest("[data-vk-insert]");
    if (reply) {
      event.preventDefault();
      const text = document.getElementById(reply.dataset.vkInsert);
      text.setRangeText(reply.dataset.vkValue, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
      text.focus();
    }
    const eye = event.target.closest("[data-vk-reveal]");
    if (eye) {
      const input = eye.closest(".input-group").querySelector("input");
      input.type = input.type === "password" ? "text" : "password";
      eye.setAttribute("aria-pressed", String(input.type === "text"));
    }
  });

  // Several people are typed one after another: a name that is on the list becomes a box of its own.
  document.addEventListener("input", (event) => {
    const picker = event.target.closest("[data-vk-people]");
    const typed = event.target;
    if (!picker || !typed.list || ![...typed.list.options].some((option) => option.value === typed.value)) return;
    const boxes = all("input[type=checkbox]", picker);
    const known = boxes.find((box) => box.value === typed.value);
    if (known) {
      known.checked = true;
    } else {
      const box = picker.querySelector("template").content.cloneNode(true);
      box.querySelector("input").value = typed.value;
      box.querySelector("span").textContent = typed.value;
      typed.before(box);
    }
    typed.value = "";
  });

  // The button that files are chosen with tells which they are.
  document.addEventListener("change", (event) => {
    const input = event.target.closest("[data-vk-pick]");
    if (!input) return;
    const words = input.labels[0].querySelector("[data-vk-picked]");
    words.dataset.vkEmpty ??= words.textContent;
    words.textContent = [...input.files].map((file) => file.name).join(", ") || words.dataset.vkEmpty;
  });

  // Ctrl and Enter send what is being typed.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("textarea")) return;
    event.preventDefault();
    event.target.form?.requestSubmit();
  });
})();
