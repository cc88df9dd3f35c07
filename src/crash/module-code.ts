import { type CodeOffset, codeOffset } from '../addresses.ts';
import type { DebugModule } from '../debug-module/debug-module.ts';
import { isFormatError } from '../errors.ts';
import type { FunctionBody } from '../wasm/functions.ts';
import { InstructionCursor } from '../wasm/instructions.ts';
import { type InstructionRole, roleOf } from './instruction-roles.ts';

/** The instructions of one function's body. */
export interface BodyInstructions {
  /** Where each begins, ascending, and one more: the end of the body. */
  readonly offsets: Uint32Array;
  readonly roles: readonly InstructionRole[];
  /** The function that each calls directly; -1 of others. */
  readonly callees: readonly number[];
}

/** How many bodies are remembered: a trace has few functions, and recursion asks for the same one. */
const REMEMBERED = 256;

/** The code of a module, as far as frames ask about it. */
export class ModuleCode {
  readonly #module: DebugModule;
  readonly #bodies = new Map<number, BodyInstructions>();

  constructor(module: DebugModule) {
    this.#module = module;
  }

  /** The body of a function; imported ones have none. */
  body(index: number): FunctionBody | undefined {
    return this.#module.functions.body(index);
  }

  /** The body that an address is in; the size in front of a body does not belong to it. */
  bodyAt(address: CodeOffset): FunctionBody | undefined {
    const index = this.#module.functions.findIndex(address);
    const body = index === undefined ? undefined : this.body(index);
    return body !== undefined && address >= body.start ? body : undefined;
  }

  /** The instructions of a body; up to an unknown one where there is such. */
  instructions(body: FunctionBody): BodyInstructions {
    let found = this.#bodies.get(body.index);
    if (found === undefined) {
      found = this.#read(body);
      if (this.#bodies.size >= REMEMBERED) this.#bodies.clear();
      this.#bodies.set(body.index, found);
    }
    return found;
  }

  /** The instruction that begins at an address, or with `after` ends there. */
  instruction(body: FunctionBody, address: number, { after }: { readonly after: boolean }): Instruction | undefined {
    const { offsets, roles, callees } = this.instructions(body);
    const found = positionOf(offsets, address);
    if (found === undefined) return undefined;
    const index = after ? found - 1 : found;
    const role = roles[index];
    return role === undefined ? undefined : { start: codeOffset(offsets[index]!), role, callee: callees[index] };
  }

  #read(body: FunctionBody): BodyInstructions {
    const offsets: number[] = [];
    const roles: InstructionRole[] = [];
    const callees: number[] = [];
    const code = (this.#module.module.code ?? this.#module.debugFile.code)!;
    try {
      const cursor = new InstructionCursor(code, body.start, body.end);
      let end: number = body.start;
      while (cursor.next()) {
        offsets.push(cursor.offset);
        roles.push(roleOf(cursor.opcode));
        callees.push(cursor.callTarget() ?? -1);
        end = cursor.end;
      }
      offsets.push(end);
    } catch (error) {
      if (!isFormatError(error)) throw error;
    }
    return { offsets: Uint32Array.from(offsets), roles, callees };
  }
}

/** An instruction at which a frame stands. */
export interface Instruction {
  readonly start: CodeOffset;
  readonly role: InstructionRole;
  /** The function that it calls directly. */
  readonly callee?: number | undefined;
}

function positionOf(offsets: Uint32Array, address: number): number | undefined {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsets[middle]! < address) low = middle + 1;
    else high = middle;
  }
  return offsets[low] === address ? low : undefined;
}
