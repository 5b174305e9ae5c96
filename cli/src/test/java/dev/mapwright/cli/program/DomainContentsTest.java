package dev.mapwright.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.cli.picture.DomainPicture;
import dev.mapwright.cli.picture.DomainPicture.Part;
import dev.mapwright.cli.program.DomainRecorder.Sight;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.event.EventLevel;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What events alone say of a domain, against the domain itself. */
class DomainContentsTest {
  /** Small, so that ranges meet each other, and room runs out. */
  private static final int PAGES = 256;

  private final SimulatedMachine machine =
      SimulatedMachine.builder().ram(0x100, 8192).iommu(IommuMode.LEGACY, 39).build();
  private final Iommu iommu = Objects.requireNonNull(machine.iommu());
  private final DomainRecorder recorder = new DomainRecorder();

  DomainContentsTest() {
    machine.events().listen(recorder);
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private Domain domain(String name, boolean allocates, DomainOptions options) {
    return Domain.create(
            machine,
            name,
            Objects.requireNonNull(iommu.newTranslation(39)),
            PAGES - 1,
            allocates ? new BuddyAllocator(20, machine.failures()) : null,
            options)
        .get();
  }

  /** What is in the domain, by asking it. */
  private static List<Part> asked(Domain domain) {
    List<Part> parts = new ArrayList<>();
    domain.forEach((kind, first, pages, entry) -> {
      boolean mapped =
          TranslationEntry.bare(entry)
              && kind != Domain.Kind.RESERVATION
              && kind != Domain.Kind.QUARANTINED
              && kind != Domain.Kind.UNFLUSHED;
      parts.add(
          new Part(
              kind,
              first,
              pages,
              mapped ? TranslationEntry.asked(entry) : Permissions.NONE,
              mapped ? DomainPicture.shows(TranslationEntry.pfn(entry)) : ""));
    });
    return parts;
  }

  private List<Part> told() {
    List<Part> parts = new ArrayList<>();
    for (Part part : sight().parts()) {
      String name = part.name().replace(" and elsewhere", "");
      parts.add(new Part(part.kind(), part.firstPage(), part.pages(), part.permissions(), name));
    }
    return parts;
  }

  private Sight sight() {
    return recorder.now().getLast();
  }

  @ParameterizedTest
  @CsvSource({
    "false,0,0",
    "false,0,1",
    "false,0,5",
    "true,0,0",
    "true,20,0",
    "true,1000,0",
    "true,0,7",
    "true,30,7",
    "true,1000,3"
  })
  void what_the_events_tell_is_what_is_there(boolean allocates, int quarantined, int deferred) {
    for (int seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      DomainOptions options =
          DomainOptions.USUAL.withQuarantine(quarantined).withDeferredFlush(deferred);
      try (Domain domain = domain("a", allocates, options)) {
        List<DomainReservation> reservations = new ArrayList<>();
        for (int step = 0; step < 1500; step++) {
          step(random, domain, allocates, reservations);
          assertThat(told()).as("seed %d, step %d", seed, step).isEqualTo(asked(domain));
        }
      }
      assertThat(recorder.now()).isEmpty();
    }
  }

  private static void step(
      Random random, Domain domain, boolean allocates, List<DomainReservation> reservations) {
    long first = random.nextInt(PAGES);
    long count = 1L + random.nextInt(6);
    long pfn = 0x200L + random.nextInt(4000);
    int permissions = random.nextInt(4);
    DomainRequest request = new DomainRequest().pages(count).permissions(permissions);
    int what = random.nextInt(100);
    if (what < 40) {
      domain.map(allocates ? request : request.at(first), page -> pfn + page);
    } else if (what < 60) {
      domain.unmap(first, count);
    } else if (what < 80) {
      // What is there, whole.
      List<Part> mapped = new ArrayList<>(asked(domain));
      mapped.removeIf(part -> part.kind() != Domain.Kind.MAPPING);
      if (!mapped.isEmpty()) {
        Part part = mapped.get(random.nextInt(mapped.size()));
        domain.unmap(part.firstPage(), part.pages());
      }
    } else if (what < 83 && reservations.size() < 3) {
      DomainReservation made = domain.reserve(allocates ? request : request.at(first)).made();
      if (made != null) {
        reservations.add(made);
      }
    } else if (what < 95 && !reservations.isEmpty()) {
      DomainReservation in = reservations.get(random.nextInt(reservations.size()));
      long page = random.nextInt((int) in.pages());
      long pages = 1L + random.nextInt(2);
      if (random.nextBoolean()) {
        in.map(page, pages, index -> pfn + index, permissions, null);
      } else {
        in.unmap(page, pages, null);
        if (in.release().name().equals("OK")) {
          reservations.remove(in);
        }
      }
    } else if (what < 97) {
      domain.flush();
    } else if (what < 98 && first < 16) {
      domain.setAside(first, 1, random.nextBoolean());
    } else if (!allocates) {
      long[] pages = {first, first + 1};
      if (random.nextBoolean()) {
        domain.mapIdentity(i -> pages[(int) i], 2, Permissions.READ_WRITE);
      } else {
        domain.unmapIdentity(i -> pages[(int) i], 2);
      }
    }
  }

  @Test
  void of_scattered_frames_that_lose_the_first_nobody_knows_the_rest() {
    long[] frames = {0x300, 0x350, 0x351, 0x400};
    try (Domain domain = domain("a", false, DomainOptions.USUAL)) {
      domain.map(new DomainRequest().pages(4).at(8), page -> frames[(int) page]).orThrow();
      assertThat(sight().parts().getFirst().name()).isEqualTo("→ 300000 and elsewhere");
      domain.unmap(8, 1).orThrow();
      assertThat(sight().parts().getFirst().name()).isEqualTo("→ here and there");
    }
  }

  @Test
  void each_domain_is_kept_as_it_stood_when_it_held_most() {
    try (Domain domain = domain("a", false, DomainOptions.USUAL);
        Domain other = domain("b", false, DomainOptions.USUAL)) {
      for (long page = 0; page < 5; page++) {
        domain.map(new DomainRequest().pages(1).at(page), index -> 0x300).orThrow();
      }
      other.map(new DomainRequest().pages(2).at(0), index -> 0x300 + index).orThrow();
      domain.unmap(0, 5).orThrow();
      domain.map(new DomainRequest().pages(3).at(50), index -> 0x300 + index).orThrow();
    }
    assertThat(recorder.most())
        .extracting(sight -> sight.name() + " " + sight.parts().size() + " " + sight.certain())
        .containsExactly("a 5 true", "b 1 true");
    assertThat(recorder.most().getFirst().parts().getLast().firstPage()).isEqualTo(4);
  }

  @Test
  void domains_of_one_name_are_told_apart_or_said_to_be_uncertain() {
    try (Domain domain = domain("a", false, DomainOptions.USUAL)) {
      domain.map(new DomainRequest().pages(1).at(1), index -> 0x300).orThrow();
      try (Domain other = domain("a", false, DomainOptions.USUAL)) {
        assertThat(other.mappings()).isZero();
        domain.map(new DomainRequest().pages(1).at(2), index -> 0x301).orThrow();
        assertThat(recorder.now()).allMatch(Sight::certain);
        assertThat(recorder.now().getFirst().parts()).hasSize(2);
        other.map(new DomainRequest().pages(1).at(1), index -> 0x302).orThrow();
        other.map(new DomainRequest().pages(1).at(2), index -> 0x303).orThrow();
        other.map(new DomainRequest().pages(1).at(3), index -> 0x303).orThrow();
        assertThat(recorder.now()).noneMatch(Sight::certain);
      }
    }
  }

  @Test
  void a_domain_whose_events_were_not_all_told_is_uncertain() {
    try (Domain domain = domain("a", false, DomainOptions.USUAL)) {
      domain.map(new DomainRequest().pages(1).at(1), index -> 0x300).orThrow();
      machine.events().setLevel(EventLevel.RING);
      domain.unmap(1, 1).orThrow();
      machine.events().setLevel(EventLevel.FULL);
      assertThat(sight().certain()).isTrue();
      domain.map(new DomainRequest().pages(1).at(1), index -> 0x300).orThrow();
      assertThat(sight().certain()).isFalse();
    }
  }
}
