// Variables of every kind, whose values the source says; compiled without optimization, so that they are in memory.

struct Point {
  int x;
  double y;
  const char *label;
  unsigned low : 3;
  unsigned high : 5;
};
enum Color { red, green = 5 };
typedef unsigned short Word;

extern "C" __attribute__((import_module("host"), import_name("snapshot"))) void snapshot(const void *first, const void *second);

int counter = 42;
const char *title = "a \"title\"";
static float ratio = 0.25f;

static int inner(int depth, Point *point, bool flag) {
  int marker = -7;
  long long wide = -1234567890123;
  unsigned char byte = 200;
  char letter = 'x';
  double half = 0.5;
  Color color = green;
  Word word = 65535;
  int numbers[3] = {1, -2, 3};
  char text[8] = "hello";
  const char *pointer = text;
  Point copy = *point;
  {
    int nested = 99;
    snapshot(&marker, &nested);
    byte += nested;
  }
  {
    int other = 5;
    byte += other;
  }
  return depth + wide + byte + letter + half + color + word + numbers[1] + pointer[0] + copy.x + flag + ratio;
}

extern "C" __attribute__((export_name("run"))) int run(int argument) {
  Point point = {argument, 2.5, "label", 5, 17};
  int twice = argument * 2;
  return inner(1, &point, true) + twice + counter + title[0];
}
