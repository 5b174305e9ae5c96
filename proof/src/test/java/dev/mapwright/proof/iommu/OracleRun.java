package dev.mapwright.proof.iommu;

import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.sim.iommu.VtdPort;
import dev.mapwright.sim.iommu.VtdUnit;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.RamRange;
import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.time.SimulatedClock;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The same words in the memory of QEMU's machine and of one of ours, the same commands to both
 * IOMMUs, and the same accesses of a device: what moves, and what is recorded as a fault, is
 * compared.
 *
 * <p><b>Memory.</b> A random tree of tables, of few entries, most of them good; and beside it the
 * <em>good page</em>, which is never changed, so that the device's buffer can be filled before it
 * writes and looked at after it has read.
 *
 * <p><b>What is left out</b>, because QEMU does otherwise than the manual lets one expect: changes
 * that add permissions to an entry that may be remembered, and structures that change while only
 * some of what is remembered of them is forgotten. Two differences are let pass and counted: what
 * QEMU remembers with too few permissions it refuses without recording a fault; and what it
 * remembers of a page of the first stage that was only read lets it write there without looking
 * again, where the manual has the entry marked as dirty first.
 */
final class OracleRun {
  /** Kinds of tables, each of which is to have its share of the cases. */
  enum Group {
    LEGACY_3_LEVELS,
    LEGACY_4_LEVELS,
    SECOND_STAGE,
    FIRST_STAGE
  }

  /** How addresses are translated. */
  enum Mode {
    LEGACY_3(",aw-bits=48", Group.LEGACY_3_LEVELS, 3, 6),
    LEGACY_NARROW(",aw-bits=39", Group.LEGACY_3_LEVELS, 3, 6),
    LEGACY_4(",aw-bits=48", Group.LEGACY_4_LEVELS, 4, 12),
    SECOND_3(",aw-bits=48,scalable-mode=on", Group.SECOND_STAGE, 3, 6),
    SECOND_4(",aw-bits=48,scalable-mode=on", Group.SECOND_STAGE, 4, 6),
    FIRST_4(",aw-bits=48,scalable-mode=on,fsts=on", Group.FIRST_STAGE, 4, 12);

    final String options;
    final Group group;
    final boolean scalable;
    final int levels;

    /** How many of each 48 scenarios are of this mode. */
    final int share;

    Mode(String options, Group group, int levels, int share) {
      this.options = options;
      this.group = group;
      this.scalable = group == Group.SECOND_STAGE || group == Group.FIRST_STAGE;
      this.levels = levels;
      this.share = share;
    }

    int addressBits() {
      return this == LEGACY_NARROW ? 39 : 48;
    }

    boolean first() {
      return this == FIRST_4;
    }
  }

  private static final long ROOT = 0x10_0000;
  private static final long CONTEXTS = 0x10_1000;
  private static final long DIRECTORY = 0x10_2000;
  private static final long PASIDS = 0x10_3000;
  private static final long TABLES = 0x11_0000;
  private static final int MOST_TABLES = 40;
  private static final long GOOD_TABLES = 0x10_A000;
  private static final long GOOD_FRAME = 0x18_0000;
  private static final long DATA = 0x20_0000;
  private static final int DATA_FRAMES = 16;
  private static final long LARGE = 0x40_0000;
  private static final int LARGE_FRAMES = 8;

  /**
   * All that devices may write: below the tables, single frames, and the beginnings of large ones.
   */
  private static final long[] WINDOWS = {
    0,
    DATA,
    0x40_0000,
    0x60_0000,
    0x80_0000,
    0xA0_0000,
    0xC0_0000,
    0xE0_0000,
    0x100_0000,
    0x120_0000,
    0x180_0000,
    0x1E0_0000
  };

  private static final long WINDOW_BYTES = 0x4_0000;

  private static final long NO_RAM = 0x40_0000_0000L;
  private static final int GOOD_INDEX = 5;

  /** The first of the places in the good page's lowest table for entries that get stale. */
  private static final int STALE_INDEX = 16;

  private static final int DOMAIN = 7;

