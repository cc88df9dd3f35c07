import type { Rule, Rules } from '../rule.ts';
import { APPLE_TABLES_RULES } from './apple-tables.ts';
import { CODE_RULES } from './code.ts';
import { ENTRIES_RULES } from './entries.ts';
import { FUNCTIONS_RULES } from './functions.ts';
import { INLINED_RULES } from './inlined.ts';
import { LINES_RULES } from './lines.ts';
import { MODULE_RULES } from './module.ts';
import { NAME_INDEX_RULES } from './name-index.ts';
import { NAMES_RULES } from './names.ts';
import { RANGES_RULES } from './ranges.ts';
import { TABLES_RULES } from './tables.ts';
import { UNITS_RULES } from './units.ts';
import { VARIABLES_RULES } from './variables.ts';

/** All rules, grouped as docs/rules.md has them. */
export const RULE_GROUPS: Readonly<Record<string, Rules>> = {
  'The code that debug information is of': CODE_RULES,
  'The container': MODULE_RULES,
  Functions: FUNCTIONS_RULES,
  'The name section': NAMES_RULES,
  'Units and abbreviations': UNITS_RULES,
  'Entries: references, strings, files': ENTRIES_RULES,
  'Ranges of code': RANGES_RULES,
  'Inlined calls': INLINED_RULES,
  'Line tables': LINES_RULES,
  'Variables and call sites': VARIABLES_RULES,
  'Tables beside the entries': TABLES_RULES,
  'Indexes of names': NAME_INDEX_RULES,
  'Tables of names for Apple systems': APPLE_TABLES_RULES,
};

/** The name of a rule: a test holds that all that are used are here. */
export type RuleName = `${string}/${string}`;

/** All rules by their names. */
export const RULES: Readonly<Record<string, Rule>> = Object.assign({}, ...Object.values(RULE_GROUPS));
