// What came of an incident, against what was expected.

/** Alerts whose window is an hour or a quarter of one: they go on after their cause. */
const long = ["ResilBreakerOpensTooOften", "ResilConnectionResets"];

/** @param grace how many minutes after the end an alert may start: what the last rates hold was there before */
export function judged({ incident, lines, shown }, seen, grace) {
  const { name, clients, minutes, expect, forbid, log, panel, before } = incident;
  const names = clients.map((client) => client.name);
  const fired = [...seen].flatMap(([key, { first, last }]) => {
    const [client, alert] = key.split("\n");
    return names.includes(client) ? [{ client, alert, first, last }] : [];
  });
  const faults = [];
  for (const client of names) {
    for (const [alert, within] of Object.entries(expect)) {
      const found = fired.find((each) => each.client === client && each.alert === alert);
      if (found === undefined) faults.push(`${client}: ${alert} did not fire`);
      else if (found.first > within)
        faults.push(`${client}: ${alert} fired after ${asMinutes(found.first)}, expected ${within} min`);
    }
  }
  for (const { client, alert, first } of fired) {
    if (forbid.includes(alert)) faults.push(`${client}: ${alert} fired, which misleads`);
    if (first < 0) faults.push(`${client}: ${alert} fired before the incident`);
    if (first > minutes + grace && !long.includes(alert)) faults.push(`${client}: ${alert} fired after the end`);
  }
  if (before !== undefined) {
    const [earlier, later] = before.map((alert) => fired.find((each) => each.alert === alert)?.first);
    if (!(earlier < later)) faults.push(`${before[0]} did not fire before ${before[1]}`);
  }
  const said = log.map((pattern) => lines.find((line) => pattern.test(line)));
  log.forEach((pattern, index) => {
    if (said[index] === undefined) faults.push(`no log line like ${pattern}`);
  });
  if (!shown) faults.push(`the panel '${panel}' shows nothing`);
  const text = [
    `${faults.length === 0 ? "✔" : "✖"} ${name} (${minutes} min)`,
    ...fired
      .sort((a, b) => a.first - b.first)
      .map(({ client, alert, first, last }) => {
        const who = names.length > 1 ? ` ${client}` : "";
        return `    ${alert}${who}: ${asMinutes(first)} to ${asMinutes(last)}`;
      }),
    `    dashboard: ${panel}`,
    ...[...new Set(said.filter((line) => line !== undefined))].map((line) => `    log: ${line}`),
    ...faults.map((fault) => `    not as expected: ${fault}`),
  ].join("\n");
  return { text, isGood: faults.length === 0 };
}

function asMinutes(minutes) {
  return `${minutes.toFixed(1)} min`;
}
