// The chart of usage: drawn from the page's own table, which says the same in figures.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("chart");
  const table = document.querySelector("#usage table");
  if (!place || !table || !window.uPlot) return;
  const most = 62;  // columns that can be told apart

  // What has the same first cell stands in one column.
  const columns = new Map();
  for (const row of table.tBodies[0].rows) {
    const name = row.cells[0].textContent.trim();
    const sums = columns.get(name) || [0, 0];
    sums[0] += Number(row.querySelector("[data-messages]").dataset.messages);
    sums[1] += Number(row.querySelector("[data-paid]").dataset.paid);
    columns.set(name, sums);
  }
  let names = [...columns.keys()];
  const isTime = /^\d{4}-\d\d/.test(names[0]);
  if (!isTime) names.sort((one, other) => columns.get(other)[0] - columns.get(one)[0]);
  names = isTime ? names.slice(-most) : names.slice(0, most);

  const colours = getComputedStyle(document.documentElement);
  const colour = (name) => colours.getPropertyValue(name).trim();
  const language = document.documentElement.lang;
  const written = (values) => values.map((value) => value.toLocaleString(language));
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
  const called = (values) => values.map((value) => (Number.isInteger(value) && names[value]) || "");
  const width = () => Math.max(200, place.clientWidth - 34);

  const chart = new uPlot({
    width: width(),
    height: 260,
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: () => [-0.6, names.length - 0.4] },
      y: { range: (self, least, highest) => [0, highest || 1] },
      paid: { range: (self, least, highest) => [Math.min(0, least), highest || 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, values: (self, values) => called(values), space: isTime ? 90 : 110, incrs: [1, 2, 5, 10, 20, 50] },
      { ...axis, values: (self, values) => written(values), size: 64 },
      { ...axis, grid: { show: false }, scale: "paid", side: 1, size: 64, values: (self, values) => written(values) },
    ],
    series: [
      { label: table.tHead.rows[0].cells[0].textContent, value: (self, value) => names[value] || "–" },
      {
        label: place.dataset.messages,
        stroke: colour("--brand"),
        fill: colour("--good-bg"),
        width: 1,
        paths: uPlot.paths.bars({ size: [0.7, 60] }),
        points: { show: false },
        value: (self, value) => (value == null ? "–" : value.toLocaleString(language)),
      },
      {
        label: `${place.dataset.paid} (€)`,
        scale: "paid",
        stroke: colour("--waits"),
        width: 2,
        points: { show: true, size: 6, fill: colour("--card") },
        value: (self, value) => (value == null ? "–" : value.toLocaleString(language)),
      },
    ],
  }, [
    names.map((_, index) => index),
    names.map((name) => columns.get(name)[0]),
    names.map((name) => columns.get(name)[1]),
  ], place);
  window.addEventListener("resize", () => chart.setSize({ width: width(), height: 260 }));
});
