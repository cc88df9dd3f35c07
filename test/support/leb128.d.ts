declare module 'leb128' {
  interface Codec {
    encode(value: string): Uint8Array;
    decode(bytes: Uint8Array): string;
  }
  export const unsigned: Codec;
  export const signed: Codec;
}
