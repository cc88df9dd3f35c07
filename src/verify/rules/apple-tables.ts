import type { Rule, Rules } from '../rule.ts';

const FROM =
  'Linkers and rewriters that move entries and copy the table; damage. Clang writes it for Apple systems alone.';
const COST = 'Debuggers that look names up there find nothing, or something else; addresses are answered all the same.';

const rule = (what: string, llvm?: readonly string[]): Rule => ({
  severity: 'error',
  what,
  from: FROM,
  cost: COST,
  ...(llvm === undefined ? {} : { llvm }),
});

/** Tables of names for Apple's debuggers: `.apple_names` and the like. */
export const APPLE_TABLES_RULES: Rules = {
  'apple-tables/header': rule("A table's header cannot be read, or is of a kind that is not known.", [
    'Section is too small to fit a section header',
  ]),
  'apple-tables/atoms': rule('A table has no columns, or one whose form cannot be what it means.', [
    'No atoms',
    'Unsupported form',
    'Section is too small to fit a section header',
  ]),
  'apple-tables/bucket': rule('A bucket begins with a hash that is not in it, or not there.', ['Invalid hash index']),
  'apple-tables/uncovered': rule('Hashes are in no bucket.'),
  'apple-tables/data': rule("A hash's names are not in the table, or cannot be read.", ['Invalid HashData offset']),
  'apple-tables/string': rule('A name is not in `.debug_str`.'),
  'apple-tables/hash': rule('The hash of a name is not its own.'),
  'apple-tables/entry': rule('A name is of an entry that is not there.', ['Invalid DIE offset']),
  'apple-tables/tag': rule('A name is of an entry of another kind.', ['Mismatched Tag in accellerator table']),
  'apple-tables/name': rule('A name is of an entry with another name.'),
};
