import { FormatError } from '../../errors.ts';
import { DW_TAG } from '../constants/tags.ts';
import { EntryCursor } from './entry-cursor.ts';
import type { Unit } from './unit.ts';

/**
 * The entries of a unit that qualify the names of what is declared in them: namespaces, classes, functions and the like.
 * A column each, in the order of the section.
 */
export interface Scopes {
  readonly count: number;
  /** Where the entry starts in its section. */
  readonly offsets: Uint32Array;
  /** Where its last descendant ends. */
  readonly ends: Uint32Array;
  /** The scope around it, -1 where there is none. */
  readonly parents: Int32Array;
}

function isScope(tag: number): boolean {
  switch (tag) {
    case DW_TAG.namespace:
    case DW_TAG.class_type:
    case DW_TAG.structure_type:
    case DW_TAG.union_type:
    case DW_TAG.interface_type:
    case DW_TAG.enumeration_type:
    case DW_TAG.module:
    case DW_TAG.subprogram:
      return true;
    default:
      return false;
  }
}

/** Walks a unit's entries and collects its scopes. Damage ends the walk: it is reported. */
export function readScopes(unit: Unit): Scopes {
  const offsets: number[] = [];
  const ends: number[] = [];
  const parents: number[] = [];
  /** Scopes that are open, and the depths of their entries. */
  const open: number[] = [];
  const depths: number[] = [];
  const close = (depth: number, offset: number): void => {
    while (depths.length > 0 && depths.at(-1)! >= depth) {
      depths.pop();
      ends[open.pop()!] = offset;
    }
  };
  try {
    const cursor = new EntryCursor(unit);
    while (cursor.next()) {
      close(cursor.depth, cursor.offset);
      const { tag, hasChildren } = cursor.shape!;
      if (!hasChildren || !isScope(tag)) continue;
      parents.push(open.at(-1) ?? -1);
      open.push(offsets.push(cursor.offset) - 1);
      ends.push(0);
      depths.push(cursor.depth);
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    unit.dwarf.damage('entries/damaged', error);
  }
  close(0, unit.header.end);
  return {
    count: offsets.length,
    offsets: Uint32Array.from(offsets),
    ends: Uint32Array.from(ends),
    parents: Int32Array.from(parents),
  };
}

/** The innermost scope around the entry at an offset, -1 where there is none. */
export function scopeAround({ offsets, ends, parents }: Scopes, offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsets[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  let scope = low - 1;
  while (scope >= 0 && ends[scope]! <= offset) scope = parents[scope]!;
  return scope;
}
