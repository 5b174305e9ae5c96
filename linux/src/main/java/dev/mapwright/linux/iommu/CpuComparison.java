package dev.mapwright.linux.iommu;

import dev.mapwright.linux.input.InputFormatException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Compares a CPU's tables with what QEMU's monitor has listed of them. */
final class CpuComparison {
  private CpuComparison() {}

  static void compare(
      RecordedTables.@Nullable OfCpu of,
      TableMemory recording,
      RecordedFiles files,
      Findings findings)
      throws IOException {
    if (of == null) {
      findings.notCompared("a CPU's tables: there is no cpu-tables.json");
      return;
    }
    FindingMaker entries =
        new FindingMaker("tlb", "entries of info-tlb.txt", "in the CPU's tables, and no others");
    FindingMaker ranges =
        new FindingMaker("mem", "ranges of info-mem.txt", "in the CPU's tables, and no others");
    Path tlb = files.find("info-tlb.txt");
    Path mem = files.find("info-mem.txt");
    long broken;
    try (Listing tlbListing = tlb == null ? null : new Listing(tlb, entries);
        Listing memListing = mem == null ? null : new Listing(mem, ranges)) {
      CpuListings listings = new CpuListings(tlbListing, memListing);
      boolean whole =
          recording.visitCpu(
              of.root() >>> 12 & (1L << 40) - 1, of.levels(), TableWalks.MOST_ENTRIES, listings);
      if (!whole) {
        throw new InputFormatException(
            files.name("cpu-tables.bin"),
            0,
            "at most " + TableWalks.MOST_ENTRIES + " entries",
            "more than that");
      }
      listings.end();
      broken = listings.broken;
    }
    if (broken > 0) {
      entries.differs(broken, "entries of the CPU's tables that can't be followed");
    }
    if (tlb == null) {
      findings.notCompared("the CPU's tables with QEMU's view: there is no info-tlb.txt");
    }
    findings.addIfAny(entries, "entries of the CPU's tables: none were listed");
    if (mem != null) {
      findings.add(ranges);
    }
  }
}
