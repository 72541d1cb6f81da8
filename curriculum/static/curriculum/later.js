/* A part of a page that takes a moment: it is fetched once the page is there, in place of a link to it. */
document.querySelectorAll("[data-later]").forEach(async (part) => {
  part.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(part.dataset.later, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    if (answer.ok && !answer.redirected) part.outerHTML = await answer.text();
  } finally {
    part.removeAttribute("aria-busy");
  }
});
