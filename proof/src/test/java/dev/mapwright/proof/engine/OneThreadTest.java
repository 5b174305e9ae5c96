package dev.mapwright.proof.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The engine on a machine of one thread has no locks, so it refuses a second one everywhere. */
class OneThreadTest {
  @Test
  void a_second_thread_is_refused_also_where_no_table_is_touched() throws InterruptedException {
    try (SimulatedMachine machine =
            SimulatedMachine.builder().ram(0, 1 << 10).singleThreaded().build();
        AddressSpace space = AddressSpace.create(machine, "one", 0x1000, 0x2000).get()) {
      MemoryObject object = MemoryObject.paged(machine, 4).get();
      MapRequest request = new MapRequest().object(object, 0).pages(1);
      request.where().at(0x1000);
      space.root().map(request).orThrow();
      object.commit(0, 1).orThrow();
      List<Runnable> uses =
          List.of(
              () -> space.root().map(request),
              () -> space.root().unmap(0x1000, 1),
              () -> space.mappingOf(0x1000),
              space::mappings,
              () -> object.read(0, MemorySegment.ofArray(new long[1]), 0, 8),
              () -> object.decommit(0, 1));
      List<String> refusals = new ArrayList<>();
      Thread other =
          new Thread(() -> {
            for (Runnable use : uses) {
              try {
                use.run();
              } catch (IllegalStateException refused) {
                refusals.add(String.valueOf(refused.getMessage()));
              }
            }
          });
      other.start();
      other.join();
      assertThat(refusals).hasSameSizeAs(uses).allMatch(text -> text.contains("single-threaded"));
      assertThat(space.mappings()).isEqualTo(1);
      Invariants.verify(machine);
      object.release();
    }
  }
}
