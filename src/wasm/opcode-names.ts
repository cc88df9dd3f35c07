/** Names from an opcode on, one after the other; `-` has no name. The text format's, as in the specification. */
const NAMES: readonly (readonly [first: number, names: string])[] = [
  [0x00, 'unreachable nop block loop if else try catch throw rethrow throw_ref end br br_if br_table return'],
  [0x10, 'call call_indirect return_call return_call_indirect call_ref return_call_ref - - delegate catch_all'],
  [0x1a, 'drop select select - - try_table'],
  [0x20, 'local.get local.set local.tee global.get global.set table.get table.set'],
  [0x28, 'i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u'],
  [0x30, 'i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u'],
  [0x36, 'i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32'],
  [0x3f, 'memory.size memory.grow i32.const i64.const f32.const f64.const'],
  [0x45, 'i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u'],
  [0x50, 'i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u'],
  [0x5b, 'f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge'],
  [0x67, 'i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u'],
  [0x71, 'i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr'],
  [0x79, 'i64.clz i64.ctz i64.popcnt i64.add i64.sub i64.mul i64.div_s i64.div_u i64.rem_s i64.rem_u'],
  [0x83, 'i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr'],
  [0x8b, 'f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt'],
  [0x92, 'f32.add f32.sub f32.mul f32.div f32.min f32.max f32.copysign'],
  [0x99, 'f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt'],
  [0xa0, 'f64.add f64.sub f64.mul f64.div f64.min f64.max f64.copysign'],
  [0xa7, 'i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u'],
  [0xac, 'i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u'],
  [0xb2, 'f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote_f64'],
  [0xb7, 'f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32'],
  [0xbc, 'i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64'],
  [0xc0, 'i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s'],
  [0xd0, 'ref.null ref.is_null ref.func ref.eq ref.as_non_null br_on_null br_on_non_null'],
  [0xe0, 'cont.new cont.bind suspend resume resume_throw resume_throw_ref switch'],

  // Garbage collection, custom descriptors.
  [0xfb00, 'struct.new struct.new_default struct.get struct.get_s struct.get_u struct.set array.new array.new_default'],
  [0xfb08, 'array.new_fixed array.new_data array.new_elem array.get array.get_s array.get_u array.set array.len'],
  [0xfb10, 'array.fill array.copy array.init_data array.init_elem ref.test ref.test ref.cast ref.cast'],
  [0xfb18, 'br_on_cast br_on_cast_fail any.convert_extern extern.convert_any ref.i31 i31.get_s i31.get_u'],
  [0xfb20, 'struct.new_desc struct.new_default_desc ref.get_desc ref.cast_desc_eq ref.cast_desc_eq'],
  [0xfb25, 'br_on_cast_desc_eq br_on_cast_desc_eq_fail'],
  // Stringref.
  [0xfb80, 'string.new_utf8 string.new_wtf16 string.const string.measure_utf8 string.measure_wtf8'],
  [
    0xfb85,
    'string.measure_wtf16 string.encode_utf8 string.encode_wtf16 string.concat string.eq string.is_usv_sequence',
  ],
  [0xfb8b, 'string.new_lossy_utf8 string.new_wtf8 string.encode_lossy_utf8 string.encode_wtf8'],
  [0xfb90, 'string.as_wtf8 stringview_wtf8.advance stringview_wtf8.encode_utf8 stringview_wtf8.slice'],
  [0xfb94, 'stringview_wtf8.encode_lossy_utf8 stringview_wtf8.encode_wtf8'],
  [0xfb98, 'string.as_wtf16 stringview_wtf16.length stringview_wtf16.get_codeunit stringview_wtf16.encode'],
  [0xfb9c, 'stringview_wtf16.slice'],
  [0xfba0, 'string.as_iter stringview_iter.next stringview_iter.advance stringview_iter.rewind stringview_iter.slice'],
  [0xfba8, 'string.compare string.from_code_point string.hash'],
  [0xfbb0, 'string.new_utf8_array string.new_wtf16_array string.encode_utf8_array string.encode_wtf16_array'],
  [0xfbb4, 'string.new_lossy_utf8_array string.new_wtf8_array string.encode_lossy_utf8_array string.encode_wtf8_array'],

  // Saturating truncation, bulk memory, tables, wide arithmetic, half precision.
  [0xfc00, 'i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u'],
  [0xfc04, 'i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u'],
  [0xfc08, 'memory.init data.drop memory.copy memory.fill table.init elem.drop table.copy'],
  [0xfc0f, 'table.grow table.size table.fill memory.discard'],
  [0xfc13, 'i64.add128 i64.sub128 i64.mul_wide_s i64.mul_wide_u'],
  [0xfc30, 'f32.load_f16 f32.store_f16'],

  // Vectors.
  [0xfd00, 'v128.load v128.load8x8_s v128.load8x8_u v128.load16x4_s v128.load16x4_u v128.load32x2_s v128.load32x2_u'],
  [0xfd07, 'v128.load8_splat v128.load16_splat v128.load32_splat v128.load64_splat v128.store v128.const'],
  [0xfd0d, 'i8x16.shuffle i8x16.swizzle i8x16.splat i16x8.splat i32x4.splat i64x2.splat f32x4.splat f64x2.splat'],
  [0xfd15, 'i8x16.extract_lane_s i8x16.extract_lane_u i8x16.replace_lane'],
  [0xfd18, 'i16x8.extract_lane_s i16x8.extract_lane_u i16x8.replace_lane i32x4.extract_lane i32x4.replace_lane'],
  [0xfd1d, 'i64x2.extract_lane i64x2.replace_lane'],
  [0xfd1f, 'f32x4.extract_lane f32x4.replace_lane f64x2.extract_lane f64x2.replace_lane'],
  [0xfd23, 'i8x16.eq i8x16.ne i8x16.lt_s i8x16.lt_u i8x16.gt_s i8x16.gt_u i8x16.le_s i8x16.le_u i8x16.ge_s i8x16.ge_u'],
  [0xfd2d, 'i16x8.eq i16x8.ne i16x8.lt_s i16x8.lt_u i16x8.gt_s i16x8.gt_u i16x8.le_s i16x8.le_u i16x8.ge_s i16x8.ge_u'],
  [0xfd37, 'i32x4.eq i32x4.ne i32x4.lt_s i32x4.lt_u i32x4.gt_s i32x4.gt_u i32x4.le_s i32x4.le_u i32x4.ge_s i32x4.ge_u'],
  [0xfd41, 'f32x4.eq f32x4.ne f32x4.lt f32x4.gt f32x4.le f32x4.ge'],
  [0xfd47, 'f64x2.eq f64x2.ne f64x2.lt f64x2.gt f64x2.le f64x2.ge'],
  [0xfd4d, 'v128.not v128.and v128.andnot v128.or v128.xor v128.bitselect v128.any_true'],
  [0xfd54, 'v128.load8_lane v128.load16_lane v128.load32_lane v128.load64_lane'],
  [0xfd58, 'v128.store8_lane v128.store16_lane v128.store32_lane v128.store64_lane'],
  [0xfd5c, 'v128.load32_zero v128.load64_zero f32x4.demote_f64x2_zero f64x2.promote_low_f32x4'],
  [0xfd60, 'i8x16.abs i8x16.neg i8x16.popcnt i8x16.all_true i8x16.bitmask i8x16.narrow_i16x8_s i8x16.narrow_i16x8_u'],
  [0xfd67, 'f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest'],
  [0xfd6b, 'i8x16.shl i8x16.shr_s i8x16.shr_u i8x16.add i8x16.add_sat_s i8x16.add_sat_u'],
  [0xfd71, 'i8x16.sub i8x16.sub_sat_s i8x16.sub_sat_u f64x2.ceil f64x2.floor'],
  [0xfd76, 'i8x16.min_s i8x16.min_u i8x16.max_s i8x16.max_u f64x2.trunc i8x16.avgr_u'],
  [0xfd7c, 'i16x8.extadd_pairwise_i8x16_s i16x8.extadd_pairwise_i8x16_u'],
  [0xfd7e, 'i32x4.extadd_pairwise_i16x8_s i32x4.extadd_pairwise_i16x8_u'],
  [0xfd80, 'i16x8.abs i16x8.neg i16x8.q15mulr_sat_s i16x8.all_true i16x8.bitmask i16x8.narrow_i32x4_s'],
  [0xfd86, 'i16x8.narrow_i32x4_u i16x8.extend_low_i8x16_s i16x8.extend_high_i8x16_s'],
  [0xfd89, 'i16x8.extend_low_i8x16_u i16x8.extend_high_i8x16_u i16x8.shl i16x8.shr_s i16x8.shr_u'],
  [0xfd8e, 'i16x8.add i16x8.add_sat_s i16x8.add_sat_u i16x8.sub i16x8.sub_sat_s i16x8.sub_sat_u f64x2.nearest'],
  [0xfd95, 'i16x8.mul i16x8.min_s i16x8.min_u i16x8.max_s i16x8.max_u - i16x8.avgr_u'],
  [0xfd9c, 'i16x8.extmul_low_i8x16_s i16x8.extmul_high_i8x16_s i16x8.extmul_low_i8x16_u i16x8.extmul_high_i8x16_u'],
  [0xfda0, 'i32x4.abs i32x4.neg - i32x4.all_true i32x4.bitmask - - i32x4.extend_low_i16x8_s'],
  [0xfda8, 'i32x4.extend_high_i16x8_s i32x4.extend_low_i16x8_u i32x4.extend_high_i16x8_u'],
  [0xfdab, 'i32x4.shl i32x4.shr_s i32x4.shr_u i32x4.add - - i32x4.sub'],
  [0xfdb5, 'i32x4.mul i32x4.min_s i32x4.min_u i32x4.max_s i32x4.max_u i32x4.dot_i16x8_s'],
  [0xfdbc, 'i32x4.extmul_low_i16x8_s i32x4.extmul_high_i16x8_s i32x4.extmul_low_i16x8_u i32x4.extmul_high_i16x8_u'],
  [0xfdc0, 'i64x2.abs i64x2.neg - i64x2.all_true i64x2.bitmask - - i64x2.extend_low_i32x4_s'],
  [0xfdc8, 'i64x2.extend_high_i32x4_s i64x2.extend_low_i32x4_u i64x2.extend_high_i32x4_u'],
  [0xfdcb, 'i64x2.shl i64x2.shr_s i64x2.shr_u i64x2.add - - i64x2.sub'],
  [0xfdd5, 'i64x2.mul i64x2.eq i64x2.ne i64x2.lt_s i64x2.gt_s i64x2.le_s i64x2.ge_s'],
  [0xfddc, 'i64x2.extmul_low_i32x4_s i64x2.extmul_high_i32x4_s i64x2.extmul_low_i32x4_u i64x2.extmul_high_i32x4_u'],
  [0xfde0, 'f32x4.abs f32x4.neg - f32x4.sqrt f32x4.add f32x4.sub f32x4.mul f32x4.div'],
  [0xfde8, 'f32x4.min f32x4.max f32x4.pmin f32x4.pmax'],
  [0xfdec, 'f64x2.abs f64x2.neg - f64x2.sqrt f64x2.add f64x2.sub f64x2.mul f64x2.div'],
  [0xfdf4, 'f64x2.min f64x2.max f64x2.pmin f64x2.pmax'],
  [0xfdf8, 'i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u'],
  [
    0xfdfc,
    'i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero f64x2.convert_low_i32x4_s f64x2.convert_low_i32x4_u',
  ],
  // Relaxed vectors.
  [0xfd100, 'i8x16.relaxed_swizzle i32x4.relaxed_trunc_f32x4_s i32x4.relaxed_trunc_f32x4_u'],
  [0xfd103, 'i32x4.relaxed_trunc_f64x2_s_zero i32x4.relaxed_trunc_f64x2_u_zero'],
  [0xfd105, 'f32x4.relaxed_madd f32x4.relaxed_nmadd f64x2.relaxed_madd f64x2.relaxed_nmadd'],
  [0xfd109, 'i8x16.relaxed_laneselect i16x8.relaxed_laneselect i32x4.relaxed_laneselect i64x2.relaxed_laneselect'],
  [0xfd10d, 'f32x4.relaxed_min f32x4.relaxed_max f64x2.relaxed_min f64x2.relaxed_max'],
  [0xfd111, 'i16x8.relaxed_q15mulr_s i16x8.relaxed_dot_i8x16_i7x16_s i32x4.relaxed_dot_i8x16_i7x16_add_s'],
  // Half precision.
  [0xfd120, 'f16x8.splat f16x8.extract_lane f16x8.replace_lane'],

  // Threads.
  [0xfe00, 'memory.atomic.notify memory.atomic.wait32 memory.atomic.wait64 atomic.fence pause'],
  [0xfe10, 'i32.atomic.load i64.atomic.load i32.atomic.load8_u i32.atomic.load16_u'],
  [0xfe14, 'i64.atomic.load8_u i64.atomic.load16_u i64.atomic.load32_u'],
  [0xfe17, 'i32.atomic.store i64.atomic.store i32.atomic.store8 i32.atomic.store16'],
  [0xfe1b, 'i64.atomic.store8 i64.atomic.store16 i64.atomic.store32'],
];

