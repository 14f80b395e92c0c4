// Panels of a Grafana dashboard, as plain data.

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana
export const datasource = { type: "prometheus", uid: "${datasource}" };

const green = { color: "green", value: null };

/** A number with a color: green until the first limit, then yellow, then red. */
export function stat(title, description, unit, [expr, legendFormat], limits = []) {
  const colors = limits.length === 1 ? ["red"] : ["yellow", "red"];
  const steps = [green, ...limits.map((value, index) => ({ color: colors[index], value }))];
  return {
    type: "stat",
    ...common(title, description),
    fieldConfig: {
      defaults: { unit, decimals: unit === "short" ? 0 : 1, thresholds: { mode: "absolute", steps } },
      overrides: [],
    },
    options: {
      colorMode: limits.length > 0 ? "background" : "value",
      graphMode: "area",
      reduceOptions: { calcs: ["lastNotNull"] },
    },
    targets: targets([[expr, legendFormat]]),
  };
}

/** A time series. `limit` is drawn as a line. */
export function graph(title, description, unit, queries, limit) {
  const custom = { lineWidth: 1, fillOpacity: 8, showPoints: "never", spanNulls: true };
  const steps = [green, ...(limit === undefined ? [] : [{ color: "red", value: limit }])];
  const drawn = limit === undefined ? {} : { thresholdsStyle: { mode: "dashed" } };
  return {
    type: "timeseries",
    ...common(title, description),
    fieldConfig: {
      defaults: { unit, min: 0, thresholds: { mode: "absolute", steps }, custom: { ...custom, ...drawn } },
      overrides: [],
    },
    options: { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } },
    targets: targets(queries),
  };
}

/** The states of circuit breakers over time. */
export function timeline(title, description, queries) {
  const states = {
    0: { text: "closed", color: "green", index: 0 },
    1: { text: "half-open", color: "yellow", index: 1 },
    2: { text: "open", color: "red", index: 2 },
  };
  return {
    type: "state-timeline",
    ...common(title, description),
    fieldConfig: {
      defaults: { mappings: [{ type: "value", options: states }], custom: { fillOpacity: 80 } },
      overrides: [],
    },
    options: { mergeValues: true, showValue: "auto", rowHeight: 0.8 },
    targets: targets(queries),
  };
}

/** The series that a query returns now, one per line. */
export function table(title, description, unit, expr) {
  const hidden = { Time: true, __name__: true, job: true };
  return {
    type: "table",
    ...common(title, description),
    fieldConfig: { defaults: { unit }, overrides: [] },
    options: { showHeader: true, sortBy: [{ displayName: "Value", desc: true }] },
    targets: [{ refId: "A", datasource, expr, format: "table", instant: true }],
    transformations: [{ id: "organize", options: { excludeByName: hidden } }],
  };
}

function common(title, description) {
  return { title, description, datasource };
}

function targets(queries) {
  return queries.map(([expr, legendFormat], index) => ({
    refId: String.fromCharCode(65 + index),
    datasource,
    expr,
    legendFormat,
  }));
}

/** Panels side by side under the title of their row: stats six to a line, all others two. */
export function laidOut(rows) {
  const panels = [];
  let y = 0;
  for (const [title, ...content] of rows) {
    panels.push({ type: "row", title, collapsed: false, panels: [], gridPos: { x: 0, y: y++, w: 24, h: 1 } });
    let [x, height] = [0, 0];
    for (const panel of content) {
      const [w, h] = panel.type === "stat" ? [4, 4] : [12, 8];
      if (x + w > 24 || (height !== 0 && height !== h)) {
        y += height;
        x = 0;
      }
      height = h;
      panels.push({ ...panel, gridPos: { x, y, w, h } });
      x += w;
    }
    y += height;
  }
  return panels.map((panel, index) => ({ id: index + 1, ...panel }));
}
