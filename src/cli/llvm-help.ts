import type { LlvmVersion } from './llvm-options.ts';

type Group = 'general' | 'gsym' | 'mach-o' | 'ours';

/** One line of the help text: what is typed, what it does, and in which versions it stands. */
interface HelpEntry {
  readonly usage: string;
  readonly help: string;
  readonly from?: 23 | 'ours';
  readonly group?: Group;
}

/** In the order of the alphabet, as LLVM sorts them. */
const entries: readonly HelpEntry[] = [
  { usage: '--addresses', help: 'Show address before line information' },
  { usage: '--adjust-vma=<offset>', help: 'Add specified offset to object file addresses' },
  { usage: '-a', help: 'Alias for --addresses' },
  { usage: '--basenames', help: 'Strip directory names from paths' },
  { usage: '--build-id=<value>', help: 'Build ID used to look up the object file' },
  { usage: '--cache-size=<value>', help: 'Max size in bytes of the in-memory binary cache.' },
  { usage: '--color=<value>', help: 'Whether to use color when symbolizing log markup: always, auto, never' },
  { usage: '--color', help: 'Use color when symbolizing log markup.' },
  { usage: '-C', help: 'Alias for --demangle' },
  { usage: '--debug-file-directory=<dir>', help: 'Path to directory where to look for debug files' },
  { usage: '--debuginfod', help: 'Use debuginfod to find debug binaries' },
  {
    usage: '--default-arch=<value>',
    help: 'Default architecture for multi-arch containers (e.g. Mach-O objects or AIX archives)',
    from: 23,
  },
  { usage: '-demangle=false', help: 'Alias for --no-demangle' },
  { usage: '-demangle=true', help: 'Alias for --demangle' },
  { usage: '--demangle', help: 'Demangle function names' },
  { usage: '--dia', help: 'Use the DIA library to access symbols (Windows only)' },
  { usage: '--dwp=<file>', help: 'Path to DWP file to be use for any split CUs' },
  { usage: '-e=<file>', help: 'Alias for --obj' },
  { usage: '--exe=<file>', help: 'Alias for --obj' },
  { usage: '--exe <file>', help: 'Alias for --obj' },
  { usage: '-e <file>', help: 'Alias for --obj' },
  { usage: '-f=<value>', help: 'Alias for --functions=' },
  { usage: '--fallback-debug-path=<dir>', help: 'Fallback path for debug binaries' },
  { usage: '--filter-markup', help: 'Filter symbolizer markup from stdin.' },
  { usage: '--functions=<value>', help: 'Print function name for a given address' },
  { usage: '--functions', help: 'Print function name for a given address' },
  { usage: '-f', help: 'Alias for --functions' },
  { usage: '--help', help: 'Display this help' },
  { usage: '--inlines', help: 'Print all inlined frames for a given address' },
  { usage: '--inlining=false', help: 'Alias for --no-inlines' },
  { usage: '--inlining=true', help: 'Alias for --inlines' },
  { usage: '--inlining', help: 'Alias for --inlines' },
  { usage: '-i', help: 'Alias for --inlines' },
  { usage: '--no-debuginfod', help: "Don't use debuginfod to find debug binaries" },
  { usage: '--no-demangle', help: "Don't demangle function names" },
  { usage: '--no-inlines', help: 'Do not print inlined frames' },
  { usage: '--no-untag-addresses', help: 'Remove memory tags from addresses before symbolization' },
  {
    usage: '--obj=<file>',
    help: 'Path to object file to be symbolized (if not provided, object file should be specified for each input line)',
  },
  { usage: '--output-style=style', help: 'Specify print style. Supported styles: LLVM, GNU, JSON' },
  { usage: '--pdb=<file>', help: 'Path to PDB file', from: 23 },
  { usage: '--pretty-print', help: 'Make the output more human friendly' },
  { usage: '--print-address', help: 'Alias for --addresses' },
  { usage: '--print-source-context-lines=<value>', help: 'Print N lines of source file context' },
  { usage: '-p', help: 'Alias for --pretty-print' },
  { usage: '--relative-address', help: 'Interpret addresses as addresses relative to the image base' },
  { usage: '--relativenames', help: 'Strip the compilation directory from paths' },
  {
    usage: '--skip-line-zero',
    help: 'If an address does not have an associated line number, use the last line number from the current sequence in the line-table',
    from: 23,
  },
  { usage: '-s', help: 'Alias for --basenames' },
  { usage: '--verbose', help: 'Print verbose line info' },
  { usage: '--version', help: 'Display the version' },
  { usage: '-v', help: 'Alias for --version' },
  { usage: '--disable-gsym', help: "Don't consider using GSYM files for symbolication", from: 23, group: 'gsym' },
  {
    usage: '--gsym-file-directory=<dir>',
    help: 'Path to directory where to look for GSYM files',
    from: 23,
    group: 'gsym',
  },
  {
    usage: '--dsym-hint=<dir>',
    help: 'Path to .dSYM bundles to search for debug info for the object files',
    group: 'mach-o',
  },
  {
    usage: '--address-space=<value>',
    help: 'What addresses count from: file (the start of the module, as engines print them), code (the start of the code section, as DWARF counts), auto (file for linked modules, code for objects and shared modules)',
    from: 'ours',
    group: 'ours',
  },
  { usage: '--debug-file=<file>', help: 'File with the debug information of the module', from: 'ours', group: 'ours' },
  {
    usage: '--fetch-debug-info',
    help: 'Fetch debug information from the network where external_debug_info is an http or https address',
    from: 'ours',
    group: 'ours',
  },
  {
    usage: '--force',
    help: 'Use a debug file although its code is not that of the module',
    from: 'ours',
    group: 'ours',
  },
  {
    usage: '--llvm=<version>',
    help: 'Answer exactly as this version of LLVM does, mistakes included: 19 or 23',
    from: 'ours',
    group: 'ours',
  },
  {
    usage: '--no-fetch-debug-info',
    help: 'Do not, although WASM_FRAMES_FETCH_DEBUG_INFO says so',
    from: 'ours',
    group: 'ours',
  },
  {
    usage: '--source-map-path=<from>=<to>',
    help: 'Look for sources and split debug information whose path begins with FROM at TO',
    from: 'ours',
    group: 'ours',
  },
];

