// The charts of links: drawn from what the server kept, and drawn anew as it keeps more.
"use strict";
const HOUR_S = 3600, HEIGHT = 150;
const TONES = ["--good", "--waits", "--bad"];
const LANGUAGE = document.documentElement.lang;
const CLOCK = new Intl.DateTimeFormat(LANGUAGE, {
  hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Europe/Paris",
});

const clock = (at) => CLOCK.format(new Date(at * 1000));
const figure = (value) => (value == null ? "–" : value.toLocaleString(LANGUAGE));

function drawn(place, time) {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--soft"), line = style.getPropertyValue("--line");
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const labels = place.dataset.labels.split("|"), least = Number(place.dataset.least);
  return new uPlot({
    width: place.clientWidth, height: HEIGHT, cursor: { y: false },
    scales: {
      x: { range: (_, __, last) => [(last || Date.now() / 1000) - HOUR_S, last || Date.now() / 1000] },
      y: { range: (_, __, most) => [0, Math.max(least, 1.1 * (most || 0))] },
    },
    axes: [
      { ...axis, values: (_, splits) => splits.map(clock) },
      { ...axis, size: 50, values: (_, splits) => splits.map(figure) },
    ],
    series: [{ label: time, value: (_, at) => (at == null ? "–" : clock(at)) }, ...labels.map((label, n) => ({
      label, stroke: style.getPropertyValue(TONES[n]), width: 2, dash: n ? [6 - 2 * n, 3] : [],
      points: { size: 4 }, value: (_, value) => figure(value),
    }))],
  }, [[], ...labels.map(() => [])], place);
}

for (const hour of document.querySelectorAll("[data-history]")) {
  const places = [...hour.querySelectorAll(".chart")];
  const charts = places.map((place) => [place, drawn(place, hour.dataset.time)]);
  const look = async () => {
    if (document.hidden) return;
    const answer = await fetch(hour.dataset.history, { redirect: "error" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const points = await answer.json();
    for (const [place, chart] of charts) {
      chart.setData([points.at, ...place.dataset.lines.split(" ").map((name) => points[name])]);
    }
  };
  look();
  setInterval(look, 1000 * Number(hour.dataset.every));
  addEventListener("resize", () => {
    for (const [place, chart] of charts) chart.setSize({ width: place.clientWidth, height: HEIGHT });
  });
}
