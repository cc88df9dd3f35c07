/** Names as they stand in source code, from the names compilers give to symbols. */
import { demangleD } from './demangle/d.ts';
import { demangleItanium } from './demangle/itanium.ts';
import { NOT_MANGLED } from './demangle/not-mangled.ts';
import { demangleRust } from './demangle/rust-v0.ts';

/**
 * The source name of a symbol, or the name itself where it is not mangled.
 *
 * Reads C++ names (Itanium C++ ABI: `_Z…`, and `___Z…_block_invoke` of Clang's blocks), both kinds of Rust names
 * (`_ZN…17h…E`, whose hash is kept, and `_R…`) and D names (`_D…`), and writes them as LLVM 19 does; a dot in front
 * stays. Names made to explode (deeply nested ones, or with references that double the text over and over) are given
 * back as they are: the work is bounded whatever the name.
 */
export function demangle(name: string): string {
  const start = name.charCodeAt(0) === 0x2e /* . */ ? 1 : 0;
  if (name.charCodeAt(start) !== 0x5f /* _ */) return name;
  const kind = name.charCodeAt(start + 1);
  try {
    let text: string;
    if (kind === 0x5a /* _Z */ || (kind === 0x5f && name.startsWith('___Z', start)))
      text = demangleItanium(name, start);
    else if (kind === 0x52 /* _R */) text = demangleRust(start === 0 ? name : name.slice(start));
    else if (kind === 0x44 /* _D */) text = demangleD(start === 0 ? name : name.slice(start));
    else return name;
    return start === 0 ? text : '.' + text;
  } catch (error) {
    // A RangeError is a stack that was nearly used up before.
    if (error === NOT_MANGLED || error instanceof RangeError) return name;
    throw error;
  }
}
