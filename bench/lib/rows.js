// A row of the results: what was measured, ours, what it is compared with, and whether the goal is met.

/**
 * @typedef {object} Row
 * @property {string} measure
 * @property {string} unit of `ours` and `against`
 * @property {number | null} ours
 * @property {number | null} against
 * @property {number | null} ratio
 * @property {number | null} goal the most that `ratio` may be; of a row without one, the most that `ours` may be
 * @property {boolean | null} met
 * @property {string} [note] why there are no numbers
 */

/** @returns {Row} */
export function row(measure, { unit = "", ours = null, against = null, ratio = null, goal = null }) {
  const judged = ratio ?? ours;
  return { measure, unit, ours, against, ratio, goal, met: goal === null || judged === null ? null : judged <= goal };
}

/** A row for what could not be measured. @returns {Row} */
export function skipped(measure, reason) {
  return { ...row(measure, {}), note: `skipped: ${reason}` };
}

const heads = ["measure", "ours", "against", "ratio", "goal", "met"];

/** The cells of a row as text. */
function cells({ measure, unit, ours, against, ratio, goal, met, note }) {
  const quantity = (value) => (value === null ? "" : `${digits(value)}${unit === "" ? "" : ` ${unit}`}`);
  const most = goal === null ? "" : `≤ ${ratio === null ? quantity(goal) : digits(goal)}`;
  return [
    note === undefined ? measure : `${measure} (${note})`,
    quantity(ours),
    quantity(against),
    ratio === null ? "" : digits(ratio),
    most,
    met === null ? "" : met ? "yes" : "NO",
  ];
}

/** Three digits are as many as such a measurement is good for. */
function digits(value) {
  if (Number.isInteger(value)) return String(value);
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(3)));
}

/** A table for a terminal. */
export function textTable(rows) {
  const lines = [heads, ...rows.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))))
    .map((line) => line.join("  ").trimEnd())
    .join("\n");
}

/** A table for a page. */
export function markdownTable(rows) {
  const line = (texts) => `| ${texts.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = "| --- | ---: | ---: | ---: | ---: | --- |";
  return [line(heads), rule, ...rows.map((each) => line(cells(each)))].join("\n");
}
