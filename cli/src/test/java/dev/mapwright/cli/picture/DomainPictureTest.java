package dev.mapwright.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A domain in a picture. */
class DomainPictureTest {
  private final SimulatedMachine machine =
      SimulatedMachine.builder().ram(0x100, 4096).iommu(IommuMode.LEGACY, 39).build();
  private final Iommu iommu = Objects.requireNonNull(machine.iommu());
  private final Domain domain =
      Domain.create(
              machine,
              "disk",
              Objects.requireNonNull(iommu.newTranslation(39)),
              (1L << 27) - 1,
              null)
          .get();

  @AfterEach
  void close() {
    domain.close();
    machine.close();
  }

  private String printed() {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    TextPicture.print(DomainPicture.of(domain), "disk", 80, false, out);
    out.flush();
    return text.toString();
  }

  @Test
  void mappings_reservations_segments_and_what_is_set_aside_are_in_the_picture() {
    long pfn = machine.frames().allocateRun(RunRequest.of(16, 4), FrameOwner.POOL, 1);
    assertThat(pfn).isEqualTo(0x110);
    domain.setAside(0xFEE00, 0x100, false).orThrow();
    domain.setAside(0x108, 8, true).orThrow();
    domain
        .map(
            new DomainRequest().pages(4).permissions(Permissions.READ).at(0x40), page -> pfn + page)
        .orThrow();
    DomainReservation reservation = domain.reserve(new DomainRequest().pages(64).at(0x1000)).get();
    reservation.map(0, 2, page -> pfn + page, Permissions.READ_WRITE).orThrow();
    reservation.map(32, 1, page -> pfn, Permissions.NONE).orThrow();
    domain.reserve(new DomainRequest().pages(16).at(0x1040)).get();
    assertThat(printed()).isEqualTo(EXPECTED);
  }

  private static final String EXPECTED =
      """
      disk
      1 mapping, 2 reservations with 2 segments, 2 ranges set aside, 60 KiB of 512 GiB

        address           perm      size  log size               what
        ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  256 KiB free
        40000             r-      16 KiB  ░░░░░░░░░░░░░░         ─ → 110000
        ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  784 KiB free
        108000            rw      32 KiB  █████████████████████  ─ → 108000, set aside
        ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  14.9 MiB free
      ┌─ reservation 1000000-103ffff, 256 KiB, 2 segments
      │ 1000000           rw       8 KiB  ███████                ─ → 110000
      │ ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  120 KiB not mapped
      │ 1020000           --       4 KiB  ·                      ─ → 110000
      │ ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  124 KiB not mapped
      └─
      ┌─ reservation 1040000-104ffff, 64 KiB, nothing mapped
      │ ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  64 KiB not mapped
      └─
        ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  4 GiB free
        ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  1 MiB set aside
        ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  508 GiB free

        ··· no access   ░░░ read   ███ read and write
      """;

  @Test
  void an_empty_domain_is_one_gap() {
    assertThat(printed()).contains("0 mappings, 0 KiB of 512 GiB").contains("512 GiB free");
  }

  @Test
  void thousands_of_short_mappings_that_look_alike_are_one_line() {
    for (int i = 0; i < 2000; i++) {
      int pages = i % 100 == 0 ? 2 : 1;
      long at = 0x1000L + i + (i + 99) / 100; // each behind the last one
      domain
          .map(new DomainRequest().pages(pages).at(at), page -> 0x200 + at * 7 % 1024 + page)
          .orThrow();
    }
    domain.map(new DomainRequest().pages(17).at(0x1000 + 2020), page -> 0x300 + page).orThrow();
    for (int i = 0; i < 7; i++) {
      long at = 0x8000L + i;
      domain
          .map(
              new DomainRequest().pages(1).permissions(Permissions.READ).at(at), page -> at & 0x7FF)
          .orThrow();
    }
    assertThat(printed())
        .contains("2,008 mappings, ")
        .contains("─ 2,020 pages, 2,000 mappings\n")
        .contains(" 68 KiB ")
        .hasLineCount(4 + 1 + 2 + 1 + 7 + 1 + 2);
  }

  @Test
  void what_waits_side_by_side_is_one_line() {
    try (Domain deferring =
        Domain.create(
                machine,
                "disk",
                Objects.requireNonNull(iommu.newTranslation(39)),
                255,
                null,
                DomainOptions.USUAL.withDeferredFlush(8))
            .get()) {
      deferring.map(new DomainRequest().pages(4).at(8), page -> 0x200 + page).orThrow();
      deferring.unmap(8, 1).orThrow();
      deferring.unmap(9, 3).orThrow();
      assertThat(DomainPicture.of(deferring).rows())
          .contains(new Row.Gap(0, 8, 11, "unmapped and not flushed, 2 ranges"));
    }
  }
}
