// What the console does in a browser besides htmx. Every page works without it but for live parts.
"use strict";
document.documentElement.classList.add("scripts");

// A form that asks before it is sent.
document.addEventListener("submit", (event) => {
  const sure = event.target.dataset.sure;
  if (sure && !window.confirm(sure)) event.preventDefault();
});

// A live table: rows come in at the top, and the last ones go.
document.addEventListener("rows", (event) => {
  const body = event.target.querySelector("tbody");
  if (!body || body.closest("[data-held]")) return;
  body.querySelector(".empty")?.closest("tr")?.remove();
  body.insertAdjacentHTML("afterbegin", event.detail.data);
  const most = Number(event.target.dataset.most || 200);
  while (body.rows.length > most) body.rows[body.rows.length - 1].remove();
});

// What became of rows that are shown: an object of badges by message.
document.addEventListener("states", (event) => {
  for (const [message, badge] of Object.entries(JSON.parse(event.detail.data))) {
    const cell = document.getElementById(`state-${message}`);
    if (cell) cell.innerHTML = badge;
  }
});

// Figures: each is shown where its name is asked for.
document.addEventListener("figures", (event) => {
  const language = document.documentElement.lang;
  for (const [name, value] of Object.entries(JSON.parse(event.detail.data))) {
    for (const place of event.target.querySelectorAll(`[data-figure="${name}"]`)) {
      place.textContent = value.toLocaleString(language, { maximumFractionDigits: 1 });
    }
  }
});

// Whoever reads a live table can hold it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-hold]");
  if (!button) return;
  const held = document.getElementById(button.dataset.hold).toggleAttribute("data-held");
  button.setAttribute("aria-pressed", String(held));
});

// A piece of a page that leads to the way in: the visit is over, and its page says so.
document.addEventListener("htmx:before:swap", (event) => {
  const answer = event.detail?.ctx?.response?.raw;
  if (!answer?.redirected || new URL(answer.url).pathname !== "/login") return;
  event.preventDefault();
  window.location.reload();
});

// Whoever watches can see that the stream has begun.
document.addEventListener("htmx:sse:after:connection", (event) => {
  event.target.toggleAttribute("data-live", true);
});
