/** Names of the D language (D ABI, "Name Mangling"): qualified names without types, which is what LLVM writes. */
import { decodeUtf8, encodeUtf8 } from '../../bytes/text.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/** Symbols the compiler makes for a declaration, told by its last identifier. */
const ARTIFICIAL: ReadonlyMap<string, string> = new Map([
  ['__init', 'initializer for '],
  ['__vtbl', 'vtable for '],
  ['__Class', 'ClassInfo for '],
  ['__Interface', 'Interface for '],
  ['__ModuleInfo', 'ModuleInfo for '],
]);

/** The name's text; throws `NOT_MANGLED`. */
export function demangleD(name: string): string {
  if (name === '_Dmain') return 'D main';
  // Lengths count bytes.
  const bytes = encodeUtf8(name);
  if (bytes.length === name.length) return new DName(name).read();
  const text = new DName(String.fromCharCode(...bytes)).read();
  return decodeUtf8(Uint8Array.from(text, (unit) => unit.charCodeAt(0)));
}

class DName {
  readonly #name: string;
  #at = 2;
  #text = '';
  /** Where the last back reference to a type stood; they must go backwards. */
  #lastTypeReference: number;

  constructor(name: string) {
    this.#name = name;
    this.#lastTypeReference = name.length;
  }

  /** `_D <QualifiedName> (Z | <Type>)`. */
  read(): string {
    this.#qualifiedName();
    if (this.#at >= this.#name.length) throw NOT_MANGLED;
    // Artificial symbols end with a Z and have no type.
    if (this.#name.charAt(this.#at) === 'Z') this.#at++;
    else this.#type();
    if (this.#at !== this.#name.length || this.#text.length === 0) throw NOT_MANGLED;
    return this.#text;
  }

  #qualifiedName(): void {
    let isFirst = true;
    do {
      if (this.#name.charAt(this.#at) === '0') {
        // Anonymous symbols.
        while (this.#name.charAt(this.#at) === '0') this.#at++;
        continue;
      }
      if (!isFirst) this.#text += '.';
      isFirst = false;
      this.#identifier();
    } while (this.#isSymbolName());
  }

  /** Whether an identifier comes next, or a reference to one. */
  #isSymbolName(): boolean {
    const letter = this.#name.charAt(this.#at);
    if (letter !== 'Q') return isDigit(letter);
    const start = this.#at;
    const target = this.#backReference();
    this.#at = start;
    return target !== undefined && isDigit(this.#name.charAt(target));
  }

  /** `<Number> <name>`, or a reference to one. */
  #identifier(): void {
    if (this.#name.charAt(this.#at) === 'Q') {
      const target = this.#backReference();
      if (target === undefined) throw NOT_MANGLED;
      const after = this.#at;
      this.#at = target;
      this.#plainName(this.#number());
      this.#at = after;
      return;
    }
    let length = this.#number();
    // Parents made up to tell declarations of one name apart: __S and digits.
    while (length >= 4 && /^__S\d+$/.test(this.#name.slice(this.#at, this.#at + length))) {
      this.#at += length;
      if (this.#name.charAt(this.#at) === 'Q') {
        this.#identifier();
        return;
      }
      length = this.#number();
    }
    this.#plainName(length);
  }

  #plainName(length: number): void {
    const end = this.#at + length;
    const identifier = this.#name.slice(this.#at, end);
    const prefix = this.#name.charAt(end) === 'Z' ? ARTIFICIAL.get(identifier) : undefined;
    this.#at = end;
    // Without the dot in front of the identifier.
    if (prefix !== undefined) this.#text = (prefix + this.#text).slice(0, -1);
    else this.#text += identifier;
  }

  /** The length of a name that is there in full. */
  #number(): number {
    const start = this.#at;
    while (isDigit(this.#name.charAt(this.#at))) this.#at++;
    const length = Number(this.#name.slice(start, this.#at));
    if (this.#at === start || length === 0 || length > this.#name.length - this.#at) throw NOT_MANGLED;
    return length;
  }

  /** `Q`, base 26 with capital letters but for the last digit: how far back. `undefined` if that is nowhere. */
  #backReference(): number | undefined {
    const start = this.#at++;
    let distance = 0;
    for (;;) {
      const code = this.#name.charCodeAt(this.#at);
      const isLast = code >= 0x61 && code <= 0x7a;
      if (!isLast && !(code >= 0x41 && code <= 0x5a)) return undefined;
      distance = distance * 26 + code - (isLast ? 0x61 : 0x41);
      if (distance > start) return undefined;
      this.#at++;
      if (isLast) return distance === 0 ? undefined : start - distance;
    }
  }

  /** A type; LLVM knows `int` and references to it, and writes neither. */
  #type(): void {
    const letter = this.#name.charAt(this.#at);
    if (letter === 'i') {
      this.#at++;
      return;
    }
    if (letter !== 'Q' || this.#at >= this.#lastTypeReference) throw NOT_MANGLED;
    const before = this.#lastTypeReference;
    this.#lastTypeReference = this.#at;
    const target = this.#backReference();
    if (target === undefined) throw NOT_MANGLED;
    const after = this.#at;
    this.#at = target;
    this.#type();
    this.#at = after;
    this.#lastTypeReference = before;
  }
}

const isDigit = (letter: string): boolean => letter >= '0' && letter <= '9' && letter.length === 1;
