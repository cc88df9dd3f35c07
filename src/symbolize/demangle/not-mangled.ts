/** Thrown by everything in this folder where a name is not mangled as it should be, or is beyond the limits. */
export const NOT_MANGLED: unique symbol = Symbol('not a mangled name');
