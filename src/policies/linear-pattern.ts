/**
 * Whether a regular expression takes linear time in an engine that tries one way after the other, as JavaScript's does.
 * Proven, not guessed: in every state at most one way on fits the next character, by one derivation, and there is one way
 * to match nothing. What cannot be proven (look-around, back-references, `(a+)+`, `.*x`) is taken for not linear.
 */
export function isLinear(pattern: string): boolean {
  try {
    const reader = new PatternReader(pattern);
    const whole = reader.read();
    // Without an anchor it is tried from each character on: then one try must not read the whole text.
    return isOneWay(whole.first, reader.characters) && (whole.isAnchored || !reader.hasLoop);
  } catch (cause) {
    if (cause instanceof NotLinear) return false;
    throw cause;
  }
}

class NotLinear extends Error {}

type Range = readonly [from: number, to: number];
type Characters = readonly Range[];

/** A part of a pattern: the places at which it may begin and end, by their numbers. */
interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly canBeEmpty: boolean;
  readonly isAnchored: boolean;
}

const nothing: Part = { first: [], last: [], canBeEmpty: true, isAnchored: false };
const maxPlaces = 2_000;
const maxSteps = 200_000;
const top = 0x10ffff;

const digits: Characters = [[48, 57]];
const word: Characters = [...digits, [65, 90], [95, 95], [97, 122]];
const space: Characters = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const lineEnds: Characters = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];
const classes: Readonly<Record<string, Characters>> = {
  d: digits,
  D: others(digits),
  w: word,
  W: others(word),
  s: space,
  S: others(space),
};
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 };

