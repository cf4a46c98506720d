/* <div data-chart="id of a json_script">: options come from Python; colours from the theme. */
(() => {
  "use strict";
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--t-${name}`).trim();
  const known = { ink: "ink", muted: "ink-3", line: "line", brand: "brand", gold: "gold" };
  function paint(value) {
    if (Array.isArray(value)) return value.map(paint);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key,
        key === "color" && typeof item === "string" ? (known[item] ? colour(known[item]) : item.startsWith("band-") ? colour(item) : item) : paint(item)]));
    }
    return value;
  }
  function dress(options) {
    const text = { color: colour("ink-3"), fontSize: 12 };
    for (const axis of ["xAxis", "yAxis"]) {
      if (!options[axis]) continue;
      options[axis] = { axisLine: { lineStyle: { color: colour("line") } }, axisTick: { show: false }, splitLine: { lineStyle: { color: colour("line-2") } }, ...options[axis] };
      options[axis].axisLabel = { ...text, ...(options[axis].axisLabel || {}) };
    }
    if (options.visualMap) options.visualMap.textStyle = text;
    for (const series of options.series || []) {
      if (series.type === "heatmap") {
        series.itemStyle.borderColor = colour("paper"); series.label.color = colour("band-ink");
        options.xAxis.axisLabel.formatter = name => name.replace(/(.{5})/g, "$1\n").replace(/\n$/, "");
      }
      if (series.label) series.label = { color: colour("ink-2"), ...series.label };
    }
    options.tooltip = { backgroundColor: colour("paper"), borderColor: colour("line"), textStyle: { color: colour("ink"), fontSize: 12.5 }, ...(options.tooltip || {}) };
    return options;
  }
  const drawn = new Map();
  function draw(root) {
    for (const element of root.querySelectorAll("[data-chart]")) {
      if (drawn.has(element)) continue;
      const source = document.getElementById(element.dataset.chart);
      const chart = echarts.init(element, null, { renderer: "svg", locale: document.documentElement.lang.startsWith("zh") ? "ZH" : "EN" });
      chart.setOption({ animation: !matchMedia("(prefers-reduced-motion: reduce)").matches, animationDuration: 400,
        textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, aria: { enabled: true }, ...dress(paint(JSON.parse(source.textContent))) });
      const links = JSON.parse(element.dataset.links || "[]");
      if (links.length) chart.on("click", point => { const link = links[Array.isArray(point.data) ? point.data[1] : point.dataIndex]; if (link) location.href = link; });
      new ResizeObserver(() => chart.resize()).observe(element);
      drawn.set(element, chart);
    }
  }
  document.addEventListener("DOMContentLoaded", () => draw(document));
  document.addEventListener("htmx:afterSettle", event => draw(event.target));
  document.addEventListener("htmx:beforeSwap", event => {
    for (const [element, chart] of drawn) if (event.target.contains(element)) { chart.dispose(); drawn.delete(element); }
  });
})();
