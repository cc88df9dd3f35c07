import { type Binaryen, type Pointer, refusal } from './host.ts';

/** How Binaryen is to be called. */
export interface Settings {
  /** Bits of the module's features. */
  readonly features: number;
  /** Whether `merge-similar-functions` runs. */
  readonly mayMerge: boolean;
  /** Sets its options and runs the passes. */
  apply(module: Pointer): void;
}

const LEVELS: Readonly<Record<string, readonly [number, number]>> = {
  '-O': [2, 1],
  '-O1': [1, 0],
  '-O2': [2, 0],
  '-O3': [3, 0],
  '-O4': [4, 0],
  '-Os': [2, 1],
  '-Oz': [2, 2],
};

const FLAGS: Readonly<Record<string, string>> = {
  '--traps-never-happen': 'BinaryenSetTrapsNeverHappen',
  '-tnh': 'BinaryenSetTrapsNeverHappen',
  '--low-memory-unused': 'BinaryenSetLowMemoryUnused',
  '-lmu': 'BinaryenSetLowMemoryUnused',
  '--zero-filled-memory': 'BinaryenSetZeroFilledMemory',
  '-uim': 'BinaryenSetZeroFilledMemory',
  '--fast-math': 'BinaryenSetFastMath',
  '-ffm': 'BinaryenSetFastMath',
  '--closed-world': 'BinaryenSetClosedWorld',
  '-cw': 'BinaryenSetClosedWorld',
  '--inline-functions-with-loops': 'BinaryenSetAllowInliningFunctionsWithLoops',
  '-ifwl': 'BinaryenSetAllowInliningFunctionsWithLoops',
};

const NUMBERS: Readonly<Record<string, string>> = {
  '--always-inline-max-function-size': 'BinaryenSetAlwaysInlineMaxSize',
  '-aimfs': 'BinaryenSetAlwaysInlineMaxSize',
  '--flexible-inline-max-function-size': 'BinaryenSetFlexibleInlineMaxSize',
  '-fimfs': 'BinaryenSetFlexibleInlineMaxSize',
  '--one-caller-inline-max-function-size': 'BinaryenSetOneCallerInlineMaxSize',
  '-ocimfs': 'BinaryenSetOneCallerInlineMaxSize',
};

/** By the name in options and in the `target_features` section: the C API's name. */
const FEATURES: Readonly<Record<string, string>> = {
  threads: 'Atomics',
  atomics: 'Atomics',
  'mutable-globals': 'MutableGlobals',
  'nontrapping-float-to-int': 'NontrappingFPToInt',
  'nontrapping-fptoint': 'NontrappingFPToInt',
  simd: 'SIMD128',
  simd128: 'SIMD128',
  'bulk-memory': 'BulkMemory',
  'bulk-memory-opt': 'BulkMemoryOpt',
  'sign-ext': 'SignExt',
  'exception-handling': 'ExceptionHandling',
  'tail-call': 'TailCall',
  'reference-types': 'ReferenceTypes',
  multivalue: 'Multivalue',
  gc: 'GC',
  memory64: 'Memory64',
  'relaxed-simd': 'RelaxedSIMD',
  'extended-const': 'ExtendedConst',
  strings: 'Strings',
  multimemory: 'MultiMemory',
  'stack-switching': 'StackSwitching',
  'shared-everything': 'SharedEverything',
  fp16: 'FP16',
  'call-indirect-overlong': 'CallIndirectOverlong',
  'acquire-release-atomics': 'AcquireReleaseAtomics',
  'relaxed-atomics': 'RelaxedAtomics',
  multibyte: 'Multibyte',
  'custom-page-sizes': 'CustomPageSizes',
  'wide-arithmetic': 'WideArithmetic',
  'compact-imports': 'CompactImports',
};

/** What wasm-opt assumes where nothing says more. */
const DEFAULT_FEATURES = ['sign-ext', 'mutable-globals'];

