/** Names and values of headers or a query. Not by iteration: the DOM's types have that in a library of their own. */
export function pairsOf(source: Pick<Headers, "forEach"> | Pick<URLSearchParams, "forEach">): [string, string][] {
  const pairs: [string, string][] = [];
  source.forEach((value, name) => void pairs.push([name, value]));
  return pairs;
}
