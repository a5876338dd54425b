// Keys of the desk: ↑ ↓ go from row to row, Enter opens, x ticks, c e w r choose what is decided. All of it works without this file too.
"use strict";
const desk = document.getElementById("desk");
const rows = [...desk.querySelectorAll("[data-row]")];
const writes = (node) => node.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");

function go(from, step) {
  const at = rows.findIndex((row) => row === from || row.closest("li, tr").contains(from));
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
  if (next) next.focus();
}

function choose(key) {
  const choice = desk.querySelector(`input[data-key="${key}"]`);
  if (!choice) return false;
  choice.checked = true;
  document.getElementById("why").focus();
  return true;
}

function tick(from) {
  const box = from.closest("li") && from.closest("li").querySelector("input[type=checkbox]");
  if (!box) return false;
  box.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  const here = event.target;
  if (event.altKey || event.ctrlKey || event.metaKey || writes(here)) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && !here.matches("input[type=radio]") && rows.length) {
    go(here, step);
    event.preventDefault();
  } else if ((event.key === "x" && tick(here)) || ("cewr".includes(event.key) && choose(event.key))) {
    event.preventDefault();
  }
});

// Whoever ticks something means what is ticked.
desk.addEventListener("change", (event) => {
  const ticked = desk.querySelector("input[name=which][value=ticked]");
  if (ticked && event.target.matches("input[name=one]") && event.target.checked) ticked.checked = true;
});

// The strip: data that was published while this page stood open.
async function look() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(desk.dataset.now).catch(() => null);
  if (answer && answer.ok && (await answer.json()).release !== desk.dataset.release) document.getElementById("strip").hidden = false;
}
document.addEventListener("visibilitychange", look);
setInterval(look, 30000);
