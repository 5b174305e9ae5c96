package dev.mapwright.proof.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.linux.iommu.LiveRange;
import dev.mapwright.linux.iommu.RecordedTables;
import dev.mapwright.sim.AttachmentReport;
import dev.mapwright.sim.AttachmentReport.Ending;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.TableWalkReport;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.iommu.SimulatedIommu;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tables that a Linux kernel has written, in the memory of a simulated machine: its walkers and its
 * IOMMU find there what an independent walker has found. Further folders are named, with commas
 * between them, by the system property {@code mapwright.iommu.recordings}.
 */
class RecordedTablesTest {
  private static final int ADDRESS_BITS = 48;

  /** More entries than any recording has. */
  private static final long MOST_ENTRIES = 10_000_000;

  static Stream<Path> recordings() throws URISyntaxException {
    List<Path> folders = new ArrayList<>();
    for (String name : List.of("iommu-legacy", "iommu-scalable")) {
      folders.add(
          Path.of(
                  Objects.requireNonNull(
                          RecordedTablesTest.class.getResource("/recordings/" + name + "/live.txt"))
                      .toURI())
              .getParent());
    }
    String more = System.getProperty("mapwright.iommu.recordings", "");
    for (String folder : more.isEmpty() ? new String[0] : more.split(",", -1)) {
      folders.add(new File(folder).toPath());
    }
    return folders.stream();
  }

  private static SimulatedMachine load(RecordedTables recorded) {
    long end = 1L << 20;
    for (RecordedTables.Table table : recorded.tables()) {
      end = Math.max(end, table.physicalAddress() + Pages.BYTES);
    }
    IommuMode mode = (recorded.register() & 0xC00) == 0 ? IommuMode.LEGACY : IommuMode.SCALABLE;
    SimulatedMachine machine =
        SimulatedMachine.builder().ram(0, Pages.of(end)).iommu(mode, ADDRESS_BITS).build();
    for (RecordedTables.Table table : recorded.tables()) {
      machine
          .memory()
          .write(
              Pages.of(table.physicalAddress()),
              0,
              MemorySegment.ofArray(table.bytes()),
              0,
              Pages.BYTES);
    }
    return machine;
  }

  private static AttachmentReport attachment(
      SimulatedMachine machine, RecordedTables recorded, int requester) {
    return machine.attachmentOf(recorded.register(), requester, DmaFault.NO_PASID, ADDRESS_BITS);
  }