/** Read-modify-write instructions: seven widths of each operation, from 0xfe1e on. */
const RMW_OPERATIONS = ['add', 'sub', 'and', 'or', 'xor', 'xchg', 'cmpxchg'] as const;
const RMW_WIDTHS = [
  ['i32.atomic.rmw.', ''],
  ['i64.atomic.rmw.', ''],
  ['i32.atomic.rmw8.', '_u'],
  ['i32.atomic.rmw16.', '_u'],
  ['i64.atomic.rmw8.', '_u'],
  ['i64.atomic.rmw16.', '_u'],
  ['i64.atomic.rmw32.', '_u'],
] as const;

/** Shared-everything threads: accesses to globals, tables, structures and arrays. */
const SHARED_ACCESSES: readonly (readonly [first: number, prefix: string, names: string])[] = [
  [0xfe4f, 'global.atomic.', 'get set rmw.add rmw.sub rmw.and rmw.or rmw.xor rmw.xchg rmw.cmpxchg'],
  [0xfe58, 'table.atomic.', 'get set rmw.xchg rmw.cmpxchg'],
  [0xfe5c, 'struct.atomic.', 'get get_s get_u set rmw.add rmw.sub rmw.and rmw.or rmw.xor rmw.xchg rmw.cmpxchg'],
  [0xfe67, 'array.atomic.', 'get get_s get_u set rmw.add rmw.sub rmw.and rmw.or rmw.xor rmw.xchg rmw.cmpxchg'],
  [0xfe72, '', 'ref.i31_shared'],
];

let names: Map<number, string> | undefined;

/** The text format's name of an opcode with its prefix folded in (see `foldOpcode`), or the number. */
export function nameOfOpcode(opcode: number): string {
  return (names ??= collectNames()).get(opcode) ?? `0x${opcode.toString(16)}`;
}

function collectNames(): Map<number, string> {
  const all = new Map<number, string>();
  const add = (first: number, prefix: string, list: string): void => {
    list.split(' ').forEach((name, n) => {
      if (name !== '-') all.set(first + n, prefix + name);
    });
  };
  for (const [first, list] of NAMES) add(first, '', list);
  for (const [first, prefix, list] of SHARED_ACCESSES) add(first, prefix, list);
  RMW_OPERATIONS.forEach((operation, n) => {
    RMW_WIDTHS.forEach(([prefix, suffix], width) => {
      all.set(0xfe1e + n * RMW_WIDTHS.length + width, prefix + operation + suffix);
    });
  });
  return all;
}
