// What every page does beyond plain HTML: theme, search key, toasts, dialogs, timers, freshness. All of it is a comfort:
// without JavaScript everything works by links and forms.
(() => {
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const two = (number) => String(number).padStart(2, "0");

  // The moon switches away from what is seen, also when the system chose it.
  const moon = find("[data-vk-theme] button");
  if (moon) moon.value = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";

  document.addEventListener("keydown", (event) => {
    const search = find("[data-vk-search]");
    if (!search || event.code !== "KeyK" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    search.select();
  });

  // Toasts leave after six seconds, unless they say that something failed or the pointer rests on them.
  const greet = (toast) => {
    if (toast.dataset.vkToast === "stay" || toast.dataset.vkGreeted) return;
    toast.dataset.vkGreeted = "yes";
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove());
    setTimeout(leave, 6000);
  };
  all("[data-vk-toast]").forEach(greet);
  document.addEventListener("click", (event) =>
    event.target.closest("[data-vk-dismiss]")?.closest("[data-vk-toast]").remove(),
  );

  document.addEventListener("click", (event) => event.target.closest("[data-vk-print]") && window.print());

  // A page that shows the present is fetched anew now and then; only its live parts are exchanged.
  const renew = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    all("[data-vk-live]").forEach((part) => {
      const other = fresh.getElementById(part.id);
      if (!other || part.innerHTML === other.innerHTML) return;
      part.replaceWith(other);
      window.htmx?.process(other);
      all("[data-vk-toast]", other).forEach(greet);
    });
    tick();
    document.dispatchEvent(new Event("vk:renewed"));
  };
  document.addEventListener("vk:arrived", (event) => renew(event.detail));
  const busy = () => document.hidden || find(".show, :focus-visible[data-vk-live], [data-vk-live] :focus");
  const every = Number(find("[data-vk-refresh]")?.dataset.vkRefresh || 0);
  if (every) {
    setInterval(async () => {
      if (busy() || !navigator.onLine) return;
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
        const shown = answer.ok && !answer.redirected;
        if (shown) renew(await answer.text());
        tell(answer.redirected ? "over" : answer.status < 500 ? "fresh" : "offline", shown);
      } catch {
        tell("offline");
      }
    }, every * 1000);
  }

  // A form with data-vk-live is sent in the background; the answer's page renews the live parts of this one.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-vk-background]")) return;
    event.preventDefault();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter) });
      if (!answer.ok || new URL(answer.url).pathname !== location.pathname) throw new Error(answer.statusText);
      renew(await answer.text());
    } catch {
      form.submit();
    }
  });

  // Links to a form open it in the dialog of the page; whatever else comes back is opened as a page.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-vk-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href);
      const sheet = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("sheet");
      if (!sheet) throw new Error(answer.statusText);
      find("#dialog-content").replaceChildren(sheet);
      bootstrap.Modal.getOrCreateInstance("#dialog").show();
    } catch {
      location.assign(link.href);
    }
  });
  find("#dialog")?.addEventListener("shown.bs.modal", (event) =>
    find("textarea, input:not([type=hidden]), select", event.target)?.focus(),
  );
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#dialog [data-vk-cancel]")) return;
    event.preventDefault();
    bootstrap.Modal.getInstance("#dialog").hide();
  });

  // Without a connection, or when the session is over, the page says how old it is, and its timers stop there.
  let state = "fresh";
  let renewed = new Date();
  function tell(now, shown = false) {
    if (shown) renewed = new Date();
    if (now === state) return;
    state = now;
    const form = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
    const asOf = renewed.toLocaleString(document.documentElement.lang, form);
    all("[data-vk-as-of]").forEach((place) => (place.textContent = asOf));
    all("[data-vk-stale]").forEach((bar) => (bar.hidden = bar.dataset.vkStale !== state));
  }
  addEventListener("online", () => tell("fresh"));
  addEventListener("offline", () => tell("offline"));
  if (!navigator.onLine) tell("offline");
  // What htmx asks for in the background meets the sign-in page first when the session is over: it belongs nowhere here.
  // A refused answer comes back into the conversation as a part of it, with the reason, and the words stay.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const entry = find("[data-vk-stale=over] a");
    if (entry && new URL(detail.xhr.responseURL).pathname === entry.pathname) {
      detail.shouldSwap = false;
      tell("over");
    } else if (detail.xhr.status >= 400 && detail.target.id === "conversation") {
      const isPart = !/<html/i.test(detail.xhr.responseText);
      detail.shouldSwap = isPart;
      detail.isError = !isPart;
    }
  });

  // What runs is counted on from the figures that the server gave, each from when it was first seen here: up from since,
  // down to zero from left.
  const clock = (seconds) => `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  function tick() {
    if (state !== "fresh") return;
    const now = Date.now();
    all("[data-vk-since], [data-vk-left]").forEach((timer) => {
      const gone = Math.floor((now - (timer.vkSeen ??= now)) / 1000);
      const { vkSince: since, vkLeft: left } = timer.dataset;
      timer.textContent = clock(since ? Number(since) + gone : Math.max(0, Number(left) - gone));
    });
  }
  tick();
  setInterval(tick, 1000);

  // A request of htmx that failed is told, never swallowed.
  const silent = (event) => event.target.closest("[data-vk-silent]");
  const complain = (event) => {
    if (silent(event)) return;
    const toast = document.createElement("div");
    toast.className = "vk-toast tone-red";
    toast.dataset.vkToast = "";
    toast.textContent = document.body.dataset.vkFailed;
    find("#toasts")?.append(toast);
    greet(toast);
  };
  document.addEventListener("htmx:responseError", complain);
  // What is asked for now and then in the background waits while nobody looks.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && silent(event)) event.preventDefault();
  });
  document.addEventListener("htmx:sendError", () => tell("offline"));
})();
