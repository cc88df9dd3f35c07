import type { Quality } from './frame.ts';

/** Qualities by their number in columns and files: a larger one is weaker. */
export const QUALITIES: readonly Quality[] = ['exact', 'repaired', 'merged', 'inferred', 'neighbour'];

/** Numbers of qualities. */
export const QUALITY = { exact: 0, repaired: 1, merged: 2, inferred: 3, neighbour: 4 } as const;
