import type { Rules } from '../rule.ts';

/** The code that debug information is of. */
export const CODE_RULES: Rules = {
  'code/stale': {
    severity: 'error',
    what: 'The debug information is of other code: hardly any unit begins where a function begins.',
    from: "Wasm-opt builds without DWARF support (npm's `binaryen`, Emscripten's JavaScript build) copy `.debug_*` unchanged while they rewrite the code; so do instrumenters and stripping tools that renumber functions (binaryen#8070).",
    cost: 'Every answer is that of another place: names, lines and inlined calls look plausible and are wrong. The addresses are not checked one by one then.',
  },
  'code/erased': {
    severity: 'error',
    what: 'No unit has an address, though there is code.',
    from: 'Native wasm-opt without `-g` over a module with DWARF writes every address as 0; also modules all of whose described functions were dropped.',
    cost: 'Nothing is answered but names of the name section.',
  },
  'code/no-debug-information': {
    severity: 'note',
    what: 'The module has no `.debug_info`.',
    from: 'Builds without `-g`, or stripped ones.',
    cost: 'Only names of functions are answered.',
  },
  'code/none': {
    severity: 'note',
    what: 'The module has no code, so addresses are not held against any.',
    from: '`objcopy --only-keep-debug`, and split files.',
    cost: 'Nothing; give the module together with its debug file to have them checked.',
  },
  'code/other-module': {
    severity: 'error',
    what: "The debug file's code is not that of the module.",
    from: 'A debug file of another build, or a module optimized after it was split.',
    cost: 'Every address of the module means another place in the debug file.',
  },
  'code/build-id': {
    severity: 'warning',
    what: 'Module and debug file have different build ids.',
    from: 'Files of different builds; wasm-ld gives stripped and unstripped links of the same objects different ids.',
    cost: 'Tools that find debug files by their id do not find this one.',
  },
  'code/instructions': {
    severity: 'warning',
    what: "A body's instructions cannot be decoded; its addresses are not held against instructions.",
    from: 'Proposals that are newer than this tool, and damaged code.',
    cost: 'Engines refuse the module, or rules about instructions stay silent for this function.',
  },
};
