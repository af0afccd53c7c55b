// The desk with the keyboard. Without this file everything works by clicking and by numbers.
"use strict";
// Tone: 1 to 4 for the title, 5 to 8 for the text, Enter saves.
for (const box of document.querySelectorAll("form.nada")) {
  const choices = [...box.querySelectorAll("input[type=radio][name=judul], input[type=radio][name=isi]")].filter((one) => one.value);
  box.addEventListener("keydown", (event) => {
    if (event.target.matches("input:not([type=radio]):not([type=checkbox])") || event.ctrlKey || event.altKey || event.metaKey) return;
    const at = "12345678".indexOf(event.key);
    if (at >= 0 && choices[at]) { event.preventDefault(); choices[at].checked = true; choices[at].focus(); }
    else if (event.key === "Enter" && event.target.matches("input")) { event.preventDefault(); box.requestSubmit(); }
  });
}
// Kliping: rows are dragged, or moved with Alt and the arrows; the numbers say the order to the server.
for (const body of document.querySelectorAll("tbody[data-urutan]")) {
  const rows = () => [...body.querySelectorAll("tr")];
  const number = () => rows().forEach((row, i) => { row.querySelector("input.urut").value = i + 1; });
  let dragged = null;
  for (const row of rows()) {
    const grip = row.querySelector(".pegangan");
    if (grip) {
      grip.hidden = false;
      grip.draggable = true;
      grip.addEventListener("dragstart", (event) => { dragged = row; event.dataTransfer.setData("text/plain", ""); event.dataTransfer.effectAllowed = "move"; });
      grip.addEventListener("dragend", () => { dragged = null; number(); });
    }
    row.addEventListener("dragover", (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      const middle = row.getBoundingClientRect();
      body.insertBefore(dragged, event.clientY < middle.top + middle.height / 2 ? row : row.nextSibling);
    });
    row.addEventListener("keydown", (event) => {
      if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      const other = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
      if (!other) return;
      body.insertBefore(row, event.key === "ArrowUp" ? other : other.nextSibling);
      number();
      event.target.focus();
    });
  }
}
for (const button of document.querySelectorAll("button[data-salin]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.salin).value);
    button.textContent = "Tersalin";
  });
}
// A file that is too large is told before it is sent.
for (const input of document.querySelectorAll("input[type=file][data-paling]")) {
  input.addEventListener("change", () => {
    const size = input.files[0] ? Math.ceil(input.files[0].size / 1024) : 0, most = Number(input.dataset.paling);
    input.setCustomValidity(size > most ? `Berkas ini ${size} KB; paling besar ${most} KB. Kecilkan gambarnya, lalu pilih lagi.` : "");
    input.reportValidity();
  });
}
