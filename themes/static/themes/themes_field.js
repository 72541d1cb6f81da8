/* The field for themes: chosen themes as a list with buttons, and a search with suggestions.
   What is typed and not chosen goes along with the form, so that the server can say that it knows no such theme. */
(() => {
  const BETWEEN = " · ";
  const WAIT = 200;
  let running = 0;

  class ThemesController extends window.StimulusModule.Controller {
    static values = { url: String, label: String, remove: String, none: String, general: String };

    connect() {
      if (this.field) return;
      this.field = this.element.querySelector("textarea");
      this.field.hidden = true;
      this.number = ++running;
      this.active = -1;
      this.chosen = document.createElement("ul");
      this.chosen.className = "praxis-themes__chosen";
      this.input = this.makeInput();
      this.list = this.makeList();
      this.element.append(this.chosen, this.input, this.list);
      const lines = this.field.value.split(/\r?\n/).map((line) => line.trim());
      this.themes = lines.filter((line) => line);
      this.drawChosen();
    }

    disconnect() {
      clearTimeout(this.timer);
    }

    makeInput() {
      const input = document.createElement("input");
      input.type = "text";
      input.autocomplete = "off";
      input.placeholder = this.labelValue;
      const attributes = {
        role: "combobox",
        "aria-autocomplete": "list",
        "aria-expanded": "false",
        "aria-controls": `praxis-themes-${this.number}`,
        "aria-labelledby": `${this.field.id}-label`,
        "aria-describedby": this.field.getAttribute("aria-describedby") || "",
      };
      if (!document.getElementById(`${this.field.id}-label`)) {
        delete attributes["aria-labelledby"];
        attributes["aria-label"] = this.labelValue;
      }
      if (this.field.getAttribute("aria-invalid")) attributes["aria-invalid"] = "true";
      Object.entries(attributes).forEach(([name, value]) => value && input.setAttribute(name, value));
      input.addEventListener("input", (event) => this.typed(event));
      input.addEventListener("compositionend", (event) => this.typed(event));
      input.addEventListener("keydown", (event) => this.pressed(event));
      input.addEventListener("blur", () => this.close());
      return input;
    }

    makeList() {
      const list = document.createElement("ul");
      list.className = "praxis-themes__options";
      list.id = `praxis-themes-${this.number}`;
      list.setAttribute("role", "listbox");
      list.setAttribute("aria-label", this.labelValue);
      list.hidden = true;
      /* The pointer must not take the focus away before the click arrives. */
      list.addEventListener("mousedown", (event) => event.preventDefault());
      list.addEventListener("click", (event) => {
        const option = event.target.closest("[data-line]");
        if (option) this.add(option.dataset.line);
      });
      return list;
    }

    typed(event) {
      if (event.isComposing) return;
      this.write();
      clearTimeout(this.timer);
      const words = this.input.value.trim();
      if (!words) this.close();
      else this.timer = setTimeout(() => this.suggest(words), WAIT);
    }

    async suggest(words) {
      const answer = await fetch(`${this.urlValue}?q=${encodeURIComponent(words)}`, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      if (!answer.ok || words !== this.input.value.trim()) return;
      const { themes } = await answer.json();
      const left = themes.filter((theme) => !this.codes().includes(theme.code));
      this.list.replaceChildren(...left.map((theme, place) => this.option(theme, place)));
      if (!left.length) this.list.append(this.note(this.noneValue));
      this.active = -1;
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.input.removeAttribute("aria-activedescendant");
    }

    option(theme, place) {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${place}`;
      option.dataset.line = theme.code + BETWEEN + theme.label;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const label = document.createElement("span");
      label.textContent = [theme.label, theme.other].filter((name) => name).join(" / ");
      const small = document.createElement("small");
      small.textContent = [theme.path, theme.generic ? this.generalValue : ""].filter((part) => part).join(BETWEEN);
      option.append(label, small);
      return option;
    }

    note(text) {
      const note = document.createElement("li");
      note.setAttribute("role", "option");
      note.setAttribute("aria-disabled", "true");
      note.setAttribute("aria-selected", "false");
      note.textContent = text;
      return note;
    }

    pressed(event) {
      if (event.isComposing || event.keyCode === 229) return;
      const options = [...this.list.querySelectorAll("[data-line]")];
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (this.list.hidden || !options.length) return;
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        const start = this.active < 0 && step < 0 ? 0 : this.active;
        this.mark(options, (start + step + options.length) % options.length);
      } else if (event.key === "Enter") {
        /* The form is sent by its own buttons only. */
        event.preventDefault();
        if (this.active >= 0 && options[this.active]) this.add(options[this.active].dataset.line);
        else if (options.length === 1 && !this.list.hidden) this.add(options[0].dataset.line);
      } else if (event.key === "Escape" && !this.list.hidden) {
        event.preventDefault();
        event.stopPropagation();
        this.close();
      }
    }

    mark(options, place) {
      options.forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
      this.active = place;
      this.input.setAttribute("aria-activedescendant", options[place].id);
      options[place].scrollIntoView({ block: "nearest" });
    }

    add(line) {
      this.themes.push(line);
      this.input.value = "";
      this.close();
      this.changed();
      this.input.focus();
    }

    remove(place) {
      this.themes.splice(place, 1);
      this.changed();
      const buttons = this.chosen.querySelectorAll("button");
      (buttons[Math.min(place, buttons.length - 1)] || this.input).focus();
    }

    changed() {
      this.drawChosen();
      this.write();
    }

    drawChosen() {
      this.chosen.replaceChildren(
        ...this.themes.map((line, place) => {
          const item = document.createElement("li");
          const [code, ...label] = line.split(BETWEEN);
          const name = document.createElement("span");
          name.textContent = label.join(BETWEEN) || code;
          name.title = code;
          const button = document.createElement("button");
          button.type = "button";
          button.textContent = "×";
          button.setAttribute("aria-label", `${this.removeValue} ${name.textContent}`);
          button.addEventListener("click", () => this.remove(place));
          item.append(name, button);
          return item;
        })
      );
      this.chosen.hidden = !this.themes.length;
    }

    codes() {
      return this.themes.map((line) => line.split(BETWEEN)[0]);
    }

    write() {
      const rest = this.input.value.trim();
      this.field.value = [...this.themes, rest].filter((line) => line).join("\n");
      this.field.dispatchEvent(new Event("change", { bubbles: true }));
    }

    close() {
      clearTimeout(this.timer);
      this.list.hidden = true;
      this.list.replaceChildren();
      this.active = -1;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  window.wagtail.app.register("praxis-themes", ThemesController);
})();
