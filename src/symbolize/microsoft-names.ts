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

/** A built-in type, or `?AU`, a class's name and `@@`, as a function returns it. */
const RETURN = String.raw`(?:X|_?[A-Z]|\?A[TUVW](?:\w+@)+@)`;
const PARAMETERS = '((?:_?[A-Z])*)(?:@Z|(X)Z)';

/** `?name@scope@@YA`, the return type, the parameters, `@Z`, or `XZ` where there are none. */
const FUNCTION = new RegExp(String.raw`^\?((?:[A-Za-z_]\w*@)+)@Y[A-Z]${RETURN}${PARAMETERS}$`);
/** `??0class@@QEAA@` for a constructor, `??1` for a destructor; they return nothing. */
const STRUCTOR = new RegExp(String.raw`^\?\?([01])((?:[A-Za-z_]\w*@)+)@[A-Z]E?[A-Z][A-Z]@${PARAMETERS}$`);

/**
 * A function of Visual C++ whose parameters are built-in types, as `scope::name(types)`; the name itself where it is
 * another one. No compiler for wasm makes such names; debug information that was moved from another platform has them.
 */
export function demangleMicrosoft(name: string): string {
  const [, scopes, letters = '', none] = FUNCTION.exec(name) ?? [];
  if (scopes !== undefined) return withParameters(qualified(scopes), letters, none) ?? name;
  const [, kind, classes, others = '', nothing] = STRUCTOR.exec(name) ?? [];
  if (classes === undefined) return name;
  const own = `${kind === '1' ? '~' : ''}${classes.slice(0, classes.indexOf('@'))}`;
  return withParameters(`${qualified(classes)}::${own}`, others, nothing) ?? name;
}

function qualified(scopes: string): string {
  return scopes.slice(0, -1).split('@').reverse().join('::');
}

function withParameters(name: string, letters: string, none: string | undefined): string | undefined {
  if (none !== undefined) return letters === '' ? `${name}(void)` : undefined;
  const parameters = (letters.match(/_?[A-Z]/g) ?? []).map((letter) => TYPES[letter]);
  return parameters.includes(undefined) ? undefined : `${name}(${parameters.join(', ')})`;
}
