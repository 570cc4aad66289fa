// Files are dropped anywhere on the page, pasted or chosen. A form that is about files alone sends them one by one and
// shows how far they are; another form takes them along. Without JavaScript all of it is a plain form.
(() => {
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const zone = find("[data-vk-drop]");
  if (!zone) return;
  const form = zone.closest("form");
  const input = find("input[type=file]", zone);
  const lines = find("[data-vk-uploads]", form);
  const alone = form.matches("[data-vk-upload]");

  find("[data-vk-droppable]", zone).hidden = false;
  input.classList.add("visually-hidden");
  all("[data-vk-plain]", form).forEach((button) => (button.hidden = true));

  const line = (name) => {
    const item = document.createElement("li");
    item.textContent = name;
    lines.append(item);
    return item;
  };

  const refuse = (item, words) => {
    item.classList.add("tone-red", "is-refused");
    item.textContent = words;
  };

  const post = (file, bar) =>
    new Promise((done) => {
      const body = new FormData();
      body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      body.append("file", file);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.addEventListener("progress", (event) => (bar.value = event.loaded / event.total));
      request.addEventListener("loadend", () => done(request));
      request.send(body);
    });

  // Answers with the page that the server came back with; null when the file was refused.
  const send = async (file) => {
    const item = line(file.name);
    if (file.size > Number(form.dataset.vkLimit)) {
      refuse(item, `${file.name}: ${form.dataset.vkTooLarge}`);
      return null;
    }
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", file.name);
    item.append(bar);
    const { status, responseText } = await post(file, bar);
    const page = new DOMParser().parseFromString(responseText, "text/html");
    if (status === 200 && page.getElementById("files")) {
      item.remove();
      return responseText;
    }
    const reasons = all("[data-vk-refusals] li", page).map((reason) => reason.textContent);
    refuse(item, reasons.join(" ") || `${file.name}: ${form.dataset.vkUpload}`);
    return null;
  };

  // One after another, so that each is refused or kept by itself.
  let queue = Promise.resolve();
  const sendAll = (files) => {
    all(".is-refused", lines).forEach((item) => item.remove());
    queue = queue.then(async () => {
      let page = null;
      for (const file of files) page = (await send(file)) || page;
      if (page) document.dispatchEvent(new CustomEvent("vk:arrived", { detail: page }));
    });
  };

  const take = (files) => {
    const basket = new DataTransfer();
    [...input.files, ...files].forEach((file) => basket.items.add(file));
    input.files = basket.files;
    list();
  };
  const list = () => {
    lines.replaceChildren();
    [...input.files].forEach((file) => line(file.name));
  };
  const accept = (files) => (alone ? sendAll(files) : take(files));

  input.addEventListener("change", () => {
    if (!alone) return list();
    sendAll([...input.files]);
    input.value = "";
  });

  const carries = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    zone.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    zone.classList.remove("is-over");
    accept([...event.dataTransfer.files]);
  });
  // A screenshot is pasted; what has words beside its picture, like cells of a table, is pasted as words.
  document.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    accept([...files]);
  });
})();
