// Suggestions of people, places and institutions while typing. Without this file the search box works just the same.
"use strict";
for (const input of document.querySelectorAll("input[data-saran]")) {
  const list = document.createElement("ul");
  list.className = "saran";
  list.id = "saran";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Saran");
  input.closest(".baris").append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.autocomplete = "off";
  let timer, asked = "", chosen = -1;

  const close = () => { list.hidden = true; chosen = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (index) => {
    const options = [...list.children];
    if (!options.length) return;
    chosen = (index + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    input.setAttribute("aria-activedescendant", options[chosen].id);
  };
  const show = (found) => {
    list.replaceChildren(...found.map((entry, i) => {
      const option = document.createElement("li");
      option.id = `saran-${i}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.href = entry.href;
      const kind = document.createElement("span");
      kind.textContent = entry.kind;
      option.append(entry.name, kind);
      option.addEventListener("mousedown", (event) => { event.preventDefault(); location.href = entry.href; });
      return option;
    }));
    list.hidden = !found.length;
    chosen = -1;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const typed = input.value.trim();
    if (typed.length < 2) { close(); return; }
    timer = setTimeout(async () => {
      asked = typed;
      try {
        const answer = await fetch(`/saran.json?q=${encodeURIComponent(typed)}`);
        if (answer.ok && asked === typed && document.activeElement === input) show(await answer.json());
      } catch { close(); }
    }, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen < 0 ? -1 : chosen - 1); }
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.href = list.children[chosen].dataset.href; }
  });
  input.addEventListener("blur", close);
}