  private final Qemu qemu;
  private final Mode mode;
  private final Random random;
  private final Ram ram;
  private final VtdUnit unit;
  private final VtdPort port;

  /** The entries of the tree: where each stands, and in a table of which level. */
  private final Map<Long, Integer> entries = new TreeMap<>();

  private final List<Long> addresses = new ArrayList<>();
  private int tables;

  /** The GiB in which QEMU may remember something. */
  private final Set<Long> remembered = new HashSet<>();

  /** The entries that were taken away since all was forgotten. */
  private final Set<Long> taken = new HashSet<>();

  /** Whether the structures lead to the tree, so that the good page is there. */
  private boolean attached;

  final Map<String, Integer> counts = new TreeMap<>();

  /** Whether no difference is let pass. */
  private boolean exact;

  /** How many accesses were compared. */
  int cases;

  private String last = "";

  OracleRun(Qemu qemu, Mode mode, long seed) throws IOException {
    this.qemu = qemu;
    this.mode = mode;
    random = new Random(seed);
    PhysicalMap map = new PhysicalMap(List.of(new RamRange(0, Qemu.RAM_BYTES >>> Pages.SHIFT, 0)));
    ram = new Ram(map, (java.nio.file.Path) null);
    for (long pfn = 0; pfn < Qemu.RAM_BYTES >>> Pages.SHIFT; pfn += 64) {
      ram.materialise(pfn); // so that large leaves are remembered whole
    }
    ThreadGuard guard = new ThreadGuard(true);
    int bits = mode.addressBits();
    SimulatedClock clock = new SimulatedClock(guard, new EventStream().callbacks());
    unit = new VtdUnit(map, ram, guard, clock, bits, bits, mode.scalable);
    port = unit.newPort(Qemu.EDU, DmaFault.NO_PASID);
  }

