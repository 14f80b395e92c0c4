const day = /^(\d{4})-(0[1-9]|1[0-2])-(\d\d)$/;
const daysOf = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const time = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(z|[+-]\d\d:\d\d)$/i;

/** Formats that an example is often not of, although the document says so. */
const checks: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ["date-time", isDateTime],
  ["date", isDate],
  ["time", (text) => time.test(text)],
  ["uuid", (text) => /^(urn:uuid:)?[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i.test(text)],
  ["email", (text) => /^[^\s@"]+@[^\s@.]+(\.[^\s@.]+)*$/.test(text)],
  ["uri", (text) => /^[a-z][a-z\d+.-]*:[^\s"<>\\^`{|}]+$/i.test(text)],
  ["ipv4", (text) => /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$/.test(text)],
]);

/** Whether a text is of a format; any text is of one that is not known here. */
export function hasFormat(text: string, format: string | undefined): boolean {
  return checks.get(format ?? "")?.(text) !== false;
}

function isDate(text: string): boolean {
  const [, year, month, date] = (day.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || date === undefined || date === 0) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return date <= (month === 2 && !isLeap ? 28 : (daysOf[month - 1] ?? 0));
}

function isDateTime(text: string): boolean {
  const [date = "", clock = ""] = text.split(/[t\s]/i);
  return text[10]?.toLowerCase() === "t" && isDate(date) && time.test(clock);
}
