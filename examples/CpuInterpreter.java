// A small computer on the bare engine: this is what the author of an emulator writes.
//
// The guest's program, data and console are three mappings. Instructions are fetched and data is
// loaded and stored through the simulated CPU, so TLB, page tables and permissions are all there
// without a line about them here. The console is a device: a store to its page calls a handler. A
// wrong access of the guest arrives as a fault, which is shown and survived.
//
//     mapwright run CpuInterpreter.java

import module dev.mapwright.sim;
import dev.mapwright.core.Permissions;

static final long CODE = 0x40_0000;
static final long DATA = 0x60_0000;
static final long CONSOLE = 0xF0_0000;
static final long CONSOLE_PFN = 0xFE000; // where the machine has the device

// An instruction is 8 bytes: operation, register a, register b, unused, and a 32-bit constant.
enum Op { SET, LOAD, STORE, ADD, JUMP_NOT_ZERO, HALT }

static long op(Op op, int a, int b, long constant) {
  return op.ordinal() | (long) a << 8 | (long) b << 16 | constant << 32;
}

void main() {
  StringBuilder printed = new StringBuilder();
  DeviceHandler console = new DeviceHandler() {
    public long read(long offsetBytes, int bytes) {
      return printed.length(); // a status register: how much was printed
    }

    public void write(long offsetBytes, int bytes, long value) {
      printed.append((char) value);
    }
  };
  try (SimulatedMachine machine = SimulatedMachine.builder()
          .ram(0, 1024).device("console", CONSOLE_PFN, 1, console).seed(1).build();
      AddressSpace space = AddressSpace.create(machine, "guest", 0, 0xFFFF).get()) {
    Cpu cpu = machine.newCpu();
    cpu.attach(space);

    // Load the program while its page is writable; then take that away, as a loader does.
    map(space, MemoryObject.paged(machine, 1).get(), CODE, Permissions.READ_WRITE);
    map(space, MemoryObject.paged(machine, 1).get(), DATA, Permissions.READ_WRITE);
    map(space, MemoryObject.physical(machine, CONSOLE_PFN, 1, CachePolicy.UNCACHED_DEVICE).get(),
        CONSOLE, Permissions.READ_WRITE);
    long[] program = {
      op(Op.SET, 0, 0, DATA),            // r0 = where the text is
      op(Op.SET, 1, 0, CONSOLE),         // r1 = the console
      op(Op.LOAD, 2, 0, 0),              // r2 = the character at r0
      op(Op.STORE, 2, 1, 0),             // print it
      op(Op.ADD, 0, 0, 1),               // r0 = r0 + 1
      op(Op.LOAD, 2, 0, 0),              // the next character
      op(Op.JUMP_NOT_ZERO, 2, 0, CODE + 3 * 8),
      op(Op.STORE, 1, 3, CODE),          // a wild store: over its own first instruction
      op(Op.SET, 4, 0, DATA),
      op(Op.JUMP_NOT_ZERO, 4, 0, DATA),  // and a wild jump: into the data
      op(Op.HALT, 0, 0, 0),
    };
    for (int i = 0; i < program.length; i++) {
      cpu.store(CODE + i * 8, 8, program[i]);
    }
    space.root().protect(Pages.of(CODE), 1, Permissions.READ_EXECUTE).orThrow();

    String text = "Hello from behind four levels of page tables.";
    for (int i = 0; i < text.length(); i++) {
      cpu.store(DATA + i, 1, text.charAt(i));
    }

    int steps = run(cpu);
    IO.println("the guest ran %d instructions and printed:".formatted(steps));
    IO.println("  " + printed);
    IO.println("the console's status register: " + cpu.load(CONSOLE, 4) + " characters");
  }
}

/** Fetch, decode, execute until HALT; a fault is shown and the instruction skipped. */
static int run(Cpu cpu) {
  long[] r = new long[8];
  long pc = CODE;
  for (int steps = 1; ; steps++) {
    try {
      long word = cpu.fetch(pc, 8);
      int a = (int) (word >> 8) & 7;
      int b = (int) (word >> 16) & 7;
      long constant = word >>> 32;
      long next = pc + 8;
      switch (Op.values()[(int) word & 0xFF]) {
        case SET -> r[a] = constant;
        case LOAD -> r[a] = cpu.load(r[b] + constant, 1);
        case STORE -> cpu.store(r[b] + constant, 1, r[a]);
        case ADD -> r[a] = r[b] + constant;
        case JUMP_NOT_ZERO -> next = r[a] != 0 ? constant : next;
        case HALT -> {
          return steps;
        }
      }
      pc = next;
    } catch (MemoryFault caught) {
      IO.println("fault at pc 0x%x: %s".formatted(pc, caught.fault()));
      pc = pc >= DATA ? CODE + 10 * 8 : pc + 8; // the "kernel" decides: skip it, or end the guest
    }
  }
}

static void map(AddressSpace space, MemoryObject object, long address, int permissions) {
  MapRequest request = new MapRequest().object(object, 0).pages(1).permissions(permissions);
  request.where().at(Pages.of(address));
  space.root().map(request).orThrow();
  object.release();
}
