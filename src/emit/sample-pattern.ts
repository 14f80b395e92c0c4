import { matches } from "../ir/matches.js";

/** A text that matches a pattern, as short as it can be made; `undefined` where that is beyond us. */
export function stringMatching(pattern: string, minLength: number, maxLength: number): string | undefined {
  for (let extra = 0; extra <= Math.min(minLength, 300); extra++) {
    const text = new PatternWriter(pattern, extra).write();
    if (text === undefined) return undefined;
    const { length } = [...text];
    if (length >= minLength) return length <= maxLength && matches(pattern, text) ? text : undefined;
  }
  return undefined;
}

/** Characters to try where almost any will do. */
const usual = [..."a0A-_ .1b/:@é"];

type Accepts = (character: string) => boolean;

const classes: Readonly<Record<string, Accepts>> = {
  d: (character) => /\d/.test(character),
  D: (character) => /\D/.test(character),
  w: (character) => /\w/.test(character),
  W: (character) => /\W/.test(character),
  s: (character) => /\s/.test(character),
  S: (character) => /\S/.test(character),
};

const controls: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f", v: "\v", 0: "\0" };

/** Reads a regular expression and writes a text on the way: of alternatives the first, of repetitions the fewest. */
class PatternWriter {
  private readonly pattern: string[];
  private readonly extra: number;
  private readonly groups: string[] = [];
  private at = 0;

  /** @param extra how often what may be repeated is repeated beyond the least */
  constructor(pattern: string, extra: number) {
    this.pattern = [...pattern];
    this.extra = extra;
  }

  write(): string | undefined {
    try {
      const text = this.alternatives();
      return this.at < this.pattern.length ? undefined : text;
    } catch {
      return undefined;
    }
  }

  private alternatives(): string {
    const first = this.sequence();
    while (this.peek() === "|") {
      this.at++;
      this.sequence();
    }
    return first;
  }

  private sequence(): string {
    let text = "";
    for (let next = this.peek(); next !== undefined && next !== "|" && next !== ")"; next = this.peek()) {
      const start = this.at;
      const atom = this.atom();
      const count = this.repetitions();
      text += atom;
      // Each time anew: what is in it may be repeated too.
      for (let more = 1; more < count; more++) text += this.again(start);
      if (count === 0) text = text.slice(0, text.length - atom.length);
    }
    return text;
  }

  private again(start: number): string {
    const { at } = this;
    this.at = start;
    const text = this.atom();
    this.at = at;
    return text;
  }

  private atom(): string {
    const character = this.take();
    if (character === "(") return this.group();
    if (character === "[") return this.set();
    if (character === "\\") return this.escaped();
    if (character === ".") return "a";
    return character === "^" || character === "$" ? "" : character;
  }

  private group(): string {
    const [kind = ""] = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(this.pattern.slice(this.at, this.at + 40).join("")) ?? [];
    this.at += kind.length;
    const index = this.groups.length;
    const isCapturing = kind === "" || /^\?<\w/.test(kind);
    if (isCapturing) this.groups.push("");
    const text = this.alternatives();
    if (this.take() !== ")") throw new Error("a group without an end");
    if (isCapturing) this.groups[index] = text;
    // What only looks ahead or behind writes nothing.
    return /[=!]$/.test(kind) ? "" : text;
  }

  private escaped(): string {
    const character = this.take();
    if (/[bB]/.test(character)) return "";
    if (/[1-9]/.test(character)) return this.groups[Number(character) - 1] ?? "";
    const accepts = this.classOf(character);
    return accepts === undefined ? this.literal(character) : chosen(accepts);
  }

  private literal(character: string): string {
    const digits = character === "x" ? 2 : character === "u" ? 4 : 0;
    if (digits === 0) return controls[character] ?? character;
    const [, inBraces] = /^\{([\da-f]+)\}/i.exec(this.pattern.slice(this.at, this.at + 10).join("")) ?? [];
    const code = inBraces ?? this.pattern.slice(this.at, this.at + digits).join("");
    this.at += inBraces === undefined ? digits : inBraces.length + 2;
    return String.fromCodePoint(Number.parseInt(code, 16));
  }

  private classOf(character: string): Accepts | undefined {
    if (character !== "p" && character !== "P") return classes[character];
    const end = this.pattern.indexOf("}", this.at);
    const property = new RegExp(`\\${character}${this.pattern.slice(this.at, end + 1).join("")}`, "u");
    this.at = end + 1;
    return (candidate) => property.test(candidate);
  }

  private set(): string {
    const isNegated = this.peek() === "^";
    if (isNegated) this.at++;
    const parts: Accepts[] = [];
    const starts: string[] = [];
    while (this.peek() !== "]") {
      const from = this.member(parts);
      if (from === undefined) continue;
      let to = from;
      if (this.peek() === "-" && this.pattern[this.at + 1] !== "]") {
        this.at++;
        to = this.member(parts) ?? from;
      }
      starts.push(from);
      parts.push((character) => character >= from && character <= to);
    }
    this.at++;
    const isIn: Accepts = (character) => parts.some((accepts) => accepts(character));
    return isNegated ? chosen((character) => !isIn(character)) : chosen(isIn, starts);
  }

  /** One character of a set; a class goes to `parts` instead. */
  private member(parts: Accepts[]): string | undefined {
    const character = this.take();
    if (character !== "\\") return character;
    const escaped = this.take();
    if (escaped === "b") return "\b";
    const accepts = this.classOf(escaped);
    if (accepts === undefined) return this.literal(escaped);
    parts.push(accepts);
    return undefined;
  }

  private repetitions(): number {
    const rest = this.pattern.slice(this.at, this.at + 24).join("");
    const [written, symbol, from, comma, to] = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(rest) ?? [];
    if (written === undefined) return 1;
    this.at += written.length;
    const least = symbol === undefined ? Number(from) : symbol === "+" ? 1 : 0;
    const most = symbol === "?" ? 1 : symbol !== undefined || (comma === "," && to === "") ? 1e9 : Number(to || from);
    if (least > 1_000) throw new Error("too long");
    return Math.min(least + this.extra, most);
  }

  private peek(): string | undefined {
    return this.pattern[this.at];
  }

  private take(): string {
    const character = this.pattern[this.at++];
    if (character === undefined) throw new Error("the pattern breaks off");
    return character;
  }
}

function chosen(accepts: Accepts, first: readonly string[] = []): string {
  const found = [...usual, ...first].find(accepts);
  if (found === undefined) throw new Error("nothing fits");
  return found;
}
