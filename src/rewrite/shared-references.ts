import { readExports } from '../wasm/exports.ts';
import type { CodeListing } from './code-listing.ts';
import { readElementFunctions } from './element-functions.ts';

/** Functions referred to from outside of code, as pairs of the number before and after. */
export function* sharedReferences(
  before: CodeListing,
  after: CodeListing,
): IterableIterator<readonly [number, number]> {
  const exports = new Map<string, number>();
  for (const { name, kind, index } of readExports(after.module)) if (kind === 'function') exports.set(name, index);
  for (const { name, kind, index } of readExports(before.module)) {
    const now = exports.get(name);
    if (kind === 'function' && now !== undefined) yield [index - before.importCount, now - after.importCount];
  }
  const then = readElementFunctions(before.module);
  const now = readElementFunctions(after.module);
  // An optimizer that changed the tables' shape is not followed.
  if (then.length !== now.length) return;
  for (let n = 0; n < then.length; n++) yield [then[n]! - before.importCount, now[n]! - after.importCount];
}
