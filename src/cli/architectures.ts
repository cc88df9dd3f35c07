/** What may stand behind a module's name after a colon: the first part of a target triple. */
const ARCHITECTURE = new RegExp(
  `^(?:${[
    'i[3-9]86|x86|x86_64h?|amd64|wasm32|wasm64',
    '(?:arm|thumb)(?:eb|v[0-9].*)?|aarch64(?:_be|_32)?|arm64(?:e|ec|_32)?|xscale(?:eb)?',
    'powerpc(?:spe|le|64|64le)?|ppc(?:32|32le|le|64|64le)?',
    'mips(?:eb|el|allegrex.*|isa.*|64.*|n32.*|r6.*)?|riscv(?:32|64)|loongarch(?:32|64)',
    'bpf(?:_be|_le|eb|el)?|hexagon|s390x|systemz|sparc(?:el|v9|64)?|avr|m68k|msp430|xcore|lanai|ve|arc|csky|xtensa|kalimba.*',
    'nvptx(?:64)?|amdgcn|r600|amdil(?:64)?|hsail(?:64)?|spir(?:64|v.*)?|le32|le64|renderscript32|renderscript64|shave|tce(?:le)?|dxil.*',
  ].join('|')})(?:-.*)?$`,
);

/** The file of a module name, and the architecture it may carry behind a colon: `lib.a:wasm32`. */
export function withoutArchitecture(name: string, standard: string): { file: string; architecture: string } {
  const colon = name.lastIndexOf(':');
  const suffix = name.slice(colon + 1);
  if (colon < 0 || !ARCHITECTURE.test(suffix)) return { file: name, architecture: standard };
  return { file: name.slice(0, colon), architecture: suffix };
}

/** Whether a target triple's architecture is wasm's. */
export function isWasm(architecture: string): boolean {
  return /^wasm(?:32|64)(?:-|$)/.test(architecture);
}