function others(characters: Characters): Characters {
  const found: Range[] = [];
  let next = 0;
  for (const [from, to] of [...characters].sort(([a], [b]) => a - b)) {
    if (from > next) found.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  return next > top ? found : [...found, [next, top]];
}

function meet(a: Characters, b: Characters): boolean {
  return a.some(([from, to]) => b.some(([start, end]) => from <= end && start <= to));
}

/** Whether of these places at most one fits a character. */
function isOneWay(places: readonly number[], characters: readonly Characters[]): boolean {
  return places.every((place, index) =>
    places.slice(index + 1).every((other) => !meet(characters[place] ?? [], characters[other] ?? [])),
  );
}

/** Reads a pattern (of the flag u) into places and what may follow each of them, as Glushkov did. */
class PatternReader {
  /** What fits at each place. */
  readonly characters: Characters[] = [];
  hasLoop = false;
  private readonly following: number[][] = [];
  private readonly text: readonly string[];
  private at = 0;
  private steps = 0;

  constructor(pattern: string) {
    this.text = [...pattern];
  }

  read(): Part {
    const whole = this.alternatives();
    if (this.at < this.text.length) throw new NotLinear();
    for (const places of this.following) if (!isOneWay(places, this.characters)) throw new NotLinear();
    return whole;
  }

  private alternatives(): Part {
    let part = this.sequence();
    while (this.skip("|")) {
      const other = this.sequence();
      if (part.canBeEmpty && other.canBeEmpty) throw new NotLinear();
      part = {
        first: [...part.first, ...other.first],
        last: [...part.last, ...other.last],
        canBeEmpty: part.canBeEmpty || other.canBeEmpty,
        isAnchored: part.isAnchored && other.isAnchored,
      };
    }
    return part;
  }

  private sequence(): Part {
    let part = nothing;
    for (let next = this.peek(); next !== undefined && next !== "|" && next !== ")"; next = this.peek())
      part = this.joined(part, this.repeated());
    return part;
  }

  private joined(a: Part, b: Part): Part {
    this.follow(a.last, b.first);
    return {
      first: a.canBeEmpty ? [...a.first, ...b.first] : a.first,
      last: b.canBeEmpty ? [...a.last, ...b.last] : b.last,
      canBeEmpty: a.canBeEmpty && b.canBeEmpty,
      isAnchored: a.isAnchored || (a === nothing && b.isAnchored),
    };
  }

  /** One that follows by two derivations can be reached in two ways, however alike they look. */
  private follow(from: readonly number[], to: readonly number[]): void {
    for (const place of from) {
      const known = this.following[place] ?? [];
      for (const next of to) {
        this.steps += known.length + 1;
        if (this.steps > maxSteps || known.includes(next)) throw new NotLinear();
        known.push(next);
      }
      this.following[place] = known;
    }
  }

  private repeated(): Part {
    const start = this.at;
    const once = this.atom();
    const end = this.at;
    const [written = "", symbol, least, comma, most] =
      /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(this.text.slice(this.at, this.at + 24).join("")) ?? [];
    if (written === "") return once;
    const min = symbol === undefined ? Number(least) : symbol === "+" ? 1 : 0;
    const isOpen = symbol === undefined ? comma !== undefined && most === "" : symbol !== "?";
    const max = isOpen ? Math.max(min, 1) : symbol === "?" ? 1 : Number(comma === undefined ? least : most);
    // To repeat nothing, or to leave out what may be nothing, is a second way to the same.
    if (once.canBeEmpty || max < 1) throw new NotLinear();
    const copies = [once];
    for (let copy = 1; copy < max; copy++) {
      this.at = start;
      copies.push(this.atom());
    }
    this.at = end + [...written].length;
    return this.chain(copies, min, isOpen);
  }

  /** Copies one after the other, of which the first `min` must be there. */
  private chain(copies: readonly Part[], min: number, isOpen: boolean): Part {
    const lasts: number[] = [];
    for (const [index, copy] of copies.entries()) {
      this.follow(copies[index - 1]?.last ?? [], copy.first);
      if (index + 1 >= min) lasts.push(...copy.last);
    }
    const final = copies.at(-1) ?? nothing;
    if (isOpen) {
      this.hasLoop = true;
      this.follow(final.last, final.first);
    }
    return { first: copies[0]?.first ?? [], last: lasts, canBeEmpty: min === 0, isAnchored: false };
  }

  private atom(): Part {
    const character = this.take();
    if (character === "^") return { ...nothing, isAnchored: true };
    if (character === "$") return { ...nothing };
    if (character === "(") return this.group();
    if (character === "[") return this.place(this.set());
    if (character === ".") return this.place(others(lineEnds));
    if (character !== "\\") return this.place(single(character));
    if (/[bB]/.test(this.peek() ?? "")) {
      this.take();
      return { ...nothing };
    }
    return this.place(this.escaped());
  }

  private group(): Part {
    const [kind = ""] =
      /^\?(?::|<[\p{L}_$][\p{L}\p{N}_$]*>)/u.exec(this.text.slice(this.at, this.at + 80).join("")) ?? [];
    this.at += [...kind].length;
    if (this.peek() === "?") throw new NotLinear();
    const part = this.alternatives();
    if (!this.skip(")")) throw new NotLinear();
    // A group is a part of its own: an anchor within it is the pattern's only if it begins it.
    return { ...part };
  }

  private set(): Characters {
    const isNegated = this.skip("^");
    const found: Range[] = [];
    while (!this.skip("]")) {
      const from = this.member();
      const isRange = this.peek() === "-" && this.text[this.at + 1] !== "]";
      if (!isRange) {
        found.push(...from);
        continue;
      }
      this.take();
      const to = this.member();
      // Before and behind a hyphen stands one character each; else the hyphen is nothing special.
      found.push([from[0]?.[0] ?? 0, to.at(-1)?.[1] ?? top]);
    }
    return isNegated ? others(found) : found;
  }

  private member(): Characters {
    const character = this.take();
    if (character !== "\\") return single(character);
    if (this.peek() !== "b") return this.escaped();
    this.take();
    return [[8, 8]];
  }

  private escaped(): Characters {
    const character = this.take();
    const known = classes[character];
    if (known !== undefined) return known;
    const control = controls[character];
    if (control !== undefined) return [[control, control]];
    if (/[1-9k]/.test(character)) throw new NotLinear();
    if (/[pPc]/.test(character)) return this.anything();
    if (character !== "x" && character !== "u") return single(character);
    const [written = "", braced, plain] =
      /^(?:\{([\da-f]+)\}|([\da-f]{2,4}))/i.exec(this.text.slice(this.at, this.at + 10).join("")) ?? [];
    const code = plain === undefined ? braced : character === "x" ? plain.slice(0, 2) : plain;
    if (code === undefined) throw new NotLinear();
    this.at += plain === undefined ? written.length : code.length;
    const value = Number.parseInt(code, 16);
    // Half of a pair: the other half follows, and what both are is not worked out.
    return value >= 0xd800 && value <= 0xdfff ? [[0, top]] : [[value, value]];
  }

  /** `\p{…}` and `\cX`: which characters that are is not worked out. */
  private anything(): Characters {
    if (this.skip("{")) while (!this.skip("}")) this.take();
    else this.take();
    return [[0, top]];
  }

  private place(characters: Characters): Part {
    const place = this.characters.push(characters) - 1;
    if (place >= maxPlaces) throw new NotLinear();
    this.following[place] = [];
    return { first: [place], last: [place], canBeEmpty: false, isAnchored: false };
  }

  private peek(): string | undefined {
    return this.text[this.at];
  }

  private skip(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }

  private take(): string {
    const character = this.text[this.at++];
    if (character === undefined) throw new NotLinear();
    return character;
  }
}

function single(character: string): Characters {
  const code = character.codePointAt(0) ?? 0;
  return [[code, code]];
}
