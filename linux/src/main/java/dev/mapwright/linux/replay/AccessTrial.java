package dev.mapwright.linux.replay;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.linux.maps.MappedRange;
import java.util.ArrayList;
import java.util.List;

/**
 * A CPU has tried to read, write and fetch in every range, at its first and its last byte.
 *
 * <p>What a permission allows must work and what it denies must fault. A page beyond the end of its
 * object counts as allowed if the permission does: only the engine's own objects have ends, because
 * recordings show no file sizes.
 *
 * @param ranges how many ranges were tried
 * @param accesses how many accesses were tried
 * @param untried how many could not be tried because the machine ran out of frames
 * @param wrong those that were answered wrongly, in words; the first hundred
 */
public record AccessTrial(int ranges, long accesses, long untried, List<String> wrong) {

  /**
   * Each try of a write commits a page, so that their number is bounded by what a process can map.
   */
  static final int MAX_RANGES = 65_536;

  private static final int MAX_WRONG = 100;

  /** At the first byte: a page that is written has been read before, as zeros or as a copy's. */
  private static final Access[] READ_FIRST = {Access.READ, Access.WRITE, Access.FETCH};

  /** At the last byte: nothing has looked at its page, unless it is also the first one's. */
  private static final Access[] WRITTEN_FIRST = {Access.WRITE, Access.READ, Access.FETCH};

  static AccessTrial of(AddressSpace space, List<MappedRange> ranges) {
    Cpu cpu = space.machine().newCpu();
    cpu.attach(space);
    List<String> wrong = new ArrayList<>();
    long[] counts = new long[2];
    int tried = Math.min(ranges.size(), MAX_RANGES);
    for (MappedRange range : ranges.subList(0, tried)) {
      // A format that cannot tell "write only" from "read and write" allows both, as the hardware
      // does.
      int permissions = space.translation().effective(range.protection());
      for (Access access : READ_FIRST) {
        check(cpu, range, range.first(), access, permissions, counts, wrong);
      }
      for (Access access : WRITTEN_FIRST) {
        check(cpu, range, range.last(), access, permissions, counts, wrong);
      }
    }
    cpu.attach(null);
    return new AccessTrial(tried, counts[0], counts[1], List.copyOf(wrong));
  }

  private static void check(
      Cpu cpu,
      MappedRange range,
      long address,
      Access access,
      int permissions,
      long[] counts,
      List<String> wrong) {
    counts[0]++;
    Fault fault = cpu.probe(address, 1, access);
    FaultReason reason = fault == null ? null : fault.reason();
    if (reason == FaultReason.OUT_OF_FRAMES || reason == FaultReason.OUT_OF_RECORDS) {
      counts[1]++;
      return;
    }
    boolean allowed = (permissions & access.permission()) != 0;
    boolean right =
        allowed
            ? reason == null || reason == FaultReason.BEYOND_OBJECT
            : reason == FaultReason.DENIED;
    if (!right && wrong.size() < MAX_WRONG) {
      String answer = reason == null ? "was allowed" : "faulted: " + reason.sentence();
      wrong.add(
          access.verb() + " at 0x" + Long.toHexString(address) + " " + answer + ", in " + range);
    }
  }
}
