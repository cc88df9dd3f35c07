/**
 * The function that names the values of a table of constants as the specification and llvm-dwarfdump do:
 * `DW_TAG_subprogram`, and `DW_TAG_unknown_4242` (hexadecimal) for a value without a name.
 */
export function names(prefix: string, table: Readonly<Record<string, number>>): (value: number) => string {
  let byValue: Map<number, string> | undefined;
  return (value) => {
    byValue ??= new Map(Object.entries(table).map(([name, code]) => [code, `${prefix}_${name}`]));
    return byValue.get(value) ?? `${prefix}_unknown_${value.toString(16)}`;
  };
}
