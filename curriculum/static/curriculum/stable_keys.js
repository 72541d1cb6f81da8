/* Gives every row that is added in the editor its stable key, so that the row keeps it through all drafts. */
document.addEventListener("w-formset:added", ({ target }) => {
  target.querySelectorAll("input[data-stable-key]").forEach((input) => {
    if (input.value) return;
    const bytes = crypto.getRandomValues(new Uint8Array(6));
    input.value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  });
});
