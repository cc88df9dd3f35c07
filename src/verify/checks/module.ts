import type { DebugModule } from '../../debug-module/debug-module.ts';
import { findMismatch } from '../../debug-module/pair-check.ts';
import { readBuildId } from '../../wasm/links.ts';
import type { WasmNames } from '../../wasm/names.ts';
import { CODE, type CodeMap } from '../code-map.ts';
import type { Findings } from '../findings.ts';

/** Whether there is code and debug information at all, and whether they are of one module. */
export function checkModule({ module, debugFile }: DebugModule, findings: Findings): void {
  const place = { section: 'module', offset: 0, path: [] };
  if (debugFile.custom('.debug_info') === undefined && debugFile.custom('.debug_info.dwo') === undefined) {
    findings.add('code/no-debug-information', 'module without .debug_info', place);
  }
  if (module.code === undefined) findings.add('code/none', 'module without code: addresses are not checked', place);
  if (module === debugFile) return;
  const mismatch = findMismatch(module, debugFile);
  if (mismatch !== undefined) {
    findings.add('code/other-module', `debug file is of another module: ${mismatch}`, place);
  }
  const [id, debugId] = [readBuildId(module), readBuildId(debugFile)].map((each) => each && toHex(each.bytes));
  if (id !== undefined && debugId !== undefined && id !== debugId) {
    findings.add('code/build-id', `build id ${id}, and the debug file has ${debugId}`, place);
  }
}

/** Functions that one of the two, lines and entries, says nothing of: once both are known of all units. */
export function checkFunctions(map: CodeMap, names: WasmNames | undefined, findings: Findings): void {
  const { flags } = map;
  for (let body = 0; body < map.functions.bodyCount; body++) {
    const start = map.bodyStart(body);
    let all = 0;
    for (let at = start; at < map.bodyEnd(body); at++) all |= flags[at]!;
    const hasRow = (all & CODE.row) !== 0;
    const hasFunction = (all & CODE.function) !== 0;
    if (hasRow === hasFunction) continue;
    const index = body + map.functions.importCount;
    const name = names?.functions.name(index);
    const path = [`function ${index}${name === undefined ? '' : ` ${name}`}`];
    const place = { section: 'code', offset: start, path, address: start };
    if (hasRow) findings.add('functions/no-subprogram', 'function with lines and without a subprogram', place);
    else findings.add('functions/no-rows', 'function with a subprogram and without lines', place);
  }
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
