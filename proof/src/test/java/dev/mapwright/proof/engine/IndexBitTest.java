package dev.mapwright.proof.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.state.MappingTable;
import dev.mapwright.core.state.SpaceState;
import dev.mapwright.sim.SimulatedMachine;
import org.junit.jupiter.api.Test;

/** What the index says beside a mapping's number is checked, too. */
class IndexBitTest {
  private static final long PAGE = 0x2000;

  @Test
  void a_mapping_that_has_more_pages_than_the_index_says_is_a_violation() throws Exception {
    try (SimulatedMachine machine =
        SimulatedMachine.builder().ram(0, 64).singleThreaded().build()) {
      AddressSpace space = AddressSpace.create(machine, "space", 0x1000, 0x7FFF).get();
      MemoryObject object = MemoryObject.paged(machine, 2).get();
      MapRequest request = new MapRequest().object(object, 0).pages(1);
      request.where().at(PAGE);
      space.root().map(request).orThrow();
      assertThat(Invariants.violations(machine)).isEmpty();

      var field = space.getClass().getDeclaredField("state");
      field.setAccessible(true);
      SpaceState state = (SpaceState) field.get(space);
      // The record's; the state's own would tell the index.
      var setLast = MappingTable.class.getDeclaredMethod("setLast", int.class, long.class);
      setLast.setAccessible(true);
      int id = state.firstBeginning(0, Long.MAX_VALUE);
      setLast.invoke(state.table(), id, PAGE + 1);
      assertThat(Invariants.violations(machine)).anyMatch(one -> one.contains("does not begin"));
      setLast.invoke(state.table(), id, PAGE);
      assertThat(Invariants.violations(machine)).isEmpty();
      space.close();
      object.release();
    }
  }
}
