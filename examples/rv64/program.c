// The guest: it tests its CPU, asks for a visitor's name, and lets the visitor knock.
//
// It has a bug. Nobody looks whether the name fits into its eight bytes, so a long one goes on into
// the number behind it, and a visitor who knocks that often runs out of stack.

#define UART ((volatile unsigned char *) 0x10000000)
enum { DATA = 0, STATUS = 5, CAN_TAKE = 1, CAN_SEND = 32 }; // as in a 16550

long selftest(void);                // the number of checks, or minus the number of the first that fails
void checkpoint(void);              // tells the emulator that this is a good moment for a snapshot
long multiply(long a, long b);      // needs an instruction that RV64I does not have

static struct {
  char name[8];
  long knocks;
} visitor = {"nobody", 3};

static void print(const char *text) {
  while (*text) {
    while (!(UART[STATUS] & CAN_SEND)) {
    }
    UART[DATA] = *text++;
  }
}

static void print_number(unsigned long number) {
  static const unsigned long power[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
  int started = 0;
  for (int i = 0; i < 7; i++) {
    char digit[2] = {'0', 0};
    while (number >= power[i]) { // nor can RV64I divide
      number -= power[i];
      digit[0]++;
    }
    started |= digit[0] != '0' || i == 6;
    if (started) {
      print(digit);
    }
  }
}

static __attribute__((noinline)) void read_name(void) {
  char *to = visitor.name;
  for (;;) {
    while (!(UART[STATUS] & CAN_TAKE)) {
    }
    char letter = UART[DATA];
    if (letter == '\n') {
      break;
    }
    *to++ = letter; // the bug
  }
  *to = 0;
}

static __attribute__((noinline)) long knock(long times) {
  volatile long here = times;
  return times > 1 ? knock(times - 1) + 1 : here;
}

int main(void) {
  long checks = selftest();
  if (checks < 0) {
    print("FAIL: check ");
    print_number(-checks);
    print("\n");
    return 1;
  }
  print("PASS: ");
  print_number(checks);
  print(" checks of the instructions of RV64I\n");
  print(multiply(6, 7) == 42 ? "this CPU can multiply\n" : "this CPU can't multiply\n");

  checkpoint();
  print("who is there?\n");
  read_name();
  print(visitor.name);
  print(" wants to knock ");
  print_number(visitor.knocks);
  print(" times\n");
  print_number(knock(visitor.knocks));
  print(" knocks, come in\n");
  return 0;
}
