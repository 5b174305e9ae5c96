// A RISC-V computer: an interpreter of RV64I, the whole base instruction set, on the bare engine.
//
// The guest is a program in C and assembler, compiled by GCC: rv64/ has it, and how it was built.
// It tests its CPU, asks who is there, and has a bug. The emulator finds that as a debugger would:
// a page without permissions catches the stack that runs away, a snapshot is the way back to before
// it happened, for the UART and what was typed as well, and a watchpoint tells who writes where.
//
// What is the emulator's own is decoding, arithmetic, and one device. Memory, permissions, faults,
// hooks and going back are the engine's.
//
//     mapwright run Rv64Emulator.java

import module dev.mapwright.sim;
import dev.mapwright.core.Permissions;

// What is where. rv64/link.ld tells the guest the same.
static final long UART = 0x1000_0000L;
static final long ROM = 0x2000_0000L;
static final long RAM = 0x8000_0000L;
static final int RAM_PAGES = 8;
static final long GUARD = RAM + 3 * Pages.BYTES; // between the variables and the stack
static final long UART_PFN = 0xFE000; // where the machine has the device

void main() throws IOException {
  Symbols symbols = new Symbols(new String(file("program.symbols"), StandardCharsets.US_ASCII));
  Uart uart = new Uart();
  try (SimulatedMachine machine = SimulatedMachine.builder()
          .ram(0, 1024).device("uart", UART_PFN, 1, uart).build();
      AddressSpace space = AddressSpace.create(machine, "guest", 0, 0xFFFFF).get()) {
    Region root = space.root();
    root.mapRom(Pages.of(ROM), file("program.bin")).orThrow();
    root.mapPaged(Pages.of(RAM), RAM_PAGES).orThrow();
    root.protect(Pages.of(GUARD), 1, Permissions.NONE).orThrow();
    root.mapPhysical(Pages.of(UART), UART_PFN, 1).orThrow();
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    Hart hart = new Hart(cpu);
    hart.pc = ROM;

    IO.println("1. The guest tests its CPU.");
    Stop stop = hart.run();
    while (stop.why() == Why.ILLEGAL) { // as a kernel may do: it notes it, and skips it
      IO.println("   %s, in %s".formatted(stop.text(), symbols.name(hart.pc)));
      hart.pc += 4;
      stop = hart.run();
    }
    IO.print(uart.lines());
    IO.println("   " + stop.text());
    if (stop.why() != Why.CALL) {
      return;
    }

    IO.println("\n2. That call asks for a snapshot. Somebody types a long name.");
    hart.pc += 4; // behind the call
    uart.typed = "Bartholomew\n";
    try (SpaceSnapshot before = space.snapshot().get()) {
      Hart.State registers = hart.save();
      Stop end = hart.run();
      String lines = uart.lines();
      IO.print(lines);
      IO.println("   %s\n   in %s, sp 0x%x"
          .formatted(end.text(), symbols.name(hart.pc), hart.x[2]));

      IO.println("\n3. Back to the snapshot: who writes to the number of knocks?");
      before.restore().orThrow();
      hart.restore(registers);
      long knocks = symbols.address("visitor") + 8; // the name is in front of it
      AccessHook watch = (by, access, address, bytes, value) -> {
        IO.println("   %s writes 0x%x at 0x%x".formatted(symbols.name(hart.pc), value, address));
        return true; // it may
      };
      try (Hook _ = space.hook(knocks, knocks + 7, Set.of(Access.WRITE), watch).get()) {
        stop = hart.run();
      }
      IO.println("   the same output: " + uart.lines().equals(lines));
      IO.println("   the same end:    " + stop.equals(end));

      IO.println("\n4. Back again. Somebody types a short name.");
      before.restore().orThrow();
      hart.restore(registers);
      uart.typed = "Bart\n";
      stop = hart.run();
      IO.print(uart.lines());
      IO.println("   " + stop.text());
    }
  }
}

/** A file of the guest, which lies beside this one. */
byte[] file(String name) throws IOException {
  try (InputStream file = getClass().getResourceAsStream("rv64/" + name)) {
    return file.readAllBytes();
  }
}

/** What the linker has put where, as {@code nm} prints it. */
static final class Symbols {
  private final TreeMap<Long, String> names = new TreeMap<>();

  Symbols(String text) {
    for (String line : text.split("\n")) {
      String[] part = line.split(" "); // address, kind, name
      names.put(Long.parseUnsignedLong(part[0], 16), part[2]);
    }
  }

