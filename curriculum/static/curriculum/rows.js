/* The rows of the editor: adding, moving and removing are Wagtail's; the headings of rows follow what is typed and
   chosen in them. */
(() => {
  class RowsController extends window.StimulusModule.Controller {
    static values = { formset: String, child: String, relation: String, max: Number };

    connect() {
      /* A row that is moved leaves the page and comes back. */
      if (this.panel) return;
      const rows = document.getElementById(`${this.formsetValue}-FORMS`);
      if (rows.dataset.rowsBefore) rows.style.counterReset = `praxis-row ${rows.dataset.rowsBefore}`;
      this.panel = new window.InlinePanel({
        type: "RowPanel",
        formsetPrefix: this.formsetValue,
        emptyChildFormPrefix: this.childValue,
        relationName: this.relationValue,
        canOrder: true,
        maxForms: this.maxValue,
      });
    }
  }

  window.wagtail.app.register("praxis-rows", RowsController);

  const NAMED_BY = ["title", "course", "case"];

  const field = (row, name) => document.getElementsByName(`${row.dataset.rowPrefix}-${name}`)[0];

  const nameOf = (row) => {
    for (const name of NAMED_BY) {
      const input = field(row, name);
      if (!input || !input.value) continue;
      const chooser = document.getElementById(`${input.id}-chooser`);
      return chooser ? chooser.querySelector("[data-chooser-title]").textContent : input.value;
    }
    return "";
  };

  const update = (row) => {
    const name = row.querySelector("[data-row-name]");
    const hours = row.querySelector("[data-row-hours]");
    name.textContent = nameOf(row);
    const input = field(row, "hours");
    if (input && input.value) hours.textContent = hours.dataset.rowHours.replace("%s", input.value);
  };

  const refresh = ({ target }) => {
    const row = target.closest("[data-row-prefix]");
    const own = row && NAMED_BY.concat("hours").some((name) => target === field(row, name));
    /* A chooser tells of its change before it shows the title. */
    if (own) setTimeout(() => update(row));
  };

  document.addEventListener("input", refresh);
  document.addEventListener("change", refresh);
})();
