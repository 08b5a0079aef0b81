(() => {
  "use strict";
  const form = document.getElementById("filter");
  const status = document.getElementById("filter-status");
  const findings = [...document.querySelectorAll("article.finding")].map((card) => ({
    card,
    text: card.textContent.toLowerCase(),
  }));
  const folds = [...document.querySelectorAll(".area > details.fold")];
  const areas = [...document.querySelectorAll("section.area")];
  const wasOpen = new Map(folds.map((fold) => [fold, fold.open]));
  const shows = (card) => !card.hidden;

  // The fragment keeps what was asked for, so that a link shows the same. One that names a finding is
  // left to the browser.
  const read = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    for (const name of ["q", "outcome", "severity"]) {
      form.elements[name].value = asked.get(name) || "";
    }
  };
  const write = () => {
    const asked = new URLSearchParams();
    for (const name of ["q", "outcome", "severity"]) {
      if (form.elements[name].value) asked.set(name, form.elements[name].value);
    }
    const hash = asked.size ? `#${asked}` : location.pathname + location.search;
    try {
      history.replaceState(null, "", hash);
    } catch {
      // A page opened from a file may not be allowed to; the filter works all the same.
    }
  };

  const apply = () => {
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const outcome = form.elements.outcome.value;
    const severity = form.elements.severity.value;
    const active = words.length > 0 || outcome !== "" || severity !== "";
    let shown = 0;
    for (const { card, text } of findings) {
      const fits =
        (outcome === "" || card.classList.contains(outcome)) &&
        (severity === "" || card.dataset.severity === severity) &&
        words.every((word) => text.includes(word));
      card.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const fold of folds) {
      const some = [...fold.querySelectorAll("article.finding")].some(shows);
      fold.hidden = !some;
      fold.open = active ? some : wasOpen.get(fold);
    }
    for (const area of areas) {
      area.hidden = ![...area.querySelectorAll("article.finding")].some(shows);
    }
    status.textContent = status.dataset.text
      .replace("#shown#", String(shown))
      .replace("#all#", String(findings.length));
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    apply();
    write();
  });
  form.addEventListener("reset", () => {
    setTimeout(() => {
      apply();
      write();
    });
  });
  // A link to a finding must not lead to one that is hidden or folded away.
  const reveal = () => {
    const card = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!card || !card.closest("section.area")) return false;
    if (card.hidden) {
      form.reset();
      return true;
    }
    const fold = card.closest("details");
    if (fold) fold.open = true;
    card.scrollIntoView();
    return true;
  };
  window.addEventListener("hashchange", () => {
    if (!reveal() && location.hash.includes("=")) {
      read();
      apply();
    }
  });
  form.hidden = false;
  if (location.hash.includes("=")) read();
  apply();
  reveal();
})();
