package dev.mapwright.bench;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Row F0: faulting in a fresh mapping by a store to each page, against filling the same frames with
 * zeros, which a fault can't do without.
 *
 * <p>All frames were used before: their contents take room on the host already, whose own page
 * faults would be measured otherwise, and have to be cleared. A round makes a mapping, stores to
 * its pages, fills their frames, and takes all of it away; only storing and filling are timed. Both
 * go once through memory that is larger than a processor's own caches, in the same order.
 */
final class FaultRow implements AutoCloseable {
  private static final int PAGES = 1 << 16;
  private static final int WARM_UPS = 6;
  private static final long FIRST_PAGE = 0x7_0000_0000L;
  private static final double TARGET = 4;

  private final SimulatedMachine machine;
  private final AddressSpace space;
  private final Cpu cpu;
  private final MemorySegment ram;
  private final MapRequest request = new MapRequest();
  private final long[] frames = new long[PAGES];

  /** Of the last round, for one page. */
  private double faultNanos;

  private double fillNanos;

  private FaultRow(boolean singleThreaded) {
    int ramPages = PAGES + PAGES / 64;
    var builder = SimulatedMachine.builder().ram(0, ramPages);
    machine = (singleThreaded ? builder.singleThreaded() : builder).build();
    space = AddressSpace.create(machine, "bench", 0x1000, (1L << 35) - 2).get();
    cpu = machine.newCpu();
    cpu.attach(space);
    ram = machine.memory().segment(0, ramPages, true);
  }

  static List<Row> measure(Plan plan) {
    return List.of(
        row("F0 fault", "fault in 256 MiB of used frames", false, plan),
        row("F0 fault single-threaded", "the same, machine declared so", true, plan));
  }

  private static Row row(String name, String what, boolean singleThreaded, Plan plan) {
    double[] fault = new double[plan.rounds()];
    double[] fill = new double[plan.rounds()];
    double[] ratios = new double[plan.rounds()];
    try (FaultRow row = new FaultRow(singleThreaded)) {
      for (int warm = 0; warm < WARM_UPS; warm++) {
        row.round();
      }
      for (int round = 0; round < ratios.length; round++) {
        row.round();
        fault[round] = row.faultNanos;
        fill[round] = row.fillNanos;
        ratios[round] = row.faultNanos / row.fillNanos;
      }
    }
    String remark =
        Table.format(
            "%.0f ns against %.0f ns a page",
            Quartiles.of(fault).median(), Quartiles.of(fill).median());
    return Row.ratio(
        name, what, "MemorySegment.fill of them", TARGET, Quartiles.of(ratios), remark);
  }

  private void round() {
    MemoryObject object = MemoryObject.paged(machine, PAGES).get();
    request.clear().object(object, 0).pages(PAGES);
    request.where().at(FIRST_PAGE);
    space.root().map(request).orThrow();
    faultNanos = timed(this::store);
    for (int page = 0; page < PAGES; page++) {
      frames[page] = object.frameOf(page);
      requireStored(page);
    }
    fillNanos = timed(this::fill);
    space.root().unmap(FIRST_PAGE, PAGES).orThrow();
    object.release();
  }

  private static double timed(Runnable pass) {
    long start = Clock.nanos();
    pass.run();
    return (double) (Clock.nanos() - start) / PAGES;
  }

  private void store() {
    for (int page = 0; page < PAGES; page++) {
      cpu.store(Pages.address(FIRST_PAGE + page), 8, page);
    }
  }

  private void fill() {
    for (long frame : frames) {
      ram.asSlice(Pages.address(frame), Pages.BYTES).fill((byte) 0);
    }
  }

  private void requireStored(int page) {
    long address = Pages.address(frames[page]);
    if (machine.memory().readLong(address) != page || machine.memory().readLong(address + 8) != 0) {
      throw new IllegalStateException("page " + page + " holds something else than was stored");
    }
  }

  @Override
  public void close() {
    cpu.attach(null);
    space.close();
    machine.close();
  }
}
