/**
 * XXH3 of 64 bits, without seed, of more than 16 bytes (xxHash 0.8's specification): LLVM names the files of its cache
 * by it.
 *
 * @throws RangeError for 16 bytes and less, which the specification treats in other ways.
 */
export function xxh3(bytes: Uint8Array): bigint {
  if (bytes.length <= 16) throw new RangeError('more than 16 bytes needed');
  if (bytes.length <= 128) return hashShort(new Words(bytes));
  return bytes.length <= 240 ? hashMiddle(new Words(bytes)) : hashLong(new Words(bytes));
}

/** Bytes of which 64 bits are read at any place, little end first. */
class Words {
  readonly size: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.size = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  at(offset: number): bigint {
    return this.#view.getBigUint64(offset, true);
  }
}

const PRIME32 = [0x9e37_79b1n, 0x85eb_ca77n, 0xc2b2_ae3dn] as const;
const PRIME64 = [
  0x9e37_79b1_85eb_ca87n,
  0xc2b2_ae3d_27d4_eb4fn,
  0x1656_67b1_9e37_79f9n,
  0x85eb_ca77_c2b2_ae63n,
  0x27d4_eb2f_1656_67c5n,
] as const;
const PRIME_MX = 0x1656_6791_9e37_79f9n;

/** The default secret: 192 bytes that look random. */
const SECRET = new Words(
  fromHex(
    'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221' +
      'b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8' +
      'a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb' +
      '170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e',
  ),
);

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);

/** 17 to 128 bytes: pairs of 16 from both ends. */
function hashShort(data: Words): bigint {
  let sum = BigInt(data.size) * PRIME64[0];
  for (let pair = Math.floor((data.size - 1) / 32); pair >= 0; pair--) {
    sum += mix16(data, 16 * pair, 32 * pair);
    sum += mix16(data, data.size - 16 * (pair + 1), 32 * pair + 16);
  }
  return avalanche(u64(sum));
}

/** 129 to 240 bytes. */
function hashMiddle(data: Words): bigint {
  let sum = BigInt(data.size) * PRIME64[0];
  for (let round = 0; round < 8; round++) sum += mix16(data, 16 * round, 16 * round);
  sum = avalanche(u64(sum));
  for (let round = 8; round < Math.floor(data.size / 16); round++) {
    sum += mix16(data, 16 * round, 16 * (round - 8) + 3);
  }
  return avalanche(u64(sum + mix16(data, data.size - 16, 119)));
}

const STRIPE = 64;
/** Stripes for which the secret suffices: it moves on by 8 bytes for each. */
const STRIPES = (SECRET.size - STRIPE) / 8;

/** More than 240 bytes: stripes into eight lanes, which are scrambled after each block. */
function hashLong(data: Words): bigint {
  const lanes = [PRIME32[2], ...PRIME64.slice(0, 4), PRIME32[1], PRIME64[4], PRIME32[0]];
  // The last stripe is another matter, even where it is a whole one.
  const whole = Math.floor((data.size - 1) / STRIPE);
  for (let stripe = 0; stripe < whole; stripe++) {
    accumulate(lanes, data, stripe * STRIPE, 8 * (stripe % STRIPES));
    if (stripe % STRIPES === STRIPES - 1) scramble(lanes);
  }
  accumulate(lanes, data, data.size - STRIPE, SECRET.size - STRIPE - 7);
  let sum = BigInt(data.size) * PRIME64[0];
  for (let lane = 0; lane < lanes.length; lane += 2) {
    const at = 11 + 8 * lane;
    sum += fold(lanes[lane]! ^ SECRET.at(at), lanes[lane + 1]! ^ SECRET.at(at + 8));
  }
  return avalanche(u64(sum));
}

function accumulate(lanes: bigint[], data: Words, offset: number, secret: number): void {
  for (let lane = 0; lane < lanes.length; lane++) {
    const value = data.at(offset + 8 * lane);
    const key = value ^ SECRET.at(secret + 8 * lane);
    lanes[lane ^ 1] = u64(lanes[lane ^ 1]! + value);
    lanes[lane] = u64(lanes[lane]! + (key & 0xffff_ffffn) * (key >> 32n));
  }
}

function scramble(lanes: bigint[]): void {
  for (let lane = 0; lane < lanes.length; lane++) {
    const value = lanes[lane]!;
    lanes[lane] = u64((value ^ (value >> 47n) ^ SECRET.at(SECRET.size - STRIPE + 8 * lane)) * PRIME32[0]);
  }
}

function mix16(data: Words, offset: number, secret: number): bigint {
  return fold(data.at(offset) ^ SECRET.at(secret), data.at(offset + 8) ^ SECRET.at(secret + 8));
}

/** Both halves of a product of 128 bits, one over the other. */
function fold(a: bigint, b: bigint): bigint {
  const product = a * b;
  return u64(product) ^ (product >> 64n);
}

function avalanche(hash: bigint): bigint {
  const mixed = u64((hash ^ (hash >> 37n)) * PRIME_MX);
  return mixed ^ (mixed >> 32n);
}

function fromHex(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  );
}