/** @throws OptimizerError for an argument that has no counterpart here. */
export function readSettings(binaryen: Binaryen, words: readonly string[], target: readonly string[]): Settings {
  const bit = (name: string): number => {
    const known = FEATURES[name];
    if (known === undefined) throw refusal(`feature ${name} is not known in process`);
    return binaryen.has(`BinaryenFeature${known}`) ? binaryen.call(`BinaryenFeature${known}`) : 0;
  };
  let features = 0;
  // Bulk memory comes in two parts.
  for (const name of [...DEFAULT_FEATURES, ...target])
    features |= implied(name).reduce((bits, each) => bits | bit(each), 0);
  const steps: ((module: Pointer) => void)[] = [];
  const setups: (() => void)[] = [];
  let names = 0;
  let converge = false;
  let last: readonly [number, number] = [0, 0];
  for (let index = 0; index < words.length; index++) {
    const [name = '', inline] = splitAtEquals(words[index]!);
    const value = (): string => inline ?? words[++index] ?? '';
    const level = LEVELS[name];
    if (level !== undefined) {
      last = level;
      steps.push((module) => {
        setLevels(binaryen, level);
        binaryen.call('BinaryenModuleOptimize', module);
      });
    } else if (name in FLAGS) {
      setups.push(() => binaryen.call(FLAGS[name]!, 1));
    } else if (name in NUMBERS) {
      const number = Number(value());
      setups.push(() => binaryen.call(NUMBERS[name]!, number));
    } else if (name === '--skip-pass' || name === '-sp') {
      const pass = value();
      setups.push(() => binaryen.withText(pass, (text) => binaryen.call('BinaryenAddPassToSkip', text)));
    } else if (name === '-g' || name === '--debuginfo') {
      names = 1;
    } else if (name === '--converge' || name === '-c') {
      converge = true;
    } else if (name === '--all-features' || name === '-all') {
      features = binaryen.call('BinaryenFeatureAll');
    } else if (/^--enable-/.test(name)) {
      features |= implied(name.slice(9)).reduce((bits, each) => bits | bit(each), 0);
    } else if (/^--disable-/.test(name)) {
      features &= ~bit(name.slice(10));
    } else if (name === '-mvp' || name === '--mvp-features') {
      features = 0;
    } else if (/^--[a-z][a-z0-9-]*$/.test(name) && inline === undefined && !UNSUPPORTED.test(name)) {
      const pass = name.slice(2);
      steps.push((module) => runPass(binaryen, module, pass));
    } else if (name !== '--quiet' && name !== '-q') {
      throw refusal(`${words[index]} has no counterpart in process`);
    }
  }
  return {
    features,
    mayMerge: words.some((word) => word === '-Oz' || word === '--merge-similar-functions'),
    apply: (module) => {
      reset(binaryen);
      for (const setup of setups) setup();
      setLevels(binaryen, last);
      const runSteps = (): void => {
        binaryen.call('BinaryenSetDebugInfo', names);
        for (const step of steps) step(module);
      };
      runSteps();
      const optimizes = last[0] >= 2 || last[1] >= 1 ? 1 : 0;
      binaryen.call('BinaryenSetGenerateStackIR', optimizes);
      binaryen.call('BinaryenSetOptimizeStackIR', optimizes);
      if (converge) {
        // Again and again, until what would be written, names included, is no smaller.
        let size = Number.POSITIVE_INFINITY;
        for (let now = sizeOf(binaryen, module); now < size; now = sizeOf(binaryen, module)) {
          size = now;
          runSteps();
        }
      }
      setLevels(binaryen, last);
      binaryen.call('BinaryenSetDebugInfo', names);
    },
  };
}

/** Options that are neither passes nor settable through the C API. */
const UNSUPPORTED =
  /^--(emit-|optimize-level|shrink-level|pass-arg|no-validation|partial-inlining|no-stack-ir|generate-stack-ir|optimize-stack-ir|ignore-implicit-traps|inline-max-combined|preserve-type-order|debug|no-inline|no-full-inline|no-partial-inline|experimental)/;

function implied(name: string): string[] {
  if (name === 'bulk-memory') return ['bulk-memory', 'bulk-memory-opt'];
  return [name];
}

function splitAtEquals(word: string): readonly [string, string | undefined] {
  const equals = word.indexOf('=');
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function setLevels(binaryen: Binaryen, [optimize, shrink]: readonly [number, number]): void {
  binaryen.call('BinaryenSetOptimizeLevel', optimize);
  binaryen.call('BinaryenSetShrinkLevel', shrink);
}

/** Options are global: what an earlier run set is set back. */
function reset(binaryen: Binaryen): void {
  for (const setter of new Set(Object.values(FLAGS))) if (binaryen.has(setter)) binaryen.call(setter, 0);
  binaryen.call('BinaryenSetAlwaysInlineMaxSize', 2);
  binaryen.call('BinaryenSetFlexibleInlineMaxSize', 20);
  binaryen.call('BinaryenSetOneCallerInlineMaxSize', -1);
  binaryen.call('BinaryenClearPassArguments');
  binaryen.call('BinaryenClearPassesToSkip');
}

/** How large the module would be, written with names. */
function sizeOf(binaryen: Binaryen, module: Pointer): number {
  binaryen.call('BinaryenSetDebugInfo', 1);
  const result = binaryen.allocate(new Uint8Array(12));
  try {
    binaryen.call('BinaryenModuleAllocateAndWrite', result, module, 0);
    binaryen.free(binaryen.view.getUint32(result, true));
    return binaryen.view.getUint32(result + 4, true);
  } finally {
    binaryen.free(result);
  }
}

function runPass(binaryen: Binaryen, module: Pointer, pass: string): void {
  binaryen.withText(pass, (text) => {
    const list = binaryen.allocate(new Uint8Array(4));
    binaryen.view.setUint32(list, text, true);
    binaryen.call('BinaryenModuleRunPasses', module, list, 1);
    binaryen.free(list);
  });
}
