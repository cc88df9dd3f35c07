// Work for a profiler: three functions that take most of the time, one of them inlined into another.

static inline __attribute__((always_inline)) unsigned mix(unsigned value) {
  value ^= value << 13;
  value ^= value >> 17;
  return value ^ (value << 5);
}

namespace work {
__attribute__((noinline)) unsigned scramble(unsigned value, unsigned rounds) {
  for (unsigned round = 0; round < rounds; round++) value = mix(value);
  return value;
}
__attribute__((noinline)) double series(unsigned terms) {
  double sum = 0;
  for (unsigned term = 1; term <= terms; term++) sum += 1.0 / (double(term) * term);
  return sum;
}
}  // namespace work

extern "C" __attribute__((export_name("run"))) double run(unsigned n) {
  return work::scramble(n, n * 100) + work::series(n * 100);
}