  /** The last symbol before an address, and how far behind it that is. */
  String name(long address) {
    Map.Entry<Long, String> symbol = names.floorEntry(address);
    return symbol == null
        ? "0x%x".formatted(address)
        : "%s+0x%x".formatted(symbol.getValue(), address - symbol.getKey());
  }

  long address(String name) {
    return names.entrySet().stream()
        .filter(symbol -> symbol.getValue().equals(name)).findFirst().orElseThrow().getKey();
  }
}

/** A serial port: what of a 16550 a program needs that asks before it reads or writes a byte. */
static final class Uart implements DeviceHandler {
  static final int DATA = 0;
  static final int STATUS = 5;
  static final int CAN_TAKE = 1;
  static final int CAN_SEND = 0x20;

  final StringBuilder printed = new StringBuilder();
  String typed = ""; // what the keyboard has sent,
  int taken;         // and how much of it the guest has read

  public long read(long offsetBytes, int bytes) {
    if (offsetBytes == STATUS) {
      return taken < typed.length() ? CAN_SEND | CAN_TAKE : CAN_SEND;
    }
    return offsetBytes == DATA && taken < typed.length() ? typed.charAt(taken++) : 0;
  }

  public void write(long offsetBytes, int bytes, long value) {
    if (offsetBytes == DATA) {
      printed.append((char) (value & 0xFF));
    }
  }

  /** What a snapshot of a space keeps of the device, and how it goes back. */
  public DeviceState saveState() {
    return DeviceState.of(() -> new Kept(printed.toString(), typed, taken), this::goBack);
  }

  private record Kept(String printed, String typed, int taken) {}

  private void goBack(Kept kept) {
    printed.setLength(0);
    printed.append(kept.printed);
    typed = kept.typed;
    taken = kept.taken;
  }

  /** What was printed since the last time. */
  String lines() {
    String lines = printed.toString().indent(3).replace("   ", "   | ");
    printed.setLength(0);
    return lines;
  }
}

/** Why the hart has stopped. Its pc is at the instruction, of which nothing has happened. */
record Stop(Why why, String text) {}

enum Why { CALL, BREAK, ILLEGAL, MISALIGNED, FAULT }

/** Ends an instruction that can't be carried out. */
static final class Trap extends RuntimeException {
  final Stop stop;

  Trap(Why why, String text) {
    super(text, null, false, false);
    stop = new Stop(why, text);
  }
}

static Trap illegal(int word) {
  return new Trap(Why.ILLEGAL, "illegal instruction 0x%08x".formatted(word));
}

/** A hardware thread, as RISC-V calls what has registers and executes instructions. */
static final class Hart {
  final Cpu cpu;
  final long[] x = new long[32]; // x[0] is always 0
  long pc;

  Hart(Cpu cpu) {
    this.cpu = cpu;
  }

  record State(long[] x, long pc) {}

  State save() {
    return new State(x.clone(), pc);
  }

  void restore(State state) {
    System.arraycopy(state.x, 0, x, 0, 32);
    pc = state.pc;
  }

  /** Executes until something is the environment's to decide. */
  Stop run() {
    cpu.enter(); // with one bracket around many accesses this runs more than twice as fast
    try {
      while (true) {
        pc = execute((int) cpu.fetch(pc, 4));
        x[0] = 0;
      }
    } catch (MemoryFault caught) {
      return new Stop(Why.FAULT, caught.fault().toString());
    } catch (Trap trap) {
      return trap.stop;
    } finally {
      cpu.exit();
    }
  }

