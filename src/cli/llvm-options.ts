import { inMatchingOrder, type OptionKind, type Spelling } from './arguments/options.ts';

/** Whose command line is understood: that of an LLVM version, byte for byte, or ours, which is LLVM 23's and more. */
export type LlvmVersion = 19 | 23 | 'ours';

/** First version that has an option; ours has all of them. */
type Since = 19 | 21 | 23 | 'ours';

const table: Spelling[] = [];
const since = new Map<Spelling, Since>();

function add(kind: OptionKind, text: string, option: string, first: Since = 19): void {
  const spelling = { text, kind, option };
  table.push(spelling);
  since.set(spelling, first);
}

/** `--name=VALUE` and `--name VALUE`. */
function valued(name: string, first: Since = 19): void {
  add('joined', `--${name}=`, name, first);
  add('separate', `--${name}`, name, first);
}

function flag(name: string, first: Since = 19): void {
  add('flag', `--${name}`, name, first);
}

/** `--name` and `--no-name`. */
function toggled(name: string, first: Since = 19): void {
  flag(name, first);
  flag(`no-${name}`, first);
}

valued('adjust-vma');
valued('build-id');
valued('cache-size');
valued('debug-file-directory');
valued('default-arch');
valued('dsym-hint');
valued('dwp');
valued('fallback-debug-path');
valued('obj');
valued('output-style');
valued('print-source-context-lines');
valued('gsym-file-directory', 21);
valued('pdb', 23);
flag('addresses');
flag('basenames');
flag('color');
flag('dia');
flag('filter-markup');
flag('functions');
flag('help');
flag('pretty-print');
flag('relative-address');
flag('relativenames');
flag('verbose');
flag('version');
flag('disable-gsym', 21);
flag('skip-line-zero', 21);
toggled('debuginfod');
toggled('demangle');
toggled('inlines');
toggled('untag-addresses');
toggled('use-symbol-table', 'ours');
add('joined', '--color=', 'color=');
add('joined', '--functions=', 'functions=');
add('flag', '--print-address', 'addresses');
add('flag', '-a', 'addresses');
add('flag', '-C', 'demangle');
add('flag', '-demangle=true', 'demangle');
add('flag', '-demangle=false', 'no-demangle');
add('joined', '--exe=', 'obj');
add('separate', '--exe', 'obj');
add('joined-or-separate', '-e', 'obj');
add('joined', '-e=', 'obj');
add('flag', '-f', 'functions');
add('joined', '-f=', 'functions=');
add('flag', '-h', 'help');
add('flag', '-i', 'inlines');
add('flag', '--inlining', 'inlines');
add('flag', '--inlining=true', 'inlines');
add('flag', '--inlining=false', 'no-inlines');
add('flag', '-p', 'pretty-print');
add('flag', '-s', 'basenames');
add('flag', '-v', 'version');

valued('llvm', 'ours');
valued('address-space', 'ours');
valued('debug-file', 'ours');
valued('source-map-path', 'ours');
flag('force', 'ours');
toggled('fetch-debug-info', 'ours');

const tables = new Map<LlvmVersion, readonly Spelling[]>();

/** The spellings that a version understands, in the order they are matched. `--llvm` is understood by all. */
export function spellingsOf(version: LlvmVersion): readonly Spelling[] {
  let spellings = tables.get(version);
  if (spellings === undefined) {
    const understood = table.filter((spelling) => understands(version, spelling));
    // LLVM would not think of it where a word is not understood.
    spellings = inMatchingOrder(
      understood.map((each) => (version !== 'ours' && each.option === 'llvm' ? { ...each, isSecret: true } : each)),
    );
    tables.set(version, spellings);
  }
  return spellings;
}

function understands(version: LlvmVersion, spelling: Spelling): boolean {
  const first = since.get(spelling)!;
  if (version === 'ours' || spelling.option === 'llvm') return true;
  return first !== 'ours' && version >= first;
}
