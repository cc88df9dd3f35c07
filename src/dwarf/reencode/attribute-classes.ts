import { DW_AT } from '../constants/attributes.ts';

/** Attributes whose offsets and indexes mean location lists, and whose blocks are expressions. */
export const LOCATION_ATTRIBUTES: ReadonlySet<number> = new Set([
  DW_AT.location,
  DW_AT.string_length,
  DW_AT.return_addr,
  DW_AT.data_member_location,
  DW_AT.frame_base,
  DW_AT.segment,
  DW_AT.static_link,
  DW_AT.use_location,
  DW_AT.vtable_elem_location,
]);

/** Attributes whose blocks were expressions before DWARF 4 had a form for them, besides locations. */
export const EXPRESSION_ATTRIBUTES: ReadonlySet<number> = new Set([
  ...LOCATION_ATTRIBUTES,
  DW_AT.allocated,
  DW_AT.associated,
  DW_AT.data_location,
  DW_AT.byte_size,
  DW_AT.bit_size,
  DW_AT.byte_stride,
  DW_AT.bit_stride,
  DW_AT.lower_bound,
  DW_AT.upper_bound,
  DW_AT.count,
  DW_AT.call_value,
  DW_AT.call_target,
  DW_AT.call_data_location,
  DW_AT.call_data_value,
  DW_AT.GNU_call_site_value,
  DW_AT.GNU_call_site_data_value,
  DW_AT.GNU_call_site_target,
]);

/** Attributes whose constants are of the size of what they describe: the size says how to read them. */
export const SIZED_ATTRIBUTES: ReadonlySet<number> = new Set([
  DW_AT.const_value,
  DW_AT.default_value,
  DW_AT.discr_value,
  DW_AT.lower_bound,
  DW_AT.upper_bound,
  DW_AT.count,
]);

/** Offsets of range lists. */
export const RANGE_ATTRIBUTES: ReadonlySet<number> = new Set([DW_AT.ranges, DW_AT.start_scope]);

/** Bases of tables whose values are written in other forms. */
export const OBSOLETE_BASES: ReadonlySet<number> = new Set([
  DW_AT.str_offsets_base,
  DW_AT.rnglists_base,
  DW_AT.loclists_base,
]);

/** Offsets into sections that are kept as they are. */
export const KEPT_OFFSETS: ReadonlySet<number> = new Set([
  DW_AT.addr_base,
  DW_AT.GNU_addr_base,
  DW_AT.GNU_ranges_base,
  DW_AT.macros,
  DW_AT.GNU_macros,
  DW_AT.macro_info,
]);
