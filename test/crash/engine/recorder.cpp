// A program that records which functions it is in, inlined ones included, and where in them, while it crashes.
// What an engine's stack says after symbolization is compared with that record.

struct Entry {
  const char *function;
  int line;
};

extern "C" {
__attribute__((import_module("host"), import_name("call"))) int host_call(int);
Entry volatile record[4096];
int volatile depth;
int volatile zero;
}

struct Scope {
  __attribute__((always_inline)) explicit Scope(const char *function) {
    record[depth & 4095].function = function;
    depth = depth + 1;
  }
  __attribute__((always_inline)) ~Scope() { depth = depth - 1; }
};

#define ENTER Scope scope(__PRETTY_FUNCTION__)
#define HERE record[(depth - 1) & 4095].line = __LINE__

namespace math {
template <typename T> static inline __attribute__((always_inline)) T checked(T value) {
  ENTER;
  if (value > 100) { HERE; __builtin_trap(); }
  return value;
}
static inline __attribute__((always_inline)) int sum(int a, int b) {
  ENTER;
  HERE; int left = checked<int>(a);
  HERE; return left + checked<long>(b);
}
static __attribute__((noinline)) int divide(int a, int b) {
  ENTER;
  int volatile divisor = b;
  int volatile quotient;
  HERE; quotient = a / divisor;
  return quotient;
}
}  // namespace math

struct Shape {
  int size;
  __attribute__((noinline)) int area(int scale) const {
    ENTER;
    HERE; return math::sum(size, size * scale);
  }
  virtual int volume() = 0;
};

struct Cube : Shape {
  int volume() override {
    ENTER;
    HERE; return area(1000);
  }
};

static __attribute__((noinline)) int load(int address) {
  ENTER;
  HERE; return *reinterpret_cast<int volatile *>(address);
}

static __attribute__((noinline)) int recurse(int n) {
  ENTER;
  HERE; return recurse(n + 1) + n;
}

typedef int (*Callback)(int);
static int through_table(int n) {
  ENTER;
  HERE; return host_call(n) + 1;
}
Callback volatile callback = through_table;
Cube cube;

extern "C" {
__attribute__((export_name("trap"))) int trap(int n) { ENTER; Shape *volatile shape = &cube; cube.size = n; HERE; return shape->volume(); }
__attribute__((export_name("divide"))) int divide(int n) { ENTER; HERE; return math::divide(n, zero) + 1; }
__attribute__((export_name("load"))) int load_outside(int n) { ENTER; HERE; return load(-16 - n) + 1; }
__attribute__((export_name("overflow"))) int overflow(int n) { ENTER; HERE; return recurse(n); }
__attribute__((export_name("host"))) int host(int n) { ENTER; HERE; return callback(n) + 1; }
__attribute__((export_name("record_address"))) Entry volatile *record_address() { return record; }
__attribute__((export_name("depth_address"))) int volatile *depth_address() { return &depth; }
}
