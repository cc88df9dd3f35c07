import { describe, expect, test } from 'vitest';
import { codeOffset } from '../../../src/addresses.ts';
import { Window } from '../../../src/bytes/window.ts';
import { readStackFrame } from '../../../src/rewrite/variables/stack-frame.ts';
import { bytes, type Piece, sleb } from '../../support/wasm-builder.ts';

const get = (local: number): Piece => [0x20, local];
const set = (local: number): Piece => [0x21, local];
const tee = (local: number): Piece => [0x22, local];
const POINTER: Piece = [0x23, 0];
const SET_POINTER: Piece = [0x24, 0];
const constant = (value: number): Piece => [0x41, sleb(value)];
const ADD = 0x6a;
const SUB = 0x6b;
const END = 0x0b;

/** What is known of a body without locals of its own, whose stack pointer is global 0. */
function frameOf(...instructions: Piece[]) {
  const code = bytes(0, ...instructions, END);
  const { locals, keepsStackPointer } = readStackFrame(
    Window.of(code, 'code'),
    codeOffset(0),
    codeOffset(code.length),
    0,
  );
  return { locals: Object.fromEntries(locals), keepsStackPointer };
}

describe('what holds the stack pointer on entry, or is at a distance from it', () => {
  test.each<[string, Piece[], Record<number, number>]>([
    ['-O2: subtracted, kept and set', [POINTER, constant(32), SUB, tee(1), SET_POINTER], { 1: -32 }],
    [
      '-O0: through locals',
      [POINTER, set(1), constant(48), set(2), get(1), get(2), SUB, set(3), get(3), SET_POINTER],
      { 1: 0, 3: -48 },
    ],
    ['a constant added', [POINTER, constant(-16), ADD, set(1)], { 1: -16 }],
    ['the pointer after it was moved', [POINTER, constant(16), SUB, SET_POINTER, POINTER, set(1)], { 1: -16 }],
    ['64 bits', [POINTER, [0x42, 16], 0x7d, tee(1), SET_POINTER], { 1: -16 }],
    [
      'beside memory and arithmetic',
      [get(0), 0x45, [0x28, 2, 0], 0x1a, get(0), get(0), [0x36, 2, 0], POINTER, set(1)],
      { 1: 0 },
    ],
  ])('%s', (_, instructions, expected) => {
    expect(frameOf(...instructions).locals).toEqual(expected);
  });

  test.each<[string, Piece[]]>([
    ['a local that is set twice', [POINTER, set(1), constant(1), set(1)]],
    ['a local that is set again where nobody looks', [POINTER, set(1), [0x02, 0x40], constant(1), set(1), END]],
    ['behind a block', [[0x02, 0x40], END, POINTER, set(1)]],
    ['behind a branch', [constant(0), [0x0d, 0], POINTER, set(1)]],
    ['behind a call', [[0x10, 0], POINTER, set(1)]],
    ['aligned', [POINTER, constant(-16), 0x71, set(1)]],
    ['minus itself', [POINTER, POINTER, SUB, set(1)]],
    ['plus itself', [POINTER, POINTER, ADD, set(1)]],
    ['chosen', [POINTER, POINTER, constant(1), 0x1b, set(1)]],
    ['another global', [[0x23, 1], set(1)]],
    ['a parameter', [get(0), set(1)]],
    ['a number that no frame has', [POINTER, constant(-0x4000_0001), ADD, set(1)]],
  ])('not %s', (_, instructions) => {
    expect(frameOf(...instructions).locals).toEqual({});
  });

  test('whether the pointer is ever set', () => {
    expect(frameOf(POINTER, set(1)).keepsStackPointer).toBe(true);
    expect(frameOf([0x02, 0x40], get(0), SET_POINTER, END).keepsStackPointer).toBe(false);
    expect(frameOf(get(0), [0x24, 1]).keepsStackPointer).toBe(true);
  });
});
