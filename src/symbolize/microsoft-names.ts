/** Built-in types by the letter that stands for them. */
const TYPES: Readonly<Record<string, string>> = {
  C: 'signed char',
  D: 'char',
  E: 'unsigned char',
  F: 'short',
  G: 'unsigned short',
  H: 'int',
  I: 'unsigned int',
  J: 'long',
  K: 'unsigned long',
  M: 'float',
  N: 'double',
  O: 'long double',
  _J: '__int64',
  _K: 'unsigned __int64',
  _N: 'bool',
  _W: 'wchar_t',
};

/** `?name@scope@@YA`, the return type, the parameters, `@Z`, or `XZ` where there are none. */
const FUNCTION = /^\?((?:[A-Za-z_]\w*@)+)@Y[A-Z](?:X|_?[A-Z])((?:_?[A-Z])*)(?:@Z|(X)Z)$/;

/**
 * A free function of Visual C++ whose parameters are built-in types, as `scope::name(types)`; the name itself where it
 * is another one. No compiler for wasm makes such names; debug information that was moved from another platform has them.
 */
export function demangleMicrosoft(name: string): string {
  const match = FUNCTION.exec(name);
  if (match === null) return name;
  const [, scopes = '', letters = '', none] = match;
  const qualified = scopes.slice(0, -1).split('@').reverse().join('::');
  if (none !== undefined) return letters === '' ? `${qualified}(void)` : name;
  const parameters = (letters.match(/_?[A-Z]/g) ?? []).map((letter) => TYPES[letter]);
  return parameters.includes(undefined) ? name : `${qualified}(${parameters.join(', ')})`;
}
