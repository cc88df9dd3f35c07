/** Names of Rust's v0 mangling (Rust RFC 2603). The older scheme is read as C++, which it imitates. */
import { NOT_MANGLED } from './not-mangled.ts';
import { decodePunycode } from './punycode.ts';
import { RustReader } from './rust-reader.ts';

/** As LLVM has it. */
const MAX_DEPTH = 500;
/** Back references inside back references double the work with every level. */
const MAX_STEPS = 1 << 18;
const MAX_LENGTH = 1 << 20;

/** `<basic-type>` by its letter. */
const BASIC_TYPES: Readonly<Record<string, string>> = {
  a: 'i8',
  b: 'bool',
  c: 'char',
  d: 'f64',
  e: 'str',
  f: 'f32',
  h: 'u8',
  i: 'isize',
  j: 'usize',
  l: 'i32',
  m: 'u32',
  n: 'i128',
  o: 'u128',
  p: '_',
  s: 'i16',
  t: 'u16',
  u: '()',
  v: '...',
  x: 'i64',
  y: 'u64',
  z: '!',
};

/** The letters of integer types. */
const INTEGER = /[ahijlmnostxy]/;

/** The name's text; throws `NOT_MANGLED`. What follows a dot (`.llvm.123`) is not part of the Rust name. */
export function demangleRust(name: string): string {
  const dot = name.indexOf('.');
  const text = new RustName(name.slice(2, dot < 0 ? name.length : dot)).read();
  return dot < 0 ? text : `${text} (${name.slice(dot)})`;
}

class RustName extends RustReader {
  #text = '';
  /** Off while something is read that is not written: the path of an impl, the instantiating crate. */
  #writing = true;
  #depth = 0;
  #steps = 0;
  /** Lifetimes named by the `for<…>` around this place. */
  #boundLifetimes = 0;

  /** `<path> [<instantiating-crate>]`. */
  read(): string {
    this.#path(false, false);
    if (this.at < this.input.length) {
      this.#writing = false;
      this.#path(false, false);
    }
    if (this.at !== this.input.length) throw NOT_MANGLED;
    return this.#text;
  }

