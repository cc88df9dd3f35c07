/** Where an option of wasm-opt goes when a run is split into stages (docs/wasm-opt.md). */
export type Role =
  /** To every stage: assumptions, limits of inlining, verbosity. */
  | 'everywhere'
  /** Like `everywhere`; later stages get what the first one made of them. */
  | 'feature'
  /** To the stages that optimize. */
  | 'optimize'
  /** To the last stage only: how the result is written. */
  | 'finish'
  /** `-O…`: to both stages that optimize, inlining skipped. */
  | 'level'
  /** `-ol`, `-s`: like a level, but it runs nothing. */
  | 'number'
  /** Names in the result. */
  | 'names'
  /** A pass: to the first stage if it stands before the last `-O`, to the last one if it stands after. */
  | 'pass'
  /** Marks functions for the inliner: to the first two stages. */
  | 'mark'
  /** An argument of a pass: it goes where that goes. */
  | 'pass-argument'
  /** Removes debug information: done by us, because it would remove what is carried along too. */
  | 'strip'
  /** Says something about locations that is not wanted here: left out. */
  | 'drop'
  /** Inlines by itself: the run is not split. */
  | 'inline'
  | 'output'
  /** Nothing for us: wasm-opt is run as it was called. */
  | 'foreign';

/** What follows an option: nothing, a value in the same word after `=` or else the next word, or only the former. */
export type Takes = 'nothing' | 'one' | 'optional';

export interface WasmOptOption {
  readonly takes: Takes;
  readonly role: Role;
}

const OPTIONS = new Map<string, WasmOptOption>();

function options(takes: Takes, role: Role, names: string): void {
  for (const name of names.split(' ')) OPTIONS.set(name, { takes, role });
}

options('one', 'output', '--output -o');
options('nothing', 'foreign', '--emit-text -S --version --help -h --translate-to-fuzz -ttf --fuzz-passes -fp');
options(
  'nothing',
  'foreign',
  '--fuzz-exec-before -feh --fuzz-exec -fe --no-fuzz-memory --no-fuzz-oob --fuzz-against-js',
);
options('nothing', 'foreign', '--fuzz-preserve-imports-exports --experimental-poppy');
options('one', 'foreign', '--fuzz-exec-second --extra-fuzz-command -efc --initial-fuzz -if --fuzz-import -esw -ejw');
options('one', 'foreign', '--emit-spec-wrapper --emit-wasm2c-wrapper --emit-js-wrapper');
// Somebody keeps a source map of their own.
options('one', 'foreign', '--input-source-map -ism --output-source-map -osm --output-source-map-url -osu');
options(
  'nothing',
  'finish',
  '--experimental-new-eh --emit-exnref --generate-stack-ir --optimize-stack-ir --no-stack-ir',
);
options('nothing', 'finish', '--print-stack-ir --emit-module-names');
options('nothing', 'level', '-O -O0 -O1 -O2 -O3 -O4 -Os -Oz');
options('one', 'number', '--optimize-level -ol --shrink-level -s');
options('nothing', 'names', '--debuginfo -g');
options('nothing', 'optimize', '--converge -c');
options('one', 'everywhere', '--always-inline-max-function-size -aimfs --flexible-inline-max-function-size -fimfs');
options('one', 'everywhere', '--one-caller-inline-max-function-size -ocimfs --inline-max-combined-binary-size -imcbs');
options('nothing', 'everywhere', '--inline-functions-with-loops -ifwl --ignore-implicit-traps -iit');
options('nothing', 'everywhere', '--traps-never-happen -tnh --low-memory-unused -lmu --fast-math -ffm');
options('nothing', 'everywhere', '--zero-filled-memory -uim --quiet -q --no-validation -n --closed-world -cw');
options('nothing', 'everywhere', '--preserve-type-order');
options('optional', 'everywhere', '--debug -d');
options('one', 'everywhere', '--skip-pass -sp');
options('one', 'inline', '--partial-inlining-ifs -pii');
options('nothing', 'feature', '--mvp-features -mvp --all-features -all --detect-features');
options('one', 'pass-argument', '--pass-arg -pa');
options('optional', 'mark', '--no-inline --no-full-inline --no-partial-inline');
options('optional', 'strip', '--strip --strip-debug --strip-dwarf');
options('optional', 'drop', '--propagate-debug-locs');
options('optional', 'inline', '--inlining --inlining-optimizing --inline-main');
options('optional', 'foreign', '--roundtrip --dwarfdump --poppify');

/** What an option is by its name; every other `--name` is a pass, anything else is not known. */
export function findOption(name: string): WasmOptOption | undefined {
  const known = OPTIONS.get(name);
  if (known !== undefined) return known;
  if (/^--(enable|disable)-/.test(name)) return { takes: 'nothing', role: 'feature' };
  return /^--[a-z0-9]/.test(name) ? { takes: 'optional', role: 'pass' } : undefined;
}
