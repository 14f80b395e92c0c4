/** Names and values of headers, a query or a form. Not by iteration: the DOM's types have that in a library of their own. */
export function pairsOf<Value = string>(source: {
  forEach(each: (value: Value, name: string) => void): void;
}): [string, Value][] {
  const pairs: [string, Value][] = [];
  source.forEach((value, name) => void pairs.push([name, value]));
  return pairs;
}