/** Where LLVM 19 had this one: LLVM 21 moved it. */
const DEFAULT_ARCH_19: HelpEntry = {
  usage: '--default-arch=<value>',
  help: 'Default architecture (for multi-arch objects)',
  group: 'mach-o',
};

/** The text of `--help`; `tool` is `llvm-symbolizer` or `llvm-addr2line`, or our own name. */
export function helpText(version: LlvmVersion, tool: string): string {
  const lists: [Group, string][] = [
    ['general', 'OPTIONS'],
    ['gsym', 'llvm-symbolizer GSYM Related Options'],
    ['mach-o', 'llvm-symbolizer Mach-O Specific Options'],
    ['ours', 'wasm-symbolizer Options'],
  ];
  const shown = entries.filter(({ from }) => {
    if (from === undefined || version === 'ours') return true;
    return from !== 'ours' && version >= from;
  });
  let text = `OVERVIEW: ${tool}\n\nUSAGE: ${tool} [options] addresses...\n\n`;
  for (const [group, title] of lists) {
    const list = shown.filter((entry) => (entry.group ?? 'general') === group);
    if (version === 19 && group === 'mach-o') list.unshift(DEFAULT_ARCH_19);
    if (list.length > 0) text += `${title}:\n${optionList(list)}\n`;
  }
  return `${text}Pass @FILE as argument to read options from FILE.\n`;
}

/** Usages of up to 23 characters share their line with the help, whose column the longest of them decides. */
function optionList(list: readonly HelpEntry[]): string {
  const width = Math.max(0, ...list.map(({ usage }) => usage.length).filter((length) => length <= 23));
  return list
    .map(({ usage, help }) => {
      const first = usage.length > width ? `  ${usage}\n${' '.repeat(width + 2)}` : `  ${usage.padEnd(width)}`;
      return `${first} ${help}\n`;
    })
    .join('');
}

/** The text of `--version`. */
export function versionText(version: LlvmVersion, tool: string, ours: string): string {
  switch (version) {
    case 19:
      return `${tool}\nDebian LLVM version 19.1.7\n  Optimized build.\n`;
    case 23:
      return `${tool}\nDebian LLVM version 23.1.4\n  Optimized build.\n`;
    case 'ours':
      return `${tool}\nwasm-symbolizer version ${ours}\n  Takes the command line of LLVM version 23.1.4.\n`;
  }
}
