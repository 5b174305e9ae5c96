package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.Region;

/**
 * What the tests of mapped frames have in common: frames that belong to an object, each with its
 * own number in it, and a look at a page through everything that shows it.
 */
abstract class FrameMappingStage extends Contract {
  static final long AT = 0x2FF0;
  static final int FRAMES = 64;

  /** Frame i begins with the number 1000 + i. */
  final MemoryObject run = contiguous(FRAMES, 0);

  FrameMappingStage(Substrate substrate) {
    this(substrate, Substrate.Hardware.of(RAM_PAGES));
  }

  FrameMappingStage(Substrate substrate, Substrate.Hardware hardware) {
    super(substrate, hardware);
    for (int i = 0; i < FRAMES; i++) {
      put(run, i, 1000 + i);
    }
  }

  /** A request for frames at a page, to read and write. */
  MapRequest frames(long pages, long at) {
    request.clear().pages(pages).where().at(at);
    return request;
  }

  /** The frames of the run from one on. */
  PfnSource from(long frame) {
    return page -> run.frameOf(frame + page);
  }

  Outcome mapFrames(Region region, long frame, long pages, long at, int permissions) {
    frames(pages, at).permissions(permissions);
    return region.mapFrames(request, from(frame));
  }

  void mapFrames(long frame, long pages, long at, int permissions) {
    mapFrames(root(), frame, pages, at, permissions).orThrow();
    assertThat(request.firstPage()).isEqualTo(at);
  }

  void mapFrames(long frame, long pages, long at) {
    mapFrames(frame, pages, at, Permissions.READ_WRITE);
  }

  int holds(long frame) {
    return machine.frames().holds(run.frameOf(frame));
  }

  private boolean gets(Runnable access) {
    try {
      access.run();
      return true;
    } catch (MemoryFault fault) {
      assertThat(fault.fault().reason()).isEqualTo(FaultReason.DENIED);
      return false;
    }
  }

  /** A page shows a frame of the run and allows what was asked for, to whoever looks. */
  void assertShows(AddressSpace in, long page, long frame, int permissions) {
    long address = Pages.address(page);
    long pfn = run.frameOf(frame);
    int allowed = in.translation().effective(permissions);
    assertThat(in.mappingOf(page))
        .as("the mapping of page 0x%x", page)
        .satisfies(mapping -> {
          assertThat(mapping.object()).isNull();
          assertThat(mapping.permissions()).isEqualTo(permissions);
        });
    long entry = in.translation().entry(page);
    assertThat(TranslationEntry.bare(entry)).isTrue();
    assertThat(TranslationEntry.pfn(entry)).isEqualTo(pfn);
    assertThat(TranslationEntry.asked(entry)).isEqualTo(permissions);
    assertThat(TranslationEntry.present(entry)).isEqualTo(permissions != Permissions.NONE);
    for (Access access : Access.values()) {
      boolean right = (allowed & access.permission()) != 0;
      assertThat(in.translate(address, access).reason() == null).isEqualTo(right);
      if (right) {
        assertThat(in.translate(address, access).pfn()).isEqualTo(pfn);
      }
    }
    long physical = Pages.address(pfn);
    assertThat(gets(() -> assertThat(load(address)).isEqualTo(machine.memory().readLong(physical))))
        .isEqualTo((allowed & Permissions.READ) != 0);
    assertThat(gets(() -> cpu.fetch(address, 8))).isEqualTo((allowed & Permissions.EXECUTE) != 0);
    long mark = machine.memory().readLong(physical + 8) + 1;
    boolean stored = gets(() -> store(address + 8, mark));
    assertThat(stored).isEqualTo((allowed & Permissions.WRITE) != 0);
    assertThat(machine.memory().readLong(physical + 8)).isEqualTo(stored ? mark : mark - 1);
  }

  void assertShows(long page, long frame, int permissions) {
    assertShows(space, page, frame, permissions);
  }

  /** Nobody finds anything at a page. */
  void assertNothingAt(long page) {
    assertThat(space.mappingOf(page)).isNull();
    assertThat(space.translation().entry(page)).isEqualTo(TranslationEntry.ABSENT);
    assertLoadFaults(Pages.address(page), FaultReason.UNMAPPED);
  }

  void assertSound() {
    assertThat(Invariants.violations(machine)).isEmpty();
  }
}