  #write(text: string): void {
    if (!this.#writing) return;
    this.#text += text;
    if (this.#text.length > MAX_LENGTH) throw NOT_MANGLED;
  }

  #enter(): void {
    if (++this.#depth > MAX_DEPTH || ++this.#steps > MAX_STEPS) throw NOT_MANGLED;
  }

  /**
   * `<path>`.
   *
   * @param inType whether generic arguments are written as in a type, without `::`
   * @param open whether the list of generic arguments stays open, if there is one
   * @returns whether it did
   */
  #path(inType: boolean, open: boolean): boolean {
    this.#enter();
    let isOpen = false;
    switch (this.next()) {
      case 'C':
        this.optionalBase62('s');
        this.#writeIdentifier();
        break;
      case 'M':
        this.#implPath(inType);
        this.#write('<');
        this.#type();
        this.#write('>');
        break;
      case 'X':
        this.#implPath(inType);
        this.#traitOfType();
        break;
      case 'Y':
        this.#traitOfType();
        break;
      case 'N':
        this.#nestedPath(inType);
        break;
      case 'I':
        this.#path(inType, false);
        this.#write(inType ? '<' : '::<');
        this.#list(', ', () => this.#genericArg());
        isOpen = open;
        if (!open) this.#write('>');
        break;
      case 'B':
        this.#backReference(() => {
          isOpen = this.#path(inType, open);
        });
        break;
      default:
        throw NOT_MANGLED;
    }
    this.#depth--;
    return isOpen;
  }

  /** `<T as Trait>`. */
  #traitOfType(): void {
    this.#write('<');
    this.#type();
    this.#write(' as ');
    this.#path(true, false);
    this.#write('>');
  }

  /** Where an impl stands; not written. */
  #implPath(inType: boolean): void {
    const writing = this.#writing;
    this.#writing = false;
    this.optionalBase62('s');
    this.#path(inType, false);
    this.#writing = writing;
  }

  /** `<namespace> <path> <identifier>`: capital letters are namespaces the language has no names in. */
  #nestedPath(inType: boolean): void {
    const namespace = this.next();
    if (!/[a-zA-Z]/.test(namespace)) throw NOT_MANGLED;
    this.#path(inType, false);
    const disambiguator = this.optionalBase62('s');
    const identifier = this.#identifier();
    if (namespace >= 'a') {
      if (identifier.length > 0) this.#write('::' + identifier);
      return;
    }
    const kind = namespace === 'C' ? 'closure' : namespace === 'S' ? 'shim' : namespace;
    this.#write(`::{${kind}${identifier.length > 0 ? ':' + identifier : ''}#${disambiguator}}`);
  }

  /** Items up to an `E`; answers how many. */
  #list(separator: string, item: () => void): number {
    let count = 0;
    while (!this.skip('E')) {
      if (count++ > 0) this.#write(separator);
      item();
    }
    return count;
  }

  #genericArg(): void {
    if (this.skip('L')) this.#writeLifetime(this.base62());
    else if (this.skip('K')) this.#constant();
    else this.#type();
  }

  #type(): void {
    this.#enter();
    const start = this.at;
    const letter = this.next();
    const basic = BASIC_TYPES[letter];
    if (basic !== undefined) this.#write(basic);
    else this.#compoundType(letter, start);
    this.#depth--;
  }

  #compoundType(letter: string, start: number): void {
    switch (letter) {
      case 'A':
        this.#write('[');
        this.#type();
        this.#write('; ');
        this.#constant();
        this.#write(']');
        break;
      case 'S':
        this.#write('[');
        this.#type();
        this.#write(']');
        break;
      case 'T':
        this.#write('(');
        if (this.#list(', ', () => this.#type()) === 1) this.#write(',');
        this.#write(')');
        break;
      case 'R':
      case 'Q':
        this.#write('&');
        if (this.skip('L')) {
          const lifetime = this.base62();
          // An erased lifetime is not written.
          if (lifetime !== 0) {
            this.#writeLifetime(lifetime);
            this.#write(' ');
          }
        }
        if (letter === 'Q') this.#write('mut ');
        this.#type();
        break;
      case 'P':
        this.#write('*const ');
        this.#type();
        break;
      case 'O':
        this.#write('*mut ');
        this.#type();
        break;
      case 'F':
        this.#functionSignature();
        break;
      case 'D':
        this.#dynBounds();
        break;
      case 'B':
        this.#backReference(() => this.#type());
        break;
      default:
        this.at = start;
        this.#path(true, false);
    }
  }

  /** `[<binder>] [U] [K <abi>] <type>* E <type>`. */
  #functionSignature(): void {
    const bound = this.#boundLifetimes;
    this.#binder();
    if (this.skip('U')) this.#write('unsafe ');
    if (this.skip('K')) {
      if (this.skip('C')) this.#write('extern "C" ');
      else {
        if (this.input.charAt(this.at) === 'u') throw NOT_MANGLED;
        this.#write(`extern "${this.#identifier().replaceAll('_', '-')}" `);
      }
    }
    this.#write('fn(');
    this.#list(', ', () => this.#type());
    this.#write(')');
    // The unit type is not written.
    if (!this.skip('u')) {
      this.#write(' -> ');
      this.#type();
    }
    this.#boundLifetimes = bound;
  }

  /** `[<binder>] <dyn-trait>* E <lifetime>`. */
  #dynBounds(): void {
    const bound = this.#boundLifetimes;
    this.#write('dyn ');
    this.#binder();
    this.#list(' + ', () => this.#dynTrait());
    this.#boundLifetimes = bound;
    if (!this.skip('L')) throw NOT_MANGLED;
    const lifetime = this.base62();
    if (lifetime === 0) return;
    this.#write(' + ');
    this.#writeLifetime(lifetime);
  }

  /** `<path> (p <identifier> <type>)*`: a trait, and what its associated types are. */
  #dynTrait(): void {
    let isOpen = this.#path(true, true);
    while (this.skip('p')) {
      this.#write(isOpen ? ', ' : '<');
      isOpen = true;
      // LLVM writes this name as it is, even in Punycode.
      this.#write(this.rawIdentifier() + ' = ');
      this.#type();
    }
    if (isOpen) this.#write('>');
  }

  /** `G <number>`: lifetimes introduced by `for<…>`. */
  #binder(): void {
    const count = this.optionalBase62('G');
    if (count === 0) return;
    // Every lifetime is used later, which takes at least a character.
    if (count >= this.input.length - this.#boundLifetimes) throw NOT_MANGLED;
    this.#write('for<');
    for (let index = 0; index < count; index++) {
      this.#boundLifetimes++;
      if (index > 0) this.#write(', ');
      this.#writeLifetime(1);
    }
    this.#write('> ');
  }

  /** A lifetime by its distance to the `for<…>` that introduces it; 0 is erased. */
  #writeLifetime(index: number | bigint): void {
    if (index === 0) {
      this.#write("'_");
      return;
    }
    if (index > this.#boundLifetimes) throw NOT_MANGLED;
    const depth = this.#boundLifetimes - Number(index);
    this.#write(depth < 26 ? "'" + String.fromCharCode(0x61 + depth) : `'z${depth - 25}`);
  }

  /** `<const>`. */
  #constant(): void {
    this.#enter();
    const letter = this.next();
    if (letter === 'B') this.#backReference(() => this.#constant());
    else if (letter === 'p') this.#write('_');
    else if (letter === 'b') {
      const digits = this.hexadecimal();
      if (digits !== '0' && digits !== '1') throw NOT_MANGLED;
      this.#write(digits === '1' ? 'true' : 'false');
    } else if (letter === 'c') this.#write(`'${character(this.hexadecimal())}'`);
    else if (INTEGER.test(letter)) {
      if (this.skip('n')) this.#write('-');
      const digits = this.hexadecimal();
      this.#write(digits.length <= 16 ? String(BigInt('0x' + digits)) : '0x' + digits);
    } else throw NOT_MANGLED;
    this.#depth--;
  }

  /** Reads again what stands earlier in the name. Positions count from behind the `_R`. */
  #backReference(read: () => void): void {
    const start = this.at;
    const target = this.base62();
    // LLVM compares with the place behind the reference.
    if (target >= this.at || start === this.at) throw NOT_MANGLED;
    if (!this.#writing) return;
    const after = this.at;
    this.at = Number(target);
    read();
    this.at = after;
  }

  #writeIdentifier(): void {
    this.#write(this.#identifier());
  }

  /** `[u] <number> [_] <bytes>`; decoded where it will be written. */
  #identifier(): string {
    const isPunycode = this.input.charAt(this.at) === 'u';
    const raw = this.rawIdentifier();
    if (!isPunycode || !this.#writing) return raw;
    const decoded = decodePunycode(raw);
    if (decoded === undefined) throw NOT_MANGLED;
    return decoded;
  }
}

/** A character literal's inside. */
function character(digits: string): string {
  if (digits.length > 6) throw NOT_MANGLED;
  const point = Number.parseInt(digits, 16);
  switch (point) {
    case 0x09:
      return '\\t';
    case 0x0a:
      return '\\n';
    case 0x0d:
      return '\\r';
    case 0x27:
      return "\\'";
    case 0x5c:
      return '\\\\';
  }
  return point >= 0x20 && point <= 0x7e ? String.fromCharCode(point) : `\\u{${digits}}`;
}
