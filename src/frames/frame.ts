import type { CodeOffset } from '../addresses.ts';

/**
 * How well a frame is known, from best to worst.
 *
 * `exact`: recorded. `repaired`: through a proven twin. `merged`: one of several origins of code that was folded.
 * `inferred`: derived, may be wrong. `neighbour`: taken from code nearby.
 */
export type Quality = 'exact' | 'repaired' | 'merged' | 'inferred' | 'neighbour';

/** The path of a source file in the parts that debug information keeps apart. */
export interface SourceFile {
  /** The whole path: compilation directory, directory and name joined. */
  readonly path: string;
  /** Directory and name joined, without the compilation directory. */
  readonly relativePath: string;
  /** The name as it is recorded, which may hold directories. */
  readonly name: string;
  /** MD5 of the source, 32 hexadecimal digits, where it is recorded. */
  readonly md5?: string | undefined;
  /** The source itself, where it is embedded. */
  readonly source?: string | undefined;
}

/** A function of the source, as its debugging information entry describes it. */
export interface SourceFunction {
  /** As written in the source, without scopes: `measure`. */
  readonly name?: string | undefined;
  /** As the linker knows it, mangled: `_ZN3geo5Shape7measureEv`. */
  readonly linkageName?: string | undefined;
  /** With namespaces and classes in front, where there is no linkage name to demangle: `geo::Shape::measure`. */
  readonly qualifiedName?: string | undefined;
  /** Where it is declared. */
  readonly file?: SourceFile | undefined;
  /** The line it is declared at, from 1. */
  readonly line?: number | undefined;
}

/** One logical frame: where execution stands in one function of the source. */
export interface Frame {
  readonly function?: SourceFunction | undefined;
  readonly file?: SourceFile | undefined;
  /** From 1. */
  readonly line?: number | undefined;
  /** From 1, in bytes. */
  readonly column?: number | undefined;
  readonly discriminator?: number | undefined;
  /** Whether this call was inlined into the next frame. */
  readonly inlined: boolean;
  /** First address of the function or inlined call, where it is one piece. */
  readonly start?: CodeOffset | undefined;
  readonly quality: Quality;
}
