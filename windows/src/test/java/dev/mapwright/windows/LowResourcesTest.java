package dev.mapwright.windows;

import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdlSafe;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.answer.Kind;
import dev.mapwright.windows.answer.Routine;
import example.driver.SampleDriver;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Allocations that the verifier lets fail on purpose. */
class LowResourcesTest extends MdlTest {
  private static final int CAREFUL = HIGH_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;

  /** What the documentation of Driver Verifier names, and what else of these allocates. */
  private static final Set<Routine> ALLOCATE =
      EnumSet.of(
          Routine.IO_ALLOCATE_MDL,
          Routine.MM_PROBE_AND_LOCK_PAGES,
          Routine.MM_PROBE_AND_LOCK_PROCESS_PAGES,
          Routine.MM_PROBE_AND_LOCK_SELECTED_PAGES,
          Routine.MM_MAP_LOCKED_PAGES_SPECIFY_CACHE,
          Routine.MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE,
          Routine.MM_MAP_MDL,
          Routine.MM_ALLOCATE_PAGES_FOR_MDL,
          Routine.MM_ALLOCATE_PAGES_FOR_MDL_EX,
          Routine.MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX,
          Routine.MM_ALLOCATE_MAPPING_ADDRESS,
          Routine.MM_ALLOCATE_MAPPING_ADDRESS_EX,
          Routine.MM_MAP_IO_SPACE,
          Routine.MM_MAP_IO_SPACE_EX,
          Routine.MM_ALLOCATE_MDL_FOR_IO_SPACE,
          Routine.MM_ALLOCATE_CONTIGUOUS_MEMORY,
          Routine.MM_ALLOCATE_CONTIGUOUS_MEMORY_EX,
          Routine.MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE,
          Routine.MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE,
          Routine.MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY,
          Routine.MM_ALLOCATE_NON_CACHED_MEMORY,
          Routine.EX_ALLOCATE_POOL2,
          Routine.EX_ALLOCATE_POOL_WITH_TAG,
          Routine.IO_ALLOCATE_IRP);

  @Test
  void everyRoutineThatAllocatesAndNoOtherFailsOnPurposeInItsOwnWay() {
    for (Routine routine : Routine.values()) {
      Condition injected = routine.injected();
      assertThat(injected != null).as("%s", routine).isEqualTo(ALLOCATE.contains(routine));
      if (injected != null) {
        Effect expected =
            routine.result() == Kind.NTSTATUS
                ? Effect.STATUS
                : routine.result() == Kind.VOID ? Effect.RAISED : Effect.NULL;
        assertThat(injected.effect()).as("%s", routine).isEqualTo(expected);
      }
    }
  }

  @Test
  void anMdlThatHasASystemAddressKeepsItWhenNothingCanBeAllocated() {
    long mdl = memory(MdlLayout.PFNS + 8);
    mmInitializeMdl(c, mdl, memory(PAGE), PAGE);
    mmProbeAndLockPages(c, mdl, 0, 1);
    kernel.verifier().simulateLowResources(10_000, 0);
    assertThat(mmGetSystemAddressForMdlSafe(c, mdl, CAREFUL)).isZero();
    kernel.verifier().stopSimulating();
    long va = mmGetSystemAddressForMdlSafe(c, mdl, CAREFUL);
    assertThat(va).isNotZero();
    kernel.verifier().simulateLowResources(10_000, 0);
    assertThat(mmGetSystemAddressForMdlSafe(c, mdl, CAREFUL)).isEqualTo(va);
    kernel.verifier().stopSimulating();
    mmUnlockPages(c, mdl);
  }

  @Test
  void aTestThatIsRepeatedSeesEachOfItsAllocationsFailOnce() {
    long callback = kernel.functions().register((callee, first, second) -> 0);
    SampleDriver sample = new SampleDriver(c, FIRST_DEVICE_PFN * PAGE, callback);
    long user = userMemory(2 * PAGE);
    c.store(user, 8, 1);
    c.store(user + PAGE, 8, 2);
    assertThat(sample.run(user)).isTrue();
    String before = image();
    List<Routine> failed = new ArrayList<>();
    kernel.observe(condition -> {
      if (condition.name().equals("INJECTED")) {
        failed.add(condition.answer().routine());
      }
    });
    kernel.verifier().failEachCallStackOnce();
    int runs = 0;
    long injected;
    do {
      injected = kernel.verifier().injected();
      boolean worked = sample.run(user);
      assertThat(worked).isEqualTo(kernel.verifier().injected() == injected);
      assertThat(image()).isEqualTo(before);
      runs++;
    } while (kernel.verifier().injected() != injected);
    assertThat(failed).hasSize((int) injected);
    assertThat(EnumSet.copyOf(failed)).isEqualTo(ALLOCATE);
    assertThat(injected).isEqualTo(SampleDriver.ALLOCATING_STACKS);
    assertThat(runs).isEqualTo(SampleDriver.ALLOCATING_STACKS + 1);
    assertThat(kernel.reports()).isEmpty();
    kernel.verifier().stopSimulating();
  }
}
