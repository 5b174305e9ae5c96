package dev.mapwright.proof.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.tables.PageTables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The engine's tables of x86-64 in the RAM of a machine of QEMU: where its {@code gva2gpa} says
 * that an address leads is where ours says it does, and {@code info tlb} lists the same leaves with
 * the same permissions.
 */
@Timeout(300)
class CpuTablesOracleTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final int SEEDS = LONG ? 100 : 6;
  private static final int CHANGES = 30;
  private static final int ADDRESSES = 250;

  /** Tables are between 16 and 48 MiB, where QEMU's machine has RAM, too. */
  private static final long FIRST_PFN = 0x1000;

  private static final int RAM_PAGES = 0x2000;

  /** QEMU's processor has no more bits in a physical address, and finds more reserved. */
  private static final int HOST_BITS = 40;

  private static final long LAST_LOWER_PAGE = (1L << 47 - Pages.SHIFT) - 1;

  @Test
  void an_address_leads_where_qemu_says() throws IOException {
    Set<Long> sizes = new HashSet<>();
    int absent = 0;
    try (QemuCpu qemu = QemuCpu.start(QemuCommand.find())) {
      for (int seed = 1; seed <= SEEDS; seed++) {
        try (SimulatedMachine machine =
            SimulatedMachine.builder().ram(FIRST_PFN, RAM_PAGES).build()) {
          Random random = new Random(seed);
          Translation tables = Objects.requireNonNull(machine.newTranslation(0, LAST_LOWER_PAGE));
          List<Long> edges = change(tables, random);
          copy(machine, qemu);
          qemu.translateBy(((PageTables) tables).rootPfn());
          for (int look = 0; look < ADDRESSES; look++) {
            long page = edges.get(random.nextInt(edges.size())) + random.nextInt(5) - 2;
            absent += compare(tables, Math.max(0, page), random.nextInt(4096), qemu) ? 0 : 1;
          }
          compareLeaves(tables, qemu, sizes);
          tables.close();
        }
      }
    }
    assertThat(sizes).containsExactlyInAnyOrder(1L, 512L, 1L << 18);
    assertThat(absent).isBetween(SEEDS * ADDRESSES / 20, SEEDS * ADDRESSES * 19 / 20);
  }

  /** Maps, unmaps and restricts at random; first and last pages of what was changed. */
  private static List<Long> change(Translation tables, Random random) {
    List<Long> edges = new ArrayList<>();
    for (int i = 0; i < CHANGES; i++) {
      // Runs of a few pages, of some MiB, of some GiB; aligned alike, so that large leaves fit.
      int log2 = 9 * random.nextInt(3);
      long first = random.nextLong(1L << (log2 == 18 ? 8 : 6)) + 1 << log2;
      long pages = 1 + random.nextLong(3L << log2);
      long pfn = random.nextLong(1L << 20) << log2 & (1L << HOST_BITS - Pages.SHIFT) - 1;
      long last = first + pages - 1;
      if (!tables.cut(first, last)) {
        continue;
      }
      edges.add(first);
      edges.add(last);
      switch (random.nextInt(6)) {
        case 0 -> tables.remove(first, last);
        case 1 -> tables.restrict(first, last, Permissions.READ);
        default -> {
          tables.remove(first, last);
          int permissions =
              switch (random.nextInt(3)) {
                case 0 -> Permissions.READ;
                case 1 -> Permissions.READ_WRITE;
                default -> Permissions.READ | Permissions.EXECUTE;
              };
          tables.installRun(first, pfn, pages, permissions, CachePolicy.CACHED);
        }
      }
    }
    return edges;
  }

  private static void copy(SimulatedMachine machine, QemuCpu qemu) {
    for (long at = FIRST_PFN << 12; at < FIRST_PFN + RAM_PAGES << 12; at += 8) {
      qemu.put(at, machine.memory().readLong(at));
    }
  }

  /** Compares one address; whether it leads anywhere. */
  private static boolean compare(Translation tables, long page, int offset, QemuCpu qemu)
      throws IOException {
    long address = Pages.address(page) + offset;
    long entry = tables.entry(page);
    String said = qemu.monitor("gva2gpa 0x" + Long.toHexString(address));
    if (!TranslationEntry.present(entry)) {
      assertThat(said).contains("Unmapped");
      return false;
    }
    long physical = Pages.address(TranslationEntry.pfn(entry)) + offset;
    assertThat(said)
        .as(() -> "the walk " + tables.walk(page))
        .contains("gpa: 0x" + Long.toHexString(physical) + "\\r");
    return true;
  }

  /** Compares the leaves with the lines of the list. */
  private static void compareLeaves(Translation tables, QemuCpu qemu, Set<Long> sizes)
      throws IOException {
    List<String> ours = new ArrayList<>();
    tables.forEachLeaf(
        0,
        LAST_LOWER_PAGE,
        (page, pages, entry) -> {
          sizes.add(pages);
          int permissions = TranslationEntry.permissions(entry);
          ours.add(
              String.format(
                  Locale.ROOT,
                  "%016x: %016x %s%s%s",
                  Pages.address(page),
                  Pages.address(TranslationEntry.pfn(entry)),
                  (permissions & Permissions.EXECUTE) == 0 ? "X" : "-",
                  pages > 1 ? "P" : "-",
                  (permissions & Permissions.WRITE) != 0 ? "W" : "-"));
        });
    List<String> theirs = new ArrayList<>();
    for (String line : qemu.monitor("info tlb").split("\\\\r\\\\n", -1)) {
      String text = line.replace("{\"return\": \"", "");
      if (text.matches("[0-9a-f]{16}: [0-9a-f]{16} .{9}")) {
        // Of the bits X G P D A C T U W those that are compared.
        theirs.add(text.substring(0, 36) + text.charAt(37) + text.charAt(43));
      }
    }
    assertThat(theirs).hasSameSizeAs(ours);
    assertThat(theirs).isEqualTo(ours);
  }
}
