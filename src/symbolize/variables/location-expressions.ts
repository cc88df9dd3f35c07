import type { Window } from '../../bytes/window.ts';
import { DW_AT } from '../../dwarf/constants/attributes.ts';
import type { Entry } from '../../dwarf/read/entry.ts';

/** How to find a variable, and where in the code that holds. */
export interface LocationExpression {
  readonly bytes: Window;
  /** First address; `undefined` where it holds everywhere. */
  readonly start?: number | undefined;
  /** First address after it. */
  readonly end?: number | undefined;
}

/** The expressions of `DW_AT_location`, its one or those of its list. @throws FormatError where they are damaged. */
export function locationExpressions(entry: Entry): LocationExpression[] {
  const value = entry.value(DW_AT.location);
  if (value?.class === 'expression' || value?.class === 'block') return [{ bytes: value.bytes }];
  return [];
}
