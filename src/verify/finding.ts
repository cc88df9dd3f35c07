import type { Diagnostic } from '../diagnostics.ts';

/** A diagnostic of a rule, and what it is about. */
export interface Finding extends Diagnostic {
  /** The entry, outermost first: `['compile unit app.cpp', 'subprogram foo', 'inlined bar']`. */
  readonly path: readonly string[];
  /** The first code address that it concerns, from the start of the code section's payload. */
  readonly address?: number | undefined;
  /** How many places next to each other it stands for; 1 where it is not said. */
  readonly count?: number | undefined;
}