  /** Runs one scenario; a difference is an exception. */
  void run(int accesses) throws IOException {
    try {
      build();
      for (int access = 0; access < accesses; access++) {
        int before = random.nextInt(3);
        for (int i = 0; i < before; i++) {
          change();
        }
        access();
      }
      for (Command command : Command.values()) {
        stale(command);
      }
    } finally {
      ram.close();
    }
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  private void put(long at, long word) {
    qemu.put(at, word);
    ram.writeLong(at, word);
  }

  // ---- tables

  private boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  private long entryAt(long table, long address, int level) {
    return table + (address >>> 12 + 9 * (level - 1) & 511) * 8;
  }

  private long leads(long frame) {
    return frame | (mode.first() ? 7 : 3);
  }

  private void build() throws IOException {
    for (long at = ROOT; at < TABLES + 0x1000L * MOST_TABLES; at += 8) {
      if (at < 0x10_8000 || at >= 0x10_9000) {
        put(at, 0);
      }
    }
    for (long window : WINDOWS) {
      for (long at = window; at < window + WINDOW_BYTES; at += 8) {
        qemu.put(at, 0);
      }
      for (long at = window; at < window + WINDOW_BYTES; at += 512) {
        put(at, random.nextLong());
      }
    }
    long root = TABLES;
    tables = 1;
    // The good page: index 5 at each level.
    long good = root;
    for (int level = mode.levels; level > 1; level--) {
      put(good + 8L * GOOD_INDEX, leads(GOOD_TABLES + 0x1000L * (level - 2)));
      good = GOOD_TABLES + 0x1000L * (level - 2);
    }
    put(good + 8L * GOOD_INDEX, leads(GOOD_FRAME));
    for (int i = 0; i < 12; i++) {
      plant(root, i);
    }
    attach(root);
  }

  private long goodAddress() {
    long address = 0;
    for (int level = 1; level <= mode.levels; level++) {
      address |= (long) GOOD_INDEX << 12 + 9 * (level - 1);
    }
    return address;
  }

  /**
   * Makes the entries on the way to a new address, as far as they lead on. No two have a place in
   * our IOTLB in common, but pairs share a lowest table.
   */
  private void plant(long root, int number) {
    long address = 8 + 4L * number + random.nextInt(4);
    address |= number / 2 * 3L << 9;
    for (int level = 3; level <= mode.levels; level++) {
      address |= random.nextInt(2) * 3L << 9 * (level - 1);
    }
    address <<= 12;
    if (mode.first() && oneIn(3)) {
      address |= -1L << 47;
    }
    addresses.add(address);
    long table = root;
    for (int level = mode.levels; level >= 1; level--) {
      long at = entryAt(table, address, level);
      if (!entries.containsKey(at)) {
        entries.put(at, level);
        put(at, random(level));
      }
      long bits = qemu.get(at);
      boolean leaf = level == 1 || (bits & 0x80) != 0;
      if (leaf || (bits & 3) == 0 || frameOf(bits) < TABLES || frameOf(bits) >= DATA) {
        return;
      }
      table = frameOf(bits);
    }
  }

  private static long frameOf(long bits) {
    return bits & 0xF_FFFF_FFFF_F000L;
  }

  /** A new entry for a table of a level. */
  private long random(int level) {
    if (oneIn(12)) {
      return 0;
    }
    long frame;
    boolean large = (level == 2 || level == 3) && oneIn(level == 2 ? 4 : 8);
    if (large) {
      frame = level == 2 ? LARGE + 0x20_0000L * random.nextInt(LARGE_FRAMES) : 0;
    } else if (level == 1) {
      frame = DATA + 0x1000L * random.nextInt(DATA_FRAMES);
    } else if (tables < MOST_TABLES) {
      frame = TABLES + 0x1000L * tables++;
    } else {
      frame = TABLES;
    }
    long bits = frame | permissions() | (large ? 0x80 : 0);
    switch (random.nextInt(30)) {
      case 0 -> bits |= 1L << (mode.first() ? mode.addressBits() + 1 : 62);
      case 1 -> bits |= 1L << mode.addressBits();
      case 2 -> bits |= level == 1 ? 0x200 : large ? 0x4000 : level == 4 ? 0x80 : 0;
      case 3 -> bits = level == 1 ? bits : NO_RAM | permissions();
      case 4 -> bits = level == 1 ? 0xFEE0_0000L | permissions() : bits;
      case 5 -> bits |= 1L << 55 + random.nextInt(4);
      default -> {}
    }
    return bits;
  }

  private long permissions() {
    if (mode.first()) {
      long writable = oneIn(4) ? 0 : 2;
      return oneIn(20) ? 3 : 5 | writable;
    }
    return switch (random.nextInt(8)) {
      case 0 -> 1;
      case 1 -> 2;
      default -> 3;
    };
  }

  // ---- structures

  private void attach(long root) throws IOException {
    put(ROOT, CONTEXTS | 1);
    if (mode.scalable) {
      long context = CONTEXTS + 32L * Qemu.EDU;
      put(context, DIRECTORY | 0x401);
      put(context + 8, 0);
      put(DIRECTORY, PASIDS | 1);
      put(PASIDS + 8, DOMAIN);
      put(PASIDS + 16, mode.first() ? root : 0);
      put(PASIDS, mode.first() ? 0x49 : root | 0x81 | (long) (mode.levels - 2) << 2);
    } else {
      put(CONTEXTS + 16L * Qemu.EDU + 8, DOMAIN << 8 | mode.levels - 2);
      put(CONTEXTS + 16L * Qemu.EDU, root | 1);
    }
    long register = ROOT | (mode.scalable ? 0x400 : 0);
    qemu.setRoot(register);
    unit.setRoot(register);
    forgetAll();
    attached = true;
  }

  private void forgetAll() throws IOException {
    qemu.command(0x11, 0);
    if (mode.scalable) {
      qemu.command(0x37, 0);
    }
    qemu.command(0x12, 0);
    unit.forgetContexts();
    unit.forgetPasids();
    unit.forgetPages();
    remembered.clear();
    taken.clear();
    last += " forget all;";
  }

  /** Breaks the way to the tables somewhere, or mends it; all is forgotten. */
  private void restructure() throws IOException {
    if (!attached) {
      attach(TABLES);
      last += " attach;";
      return;
    }
    attached = false;
    long context = CONTEXTS + (mode.scalable ? 32L : 16L) * Qemu.EDU;
    List<Runnable> ways = new ArrayList<>();
    ways.add(() -> put(ROOT, CONTEXTS));
    ways.add(() -> put(ROOT, CONTEXTS | 0x11));
    ways.add(() -> put(ROOT, NO_RAM | 1));
    ways.add(() -> put(context, 0));
    if (mode.scalable) {
      ways.add(() -> put(context, DIRECTORY | 0x421));
    } else {
      ways.add(() -> put(context, TABLES | 0x21));
      ways.add(() -> put(context + 8, 1L << 40 | DOMAIN << 8 | mode.levels - 2));
      ways.add(() -> put(context + 8, DOMAIN << 8 | 6));
      ways.add(() -> put(context, TABLES | 0xD));
      ways.add(() -> put(context, NO_RAM | 1));
    }
    int way = random.nextInt(ways.size());
    ways.get(way).run();
    last += " break " + way + ";";
    forgetAll();
  }

  // ---- changes

  private void change() throws IOException {
    switch (random.nextInt(attached ? 12 : 2)) {
      case 0 -> {
        if (oneIn(6) || !attached) {
          restructure();
        }
      }
      case 1, 2, 3, 4, 5 -> changeEntry();
      default -> forget();
    }
  }

  /** Changes an entry; one that may be remembered is taken away, or leads elsewhere. */
  private void changeEntry() throws IOException {
    List<Long> all = List.copyOf(entries.keySet());
    long at = all.get(random.nextInt(all.size()));
    int level = entries.getOrDefault(at, 0);
    long bits = qemu.get(at);
    long next;
    if ((bits & 3) == 0) {
      next = random(level);
    } else if (random.nextBoolean() || level > 1) {
      next = 0;
    } else {
      next = DATA + 0x1000L * random.nextInt(DATA_FRAMES) | bits & 7;
    }
    put(at, next);
    last +=
        " entry "
            + Long.toHexString(at)
            + " of level "
            + level
            + " = "
            + Long.toHexString(next)
            + ";";
    count("entry changed");
    boolean huge = level == 3 && (bits & 0x80) != 0 || level == 4 && anyHuge();
    boolean again = (bits & 3) == 0 && taken.contains(at);
    if (huge || again) {
      forgetAll(); // they remember a huge leaf whole, and we a part; what is back may allow more
    } else if (next == 0) {
      taken.add(at);
    }
  }

  private boolean anyHuge() {
    return entries.entrySet().stream()
        .anyMatch(entry -> entry.getValue() == 3 && (qemu.get(entry.getKey()) & 0x80) != 0);
  }

  /** What is told to forget something. */
  enum Command {
    CONTEXTS("contexts forgotten"),
    CONTEXT("a device's context forgotten"),
    GLOBAL("pages forgotten, global"),
    DOMAIN("pages forgotten, of a domain"),
    OTHER_DOMAIN("pages forgotten, of another domain"),
    PAGES("pages forgotten, selective"),
    OTHER_PAGES("pages forgotten, beside what is meant"),
    PAGES_OF_OTHER_DOMAIN("pages forgotten, selective in another domain");

    final String what;

    Command(String what) {
      this.what = what;
    }
  }

  private void forget() throws IOException {
    Command command = Command.values()[random.nextInt(Command.values().length)];
    forget(command, addresses.get(random.nextInt(addresses.size())) >>> 12, random.nextInt(3));
  }

  private void forget(Command command, long page, int log2) throws IOException {
    count(command.what);
    boolean other = command == Command.OTHER_DOMAIN || command == Command.PAGES_OF_OTHER_DOMAIN;
    int domain = other ? DOMAIN + 1 : DOMAIN;
    long meant = command == Command.OTHER_PAGES ? page ^ 0x100 : page;
    long first = meant & -1L << log2;
    long last = first | (1L << log2) - 1;
    switch (command) {
      case CONTEXTS -> {
        qemu.command(0x11, 0);
        unit.forgetContexts();
      }
      case CONTEXT -> {
        qemu.command(0x31L | (long) Qemu.EDU << 32, 0);
        unit.forgetContext(Qemu.EDU);
      }
      case GLOBAL -> {
        qemu.command(0x12, 0);
        unit.forgetPages();
        remembered.clear();
      }
      case DOMAIN, OTHER_DOMAIN -> {
        qemu.command((mode.first() ? 0x26L : 0x22L) | (long) domain << 16, 0);
        unit.forgetPages(domain);
      }
      case PAGES, OTHER_PAGES, PAGES_OF_OTHER_DOMAIN -> {
        long low = (mode.first() ? 0x36L : 0x32L) | (long) domain << 16;
        qemu.command(low, first << 12 | log2);
        unit.forgetPages(domain, first, last);
      }
    }
    this.last +=
        " forget "
            + command
            + " "
            + Long.toHexString(first)
            + " to "
            + Long.toHexString(last)
            + ";";
  }

  // ---- what is stale

  /**
   * An entry that a device has used is taken away: used all the same until a command is given that
   * concerns it, and after one that does not, and refused after one that does. It is one beside the
   * good page's, in tables that nothing else changes.
   */
  private void stale(Command command) throws IOException {
    if (!attached) {
      attach(TABLES);
    }
    int index = STALE_INDEX + command.ordinal();
    long page = (goodAddress() >>> 12) + index - GOOD_INDEX;
    long leaf = GOOD_TABLES + 8L * index;
    boolean write = random.nextBoolean();
    exact = true;
    put(leaf, leads(DATA + 0x1000L * random.nextInt(DATA_FRAMES)));
    require(access(page, write) == null, "a good entry is refused");
    put(leaf, 0);
    last += " leaf of " + Long.toHexString(page) + " = 0;";
    count((access(page, write) == null ? "stale before: " : "refused before: ") + command);
    forget(command, page, 0);
    count((access(page, write) == null ? "stale after: " : "refused after: ") + command);
    exact = false;
  }

  // ---- accesses

  private long anyAddress() {
    long address = addresses.get(random.nextInt(addresses.size()));
    return switch (random.nextInt(12)) {
      case 0 -> address | 1L << mode.levels * 9 + 12 - (mode.first() ? 1 : 0);
      case 1 -> address ^ 0x1000L * (1 + random.nextInt(3));
      default -> address;
    };
  }

  private void access() throws IOException {
    long page = anyAddress() >>> 12;
    if (page != goodAddress() >>> 12) {
      access(page, random.nextBoolean());
    }
  }

  /** One access to a page, of which everything is compared; what it was refused with. */
  private @Nullable DmaFault access(long page, boolean write) throws IOException {
    cases++;
    int offset = random.nextInt(4096 - 64);
    int bytes = 1 + random.nextInt(64);
    long address = page << 12 | offset;
    last += (write ? " write " : " read ") + Long.toHexString(address);
    byte[] ours = new byte[bytes];
    random.nextBytes(ours);
    DmaFault fault;
    boolean moved;
    if (write) {
      fill(ours);
      Snapshot before = new Snapshot(qemu);
      fault = port.write(address, MemorySegment.ofArray(ours), 0, bytes);
      qemu.deviceWrites(address, bytes);
      moved = before.changed(qemu);
    } else {
      fault = port.read(address, MemorySegment.ofArray(ours), 0, bytes);
      qemu.deviceReads(address, bytes);
      moved = fault == null;
    }
    Qemu.Recorded theirs = qemu.takeFault();
    last +=
        " = "
            + (fault == null ? "done" : fault.hardwareReason())
            + ", "
            + (theirs == null ? "done" : theirs.reason())
            + ";";
    compare(address, write, fault, theirs, moved);
    if (fault == null) {
      remembered.add(address >>> 30);
      if (write) {
        compareMemory();
      } else {
        compareRead(ours);
      }
    }
    return fault;
  }

  /** Fills the device's buffer, by way of the good page. */
  private void fill(byte[] bytes) throws IOException {
    if (!attached) {
      return;
    }
    for (int i = 0; i < bytes.length; i += 8) {
      long word = 0;
      for (int k = 0; k < Math.min(8, bytes.length - i); k++) {
        word |= (bytes[i + k] & 0xFFL) << 8 * k;
      }
      qemu.put(GOOD_FRAME + i, word);
    }
    qemu.deviceReads(goodAddress(), bytes.length);
    Qemu.Recorded theirs = qemu.takeFault();
    require(theirs == null, "the good page can't be read: " + theirs);
  }

  private void compareRead(byte[] ours) throws IOException {
    qemu.deviceWrites(goodAddress() + 0x800, ours.length);
    Qemu.Recorded theirs = qemu.takeFault();
    require(theirs == null, "the good page can't be written: " + theirs);
    for (int i = 0; i < ours.length; i++) {
      long word = qemu.get(GOOD_FRAME + 0x800 + (i & ~7));
      require((byte) (word >>> 8 * (i & 7)) == ours[i], "other bytes were read");
    }
  }

  /** The data of both machines. */
  private void compareMemory() {
    for (long window : WINDOWS) {
      for (long at = window; at < window + WINDOW_BYTES; at += 8) {
        require(qemu.get(at) == ram.readLong(at), "memory differs at " + Long.toHexString(at));
      }
    }
  }

  private void compare(
      long address,
      boolean write,
      @Nullable DmaFault ours,
      Qemu.@Nullable Recorded theirs,
      boolean moved) {
    if (ours == null) {
      require(theirs == null, "we allow what they refuse: " + theirs);
      count(write ? "written" : "read");
      return;
    }
    if (theirs == null && !exact && remembered.contains(address >>> 30)) {
      require(!moved || mode.first(), "they have written what we refuse");
      count(moved ? "written by them unmarked" : "refused by them without a record");
      takeOver();
      return;
    }
    if (theirs == null) {
      throw new AssertionError("they allow what we refuse: " + ours + " after:" + told());
    }
    int expected = theirNumber(ours.hardwareReason());
    require(
        theirs.reason() == expected
            && theirs.page() == address >>> 12
            && theirs.requester() == Qemu.EDU
            && theirs.read() == !write,
        "another fault: " + theirs + ", ours " + ours);
    require(!moved || !write, "they have written what they refuse");
    count("refused " + ours.hardwareReason());
  }

  /** Makes our memory the same as theirs. */
  private void takeOver() {
    for (long window : WINDOWS) {
      for (long at = window; at < window + WINDOW_BYTES; at += 8) {
        ram.writeLong(at, qemu.get(at));
      }
    }
  }

  /** QEMU has the numbers of legacy mode for what both modes know, but for the first stage. */
  private int theirNumber(int number) {
    if (mode.first() && number == 0x85) {
      return number;
    }
    return switch (number) {
      case 0x38 -> 8;
      case 0x39 -> 1;
      case 0x3A -> 0xA;
      case 0x40 -> 9;
      case 0x41 -> 2;
      case 0x42 -> 0xB;
      case 0x78 -> 7;
      case 0x7A -> 0xC;
      case 0x7B -> 3;
      case 0x84 -> 4;
      case 0x85 -> 5;
      case 0x86 -> 6;
      default -> number;
    };
  }

  private void require(boolean good, String complaint) {
    if (!good) {
      throw new AssertionError(complaint + " after:" + told());
    }
  }

  /** What has happened, a line a step. */
  private String told() {
    return last.replace(";", ";\n");
  }

  /** The data of QEMU's machine, as a sum that changes with every byte. */
  private static final class Snapshot {
    private final long sum;

    Snapshot(Qemu qemu) {
      sum = sum(qemu);
    }

    private static long sum(Qemu qemu) {
      long sum = 0;
      for (long window : WINDOWS) {
        for (long at = window; at < window + WINDOW_BYTES; at += 8) {
          sum = 31 * sum + qemu.get(at);
        }
      }
      return sum;
    }

    boolean changed(Qemu qemu) {
      return sum(qemu) != sum;
    }
  }
}
