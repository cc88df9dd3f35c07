import type { Window } from '../bytes/window.ts';
import { WasmFunctions } from '../wasm/functions.ts';
import type { WasmModule } from '../wasm/module.ts';

/**
 * What tells that a file has not the debug information of a module: in words, or `undefined` where their code is the
 * same.
 *
 * Only the contents of the code sections count: where they begin differs between a module and its debug file when a
 * tool writes the size in front of them in another length. A debug file without code, as `objcopy --only-keep-debug`
 * leaves it, cannot be checked and passes.
 */
export function findMismatch(module: WasmModule, debugFile: WasmModule): string | undefined {
  const code = module.code;
  const debugCode = debugFile.code;
  if (code === undefined || debugCode === undefined) return undefined;
  if (equal(code, debugCode)) return undefined;
  const functions = WasmFunctions.read(module);
  const debugFunctions = WasmFunctions.read(debugFile);
  if (functions.bodyCount !== debugFunctions.bodyCount) {
    return `${functions.bodyCount} functions in the module, ${debugFunctions.bodyCount} in the debug file`;
  }
  for (let index = functions.importCount; index < functions.importCount + functions.bodyCount; index++) {
    const body = functions.body(index)!;
    const debugBody = debugFunctions.body(index - functions.importCount + debugFunctions.importCount)!;
    const same = equal(code.part(body.start, body.end), debugCode.part(debugBody.start, debugBody.end));
    if (same) continue;
    const [size, debugSize] = [body.end - body.start, debugBody.end - debugBody.start];
    const how = size === debugSize ? `the same ${size} bytes long` : `${size} bytes and ${debugSize} bytes long`;
    return `the body of function ${index} is another one, ${how}`;
  }
  // Bodies are the same, their sizes are written in other lengths: addresses would not fit.
  return 'the bodies of functions stand at other places in the code section';
}

function equal(a: Window, b: Window): boolean {
  if (a.size !== b.size) return false;
  const left = a.toBytes();
  const right = b.toBytes();
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}
