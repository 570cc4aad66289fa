// What is typed into a form with data-vk-draft stays in this browser, each person's apart, until it has arrived. Whether
// it has, the page that follows tells: a form that was taken in leads from its own page to one that is no error.
(() => {
  const WEEK = 7 * 24 * 60 * 60 * 1000;
  const user = document.body.dataset.vkUser;
  const here = location.pathname + location.search;
  const [arrival] = performance.getEntriesByType("navigation");
  const failed = arrival?.responseStatus >= 400 || document.querySelector("[data-vk-error]") !== null;

  // The form that this tab sent last: under which key its text is kept, and on which page it stood.
  const sent = () => JSON.parse(sessionStorage.getItem("sent") || "null");
  const forget = () => sessionStorage.removeItem("sent");
  const cameFrom = () => document.referrer && new URL(document.referrer).pathname + new URL(document.referrer).search;

  const kept = (key) => JSON.parse(localStorage.getItem(key) || "{}").fields || {};
  const clean = () =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith("draft:"))
      .filter((key) => !(JSON.parse(localStorage.getItem(key)).at > Date.now() - WEEK))
      .forEach((key) => localStorage.removeItem(key));

  // Return the form whose text did not get through, if there is one; what did is forgotten.
  const settle = () => {
    const form = sent();
    if (!form) return null;
    const arrived = user && !failed && arrival?.type === "navigate" && cameFrom() === form.page;
    if (arrived) localStorage.removeItem(form.key);
    if (user) forget(); // whoever must sign in first is not through with it
    return arrived ? null : form;
  };

  // Say on an error and at the sign-in that nothing is lost; signing in leads back to the form.
  const reassure = (form) => {
    document.querySelectorAll("[data-vk-kept]").forEach((note) => (note.hidden = false));
    const next = document.querySelector("[data-vk-kept] ~ form input[name=next]");
    if (next) next.value = form.page;
  };

  const keyOf = (form) => `draft:${user}:${form.dataset.vkDraft}`;
  const fields = (form) => [...form.querySelectorAll("textarea, input[type=text]")];
  const store = (form) => {
    const typed = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
    localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), fields: typed }));
  };
  const fill = (form, lost) => {
    const anew = lost?.key === keyOf(form) && lost.page === here && !failed;
    const text = kept(keyOf(form));
    fields(form).forEach((field) => {
      if ((anew || !field.value) && text[field.name]) field.value = text[field.name];
    });
  };

  // Forms come and go with what htmx brings, so the page listens for all of them.
  const follow = () => {
    const drafted = (event, act) => {
      const form = event.target.closest?.("form[data-vk-draft]");
      if (form) act(form);
    };
    const signIn = document.querySelector("[data-vk-stale=over] a")?.pathname;
    document.addEventListener("input", (event) =>
      drafted(event, (form) => {
        forget();
        store(form);
      }),
    );
    document.addEventListener("submit", (event) =>
      drafted(event, (form) => {
        store(form);
        if (event.defaultPrevented) forget(); // it is sent without leaving the page, which says itself what arrived
        else sessionStorage.setItem("sent", JSON.stringify({ key: keyOf(form), page: here }));
      }),
    );
    // Before the answer takes the place of the form that was sent.
    document.addEventListener("htmx:beforeOnLoad", (event) =>
      drafted(event, (form) => {
        const { status, responseURL } = event.detail.xhr;
        if (status < 400 && new URL(responseURL).pathname !== signIn) localStorage.removeItem(keyOf(form));
      }),
    );
  };

  try {
    const lost = settle();
    clean();
    if (lost) reassure(lost);
    if (user) {
      document.querySelectorAll("form[data-vk-draft]").forEach((form) => fill(form, lost));
      follow();
    }
    addEventListener("pageshow", (event) => event.persisted && forget());
  } catch {
    // A browser that keeps nothing keeps no drafts.
  }
})();
