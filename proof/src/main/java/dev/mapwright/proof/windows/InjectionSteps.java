package dev.mapwright.proof.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.answer.MmGetSystemAddressForMdlSafe;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.contiguous.ContiguousCalls;
import dev.mapwright.windows.iospace.IoSpaceCalls;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.mdl.MdlMappingCalls;
import dev.mapwright.windows.mdl.MdlPagesCalls;
import dev.mapwright.windows.pool.PoolCalls;
import dev.mapwright.windows.reserved.ReservedCalls;
import java.util.List;
import java.util.function.LongSupplier;

/** Calls while the verifier simulates low resources: whatever they ask for, it is refused. */
final class InjectionSteps {
  private static final int TAG = PoolTag.of("Fail");

  private final Stage stage;
  private final World world;
  private final Judge judge;

  InjectionSteps(WindowsRun run) {
    stage = run.stage;
    world = run.world;
    judge = run.judge;
  }

  /** The routines that can fail on purpose (Driver Verifier, Low Resources Simulation). */
  private static final List<Routine> ROUTINES =
      List.of(
          Routine.IO_ALLOCATE_MDL,
          Routine.MM_PROBE_AND_LOCK_PAGES,
          Routine.MM_ALLOCATE_PAGES_FOR_MDL,
          Routine.MM_ALLOCATE_PAGES_FOR_MDL_EX,
          Routine.MM_MAP_LOCKED_PAGES_SPECIFY_CACHE,
          Routine.MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE,
          Routine.MM_MAP_IO_SPACE,
          Routine.MM_MAP_IO_SPACE_EX,
          Routine.MM_ALLOCATE_MDL_FOR_IO_SPACE,
          Routine.EX_ALLOCATE_POOL2,
          Routine.MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE,
          Routine.MM_ALLOCATE_MAPPING_ADDRESS,
          Routine.MM_ALLOCATE_MAPPING_ADDRESS_EX);

  void call(Draw draw) {
    Routine routine = ROUTINES.get(draw.below(ROUTINES.size()));
    Condition injected = null;
    for (Condition condition : routine.conditions()) {
      injected = condition.name().equals("INJECTED") ? condition : injected;
    }
    ModelMdl mdl = draw.any(List.copyOf(world.mdls.values()));
    long address = mdl == null || draw.chance(10) ? draw.garbage() : mdl.address;
    boolean safe = routine == Routine.MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE;
    if (injected == null || (safe && (mdl == null || address != mdl.address))) {
      return;
    }
    judge.tell("%s with low resources", routine);
    Expected expected = Expected.failed(injected);
    if (injected.effect() == Effect.RAISED) {
      expected = expected.raising(injected.answer().code());
    }
    if (safe && mdl != null && mdl.any(MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) {
      // Nothing is to be allocated.
      expected = Expected.done(MmGetSystemAddressForMdlSafe.DONE, mdl.mappedSystemVa());
    }
    stage.kernel.verifier().simulateLowResources(10_000, 0);
    judge.call(expected, of(routine, address));
    stage.kernel.verifier().stopSimulating();
  }

  private LongSupplier of(Routine routine, long mdl) {
    return switch (routine) {
      case IO_ALLOCATE_MDL -> () -> MdlCalls.ioAllocateMdl(stage.c, 0, 1, false, false, 0);
      case MM_PROBE_AND_LOCK_PAGES ->
          () -> {
            MdlCalls.mmProbeAndLockPages(stage.c, mdl, 0, 0);
            return 0;
          };
      case MM_ALLOCATE_PAGES_FOR_MDL ->
          () -> MdlPagesCalls.mmAllocatePagesForMdl(stage.c, 0, -1, 0, 1);
      case MM_ALLOCATE_PAGES_FOR_MDL_EX ->
          () -> MdlPagesCalls.mmAllocatePagesForMdlEx(stage.c, 0, -1, 0, 1, 1, 0);
      case MM_MAP_LOCKED_PAGES_SPECIFY_CACHE ->
          () -> MdlMappingCalls.mmMapLockedPagesSpecifyCache(stage.c, mdl, 0, 1, 0, 0, 32);
      case MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE ->
          () -> MdlMappingCalls.mmGetSystemAddressForMdlSafe(stage.c, mdl, 32);
      case MM_MAP_IO_SPACE ->
          () -> IoSpaceCalls.mmMapIoSpace(stage.c, Stage.FIRST_DEVICE << 12, 1, 0);
      case MM_MAP_IO_SPACE_EX ->
          () -> IoSpaceCalls.mmMapIoSpaceEx(stage.c, Stage.FIRST_DEVICE << 12, 1, 4);
      case MM_ALLOCATE_MDL_FOR_IO_SPACE ->
          () -> IoSpaceCalls.mmAllocateMdlForIoSpace(stage.c, mdl, 1, mdl);
      case EX_ALLOCATE_POOL2 -> () -> PoolCalls.exAllocatePool2(stage.c, 0x40, 1, TAG);
      case MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE ->
          () -> ContiguousCalls.mmAllocateContiguousMemorySpecifyCache(stage.c, 1, 0, -1, 0, 1);
      case MM_ALLOCATE_MAPPING_ADDRESS ->
          () -> ReservedCalls.mmAllocateMappingAddress(stage.c, 1, TAG);
      default -> () -> ReservedCalls.mmAllocateMappingAddressEx(stage.c, 1, TAG, 0);
    };
  }
}