  /** Joins a leaf to the range before it where that goes on. */
  private static void add(List<LiveRange> ranges, LiveRange next) {
    LiveRange last = ranges.isEmpty() ? null : ranges.getLast();
    if (last != null
        && last.requester() == next.requester()
        && last.lastAddress() + 1 == next.firstAddress()
        && last.physicalAddress() + (next.firstAddress() - last.firstAddress())
            == next.physicalAddress()
        && last.permissions() == next.permissions()) {
      ranges.removeLast();
      ranges.add(
          new LiveRange(
              last.requester(),
              last.firstAddress(),
              next.lastAddress(),
              last.physicalAddress(),
              last.permissions()));
    } else {
      ranges.add(next);
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void what_is_in_the_tables_is_what_another_walker_found(Path folder) throws IOException {
    RecordedTables recorded = RecordedTables.read(folder);
    assertThat(RecordedTables.isIn(folder)).isTrue();
    assertThat(recorded.requesters()).isNotEmpty();
    Map<Integer, List<LiveRange>> expected = new HashMap<>();
    for (LiveRange range : LiveRange.read(folder.resolve("live.txt"))) {
      expected.computeIfAbsent(range.requester(), none -> new ArrayList<>()).add(range);
    }
    try (SimulatedMachine machine = load(recorded)) {
      for (int requester : recorded.requesters()) {
        AttachmentReport attached = attachment(machine, recorded, requester);
        assertThat(attached.ending()).isEqualTo(Ending.TABLES);
        List<LiveRange> found = new ArrayList<>();
        boolean whole =
            machine.visitTables(
                Objects.requireNonNull(attached.format()),
                attached.rootPfn(),
                MOST_ENTRIES,
                (first, last, pfn, permissions) ->
                    add(
                        found,
                        new LiveRange(
                            requester,
                            Pages.address(first),
                            Pages.lastAddress(last),
                            Pages.address(pfn),
                            permissions & Permissions.READ_WRITE)));
        assertThat(whole).isTrue();
        assertThat(found).isEqualTo(expected.getOrDefault(requester, List.of()));
        expected.remove(requester);
      }
      assertThat(expected).as("requesters that no device has").isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void every_page_is_walked_to_its_frame_and_no_other_page_is_there(Path folder)
      throws IOException {
    RecordedTables recorded = RecordedTables.read(folder);
    List<LiveRange> live = LiveRange.read(folder.resolve("live.txt"));
    Random random = new Random(4);
    try (SimulatedMachine machine = load(recorded)) {
      int pages = 0;
      for (LiveRange range : live) {
        AttachmentReport attached = attachment(machine, recorded, range.requester());
        TableFormat format = Objects.requireNonNull(attached.format());
        long first = Pages.of(range.firstAddress());
        long last = Pages.of(range.lastAddress());
        for (long page = first; page <= last; page++) {
          TableWalkReport walk = machine.walkTables(format, attached.rootPfn(), page);
          assertThat(walk.ending()).isEqualTo(TableWalkReport.Ending.LEAF);
          assertThat(walk.pfn()).isEqualTo(Pages.of(range.physicalAddress()) + page - first);
          assertThat(walk.permissions() & Permissions.READ_WRITE).isEqualTo(range.permissions());
          pages++;
        }
      }
      assertThat(pages).isPositive();
      for (int look = 0; look < 2000; look++) {
        LiveRange near = live.get(random.nextInt(live.size()));
        long page = Pages.of(near.firstAddress()) + random.nextLong(2048) - 1024;
        boolean there =
            live.stream()
                .anyMatch(range ->
                    range.requester() == near.requester()
                        && page >= Pages.of(range.firstAddress())
                        && page <= Pages.of(range.lastAddress()));
        AttachmentReport attached = attachment(machine, recorded, near.requester());
        TableFormat format = Objects.requireNonNull(attached.format());
        if (format.translatable(page)) {
          TableWalkReport walk = machine.walkTables(format, attached.rootPfn(), page);
          assertThat(walk.ending() == TableWalkReport.Ending.LEAF).isEqualTo(there);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void devices_write_where_the_kernel_meant_them_to(Path folder) throws IOException {
    RecordedTables recorded = RecordedTables.read(folder);
    try (SimulatedMachine machine = load(recorded)) {
      Iommu iommu = Objects.requireNonNull(machine.iommu());
      ((SimulatedIommu) iommu).unit().setRoot(recorded.register());
      long ramEnd = Pages.address(machine.frames().total() + 1);
      int written = 0;
      for (LiveRange range : LiveRange.read(folder.resolve("live.txt"))) {
        DmaPort port = machine.newDmaPort(range.requester(), DmaFault.NO_PASID);
        boolean table =
            recorded.tables().stream()
                .anyMatch(one ->
                    one.physicalAddress() >= range.physicalAddress()
                        && one.physicalAddress() - range.physicalAddress()
                            <= range.lastAddress() - range.firstAddress());
        if (table || range.physicalAddress() + Pages.BYTES > ramEnd) {
          continue;
        }
        MemorySegment mark = MemorySegment.ofArray(new byte[] {(byte) ++written, 1});
        DmaFault fault = port.write(range.firstAddress(), mark, 0, 2);
        boolean writable = (range.permissions() & Permissions.WRITE) != 0;
        assertThat(fault == null).isEqualTo(writable);
        if (fault == null) {
          assertThat(machine.memory().readLong(range.physicalAddress()) & 0xFFFF)
              .isEqualTo(0x100 | written & 0xFF);
        } else {
          assertThat(fault.reason()).isEqualTo(DmaFault.Reason.DENIED);
        }
      }
      assertThat(written).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void our_own_tables_for_the_same_mappings_translate_the_same(Path folder) throws IOException {
    RecordedTables recorded = RecordedTables.read(folder);
    List<LiveRange> live = LiveRange.read(folder.resolve("live.txt"));
    try (SimulatedMachine machine =
        SimulatedMachine.builder().ram(0, 4096).iommu(IommuMode.SCALABLE, ADDRESS_BITS).build()) {
      Iommu iommu = Objects.requireNonNull(machine.iommu());
      for (int requester : recorded.requesters()) {
        Translation tables = Objects.requireNonNull(iommu.newTranslation(ADDRESS_BITS));
        List<LiveRange> expected =
            live.stream().filter(range -> range.requester() == requester).toList();
        for (LiveRange range : expected) {
          long first = Pages.of(range.firstAddress());
          long pages = Pages.of(range.lastAddress()) - first + 1;
          int permissions = tables.effective(range.permissions());
          assertThat(
                  tables.installRun(
                      first,
                      Pages.of(range.physicalAddress()),
                      pages,
                      permissions,
                      CachePolicy.CACHED))
              .isTrue();
        }
        List<LiveRange> found = new ArrayList<>();
        tables.forEachLeaf(
            0,
            Pages.LAST_PAGE,
            (page, pages, entry) ->
                add(
                    found,
                    new LiveRange(
                        requester,
                        Pages.address(page),
                        Pages.lastAddress(page + pages - 1),
                        Pages.address(TranslationEntry.pfn(entry)),
                        TranslationEntry.permissions(entry) & Permissions.READ_WRITE)));
        assertThat(found).isEqualTo(expected);
      }
    }
  }
}
