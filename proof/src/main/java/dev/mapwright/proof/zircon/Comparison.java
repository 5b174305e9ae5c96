package dev.mapwright.proof.zircon;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares pages of the model with pages of the machine under test. */
final class Comparison {
  /** So many pages are compared after one step at most. */
  private static final int MOST_PAGES = 6;

  private final World world;
  private final Subject subject;

  Comparison(World world, Subject subject) {
    this.world = world;
    this.subject = subject;
  }

  /** The pages at both ends of a range in a region, and just outside. */
  void around(@Nullable ModelRegion region, long address, long length) {
    if (region == null) {
      return;
    }
    int number = numberOf(region.space);
    long first = address & -Bits.PAGE;
    long end = Bits.roundUp(address + length);
    page(number, first - Bits.PAGE);
    page(number, first);
    page(number, first + Bits.PAGE);
    page(number, end - Bits.PAGE);
    page(number, end);
  }

  /** Pages anywhere that show an object or a clone of it. */
  void views(@Nullable ModelVmo vmo) {
    if (vmo == null) {
      return;
    }
    int left = MOST_PAGES;
    for (ModelProcess process : world.processes) {
      for (Map.Entry<Long, PageEntry> entry : process.space.pages.entrySet()) {
        if (descends(entry.getValue().vmo, vmo)) {
          page(process.number, entry.getKey() << 12);
          if (--left == 0) {
            return;
          }
        }
      }
    }
  }

  private static boolean descends(ModelVmo vmo, ModelVmo ancestor) {
    for (ModelVmo at = vmo; at != null; at = at.parent) {
      if (at == ancestor) {
        return true;
      }
    }
    return false;
  }

  /** The first pages of the caller's memory in a range. */
  void memory(long address, long length) {
    for (int i = 0; i < 2 && Bits.below(i * Bits.PAGE, length); i++) {
      page(0, address + i * Bits.PAGE);
    }
  }

  private int numberOf(ModelSpace space) {
    for (ModelProcess process : world.processes) {
      if (process.space == space) {
        return process.number;
      }
    }
    throw new IllegalStateException("a space without a process");
  }

  /** What a CPU reads in the page of an address. */
  void page(int number, long address) {
    ModelSpace space = world.processes.get(number).space;
    long base = address & -Bits.PAGE;
    byte[] expected =
        world.access(space, base, Bits.PERM_READ) == Status.OK
            ? world.load(space, base, (int) Bits.PAGE)
            : null;
    byte[] seen = subject.peek(number, base, (int) Bits.PAGE);
    if (Arrays.equals(expected, seen)) {
      return;
    }
    String where = "process %d, page 0x%x: ".formatted(number, base);
    if (expected == null || seen == null) {
      throw new Divergence(
          where
              + (seen == null ? "faults, expected to be readable" : "readable, expected a fault"));
    }
    int at = Arrays.mismatch(expected, seen);
    throw new Divergence(
        where + "byte 0x%x is %d, expected %d".formatted(at, seen[at], expected[at]));
  }

  /** Every mapping, every readable page, and the machine's own invariants. */
  void everything() {
    for (ModelProcess process : world.processes) {
      Map<Long, Subject.Listed> listed = new HashMap<>();
      for (Subject.Listed one : subject.mappings(process.number)) {
        for (long at = one.base(); at != one.base() + one.bytes(); at += Bits.PAGE) {
          if (listed.put(at >>> 12, one) != null) {
            throw new Divergence("process %d lists 0x%x twice".formatted(process.number, at));
          }
        }
      }
      if (!listed.keySet().equals(process.space.pages.keySet())) {
        throw new Divergence(
            "process %d lists %d pages, expected %d"
                .formatted(process.number, listed.size(), process.space.pages.size()));
      }
      listed.forEach((page, one) -> listing(process, page, one));
      for (long page : process.space.pages.keySet()) {
        page(process.number, page << 12);
      }
    }
    subject.checkInvariants();
  }

  private static void listing(ModelProcess process, long page, Subject.Listed one) {
    PageEntry entry = process.space.at(page << 12);
    if (entry == null) {
      throw new IllegalStateException("compared before");
    }
    long offset = one.vmoOffset() + ((page << 12) - one.base());
    if (entry.permissions != one.permissions()
        || entry.maximum != one.maximum()
        || offset != entry.vmoPage << 12) {
      throw new Divergence(
          "process %d, page 0x%x of %s: expected offset 0x%x, permissions %d, maximum %d"
              .formatted(
                  process.number,
                  page << 12,
                  one,
                  entry.vmoPage << 12,
                  entry.permissions,
                  entry.maximum));
    }
  }
}