  /**
   * Executes one instruction and returns where the next one is. A register is written last, when
   * nothing can go wrong any more: so what has trapped can be tried again.
   */
  private long execute(int word) {
    int rd = word >>> 7 & 31;
    int funct3 = word >>> 12 & 7;
    long a = x[word >>> 15 & 31];
    long b = x[word >>> 20 & 31];
    int constant = word >> 20; // of most formats: the upper 12 bits, with their sign
    long next = pc + 4;
    switch (word & 0x7F) {
      case 0x37 -> x[rd] = word & 0xFFFFF000; // LUI
      case 0x17 -> x[rd] = pc + (word & 0xFFFFF000); // AUIPC
      case 0x6F -> { // JAL
        next = target(pc + jumpOffset(word));
        x[rd] = pc + 4;
      }
      case 0x67 -> { // JALR
        legal(funct3 == 0, word);
        next = target(a + constant & ~1);
        x[rd] = pc + 4;
      }
      case 0x63 -> {
        if (taken(funct3, a, b, word)) {
          next = target(pc + branchOffset(word));
        }
      }
      case 0x03 -> x[rd] = load(funct3, a + constant, word);
      case 0x23 -> { // SB, SH, SW, SD
        legal(funct3 <= 3, word);
        cpu.store(a + (constant & ~31 | rd), 1 << funct3, b);
      }
      case 0x13 -> { // with a constant; of a shift the upper bits say which one it is
        int variant = (funct3 & 3) == 1 ? word >>> 25 & ~1 : 0;
        x[rd] = compute(variant << 3 | funct3, a, constant, word);
      }
      case 0x33 -> x[rd] = compute(word >>> 25 << 3 | funct3, a, b, word);
      case 0x1B -> {
        int variant = (funct3 & 3) == 1 ? word >>> 25 : 0;
        legal(funct3 == 0 || (funct3 & 3) == 1, word);
        x[rd] = computeWord(variant << 3 | funct3, (int) a, constant, word);
      }
      case 0x3B -> x[rd] = computeWord(word >>> 25 << 3 | funct3, (int) a, (int) b, word);
      case 0x0F -> legal(funct3 == 0, word); // FENCE: one hart sees its accesses in order anyway
      case 0x73 -> throw switch (word) {
        case 0x00000073 -> new Trap(Why.CALL, "the guest calls its environment"); // ECALL
        case 0x00100073 -> new Trap(Why.BREAK, "the guest has come to its end"); // EBREAK
        default -> illegal(word);
      };
      default -> throw illegal(word);
    }
    return next;
  }

  private static boolean taken(int funct3, long a, long b, int word) {
    return switch (funct3) {
      case 0 -> a == b; // BEQ
      case 1 -> a != b; // BNE
      case 4 -> a < b; // BLT
      case 5 -> a >= b; // BGE
      case 6 -> Long.compareUnsigned(a, b) < 0; // BLTU
      case 7 -> Long.compareUnsigned(a, b) >= 0; // BGEU
      default -> throw illegal(word);
    };
  }

  private long load(int funct3, long address, int word) {
    return switch (funct3) {
      case 0 -> (byte) cpu.load(address, 1); // LB: a cast extends the sign
      case 1 -> (short) cpu.load(address, 2); // LH
      case 2 -> (int) cpu.load(address, 4); // LW
      case 3 -> cpu.load(address, 8); // LD
      case 4 -> cpu.load(address, 1); // LBU
      case 5 -> cpu.load(address, 2); // LHU
      case 6 -> cpu.load(address, 4); // LWU
      default -> throw illegal(word);
    };
  }

  /** The operations of 64 bits. Java's shifts, too, look at the low six bits of the distance. */
  private static long compute(int operation, long a, long b, int word) {
    return switch (operation) {
      case 0x000 -> a + b; // ADD
      case 0x100 -> a - b; // SUB
      case 0x001 -> a << b; // SLL
      case 0x002 -> a < b ? 1 : 0; // SLT
      case 0x003 -> Long.compareUnsigned(a, b) < 0 ? 1 : 0; // SLTU
      case 0x004 -> a ^ b; // XOR
      case 0x005 -> a >>> b; // SRL
      case 0x105 -> a >> b; // SRA
      case 0x006 -> a | b; // OR
      case 0x007 -> a & b; // AND
      default -> throw illegal(word);
    };
  }

  /** The operations of 32 bits. The result becomes a long, with its sign. */
  private static long computeWord(int operation, int a, int b, int word) {
    return switch (operation) {
      case 0x000 -> a + b; // ADDW
      case 0x100 -> a - b; // SUBW
      case 0x001 -> a << b; // SLLW
      case 0x005 -> a >>> b; // SRLW
      case 0x105 -> a >> b; // SRAW
      default -> throw illegal(word);
    };
  }

  /** The constant of JAL, whose bits are scattered so that most stand where others have them. */
  private static int jumpOffset(int word) {
    return word >> 31 << 20 | word & 0xFF000 | word >>> 9 & 0x800 | word >>> 20 & 0x7FE;
  }

  /** The constant of branches. */
  private static int branchOffset(int word) {
    return word >> 31 << 12 | word << 4 & 0x800 | word >>> 20 & 0x7E0 | word >>> 7 & 0x1E;
  }

  private static long target(long address) {
    if ((address & 3) != 0) {
      throw new Trap(Why.MISALIGNED, "jump to 0x%x, no multiple of 4".formatted(address));
    }
    return address;
  }

  private static void legal(boolean known, int word) {
    if (!known) {
      throw illegal(word);
    }
  }
}
