package dev.mapwright.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.StaleAccess;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the engine answers prints as a sentence. */
class RecordTextTest {
  @Test
  void a_translation_says_whether_the_access_would_succeed() {
    try (SimulatedMachine machine = SimulatedMachine.create(1 << 20);
        AddressSpace space = AddressSpace.create(machine, "test", 0, 0xFFFF).get()) {
      MemoryObject object = MemoryObject.paged(machine, 1).get();
      MapRequest request = new MapRequest().object(object, 0).pages(1).tag(3);
      request.where().at(0x400);
      space.root().map(request).orThrow();

      assertThat(space.translate(0x400_000, Access.WRITE))
          .hasToString("would succeed: no frame, rw-, a page is committed first");
      assertThat(space.translate(0x400_000, Access.FETCH))
          .hasToString("would fault: the mapping's permissions do not allow it");
      assertThat(space.translate(0x500_000, Access.READ))
          .hasToString("would fault: no mapping covers the address");
      Cpu cpu = machine.newCpu();
      cpu.attach(space);
      cpu.store(0x400_000, 8, 1);
      String frame = Long.toHexString(object.frameOf(0));
      assertThat(space.translate(0x400_000, Access.WRITE))
          .hasToString("would succeed: frame 0x" + frame + ", rw-");

      assertThat(space.mappingOf(0x400))
          .hasToString(
              "0x400000-0x400fff rw- (at most rwx), object "
                  + object.number()
                  + " from its page 0x0, CACHED, tag 3");
      object.release();
    }
  }

  @Test
  void a_result_is_what_was_made_or_why_not() {
    assertThat(Made.of(5)).hasToString("made: 5");
    assertThat(Made.refused(Outcome.BEYOND_OBJECT))
        .hasToString("refused: the page lies beyond the end of its object");
  }

  @Test
  void an_event_says_to_what_it_happened_and_who_did_it() {
    assertThat(new Event("space 1", 7, EventKind.MAPPED, 0x400, 1, 2, 3, "Main.java:5"))
        .hasToString(
            "space 1 7: MAPPED, 1 page from page 0x400, details 0x2 and 0x3, by Main.java:5");
  }

  @Test
  void an_access_of_a_device_says_what_became_of_it() {
    assertThat(
            new DmaFault(
                0x18,
                DmaFault.NO_PASID,
                0x1000,
                Access.READ,
                DmaFault.Reason.NOT_MAPPED,
                6,
                null,
                300))
        .hasToString(
            "read at 0x1000 by device 0x18: nothing is mapped there (reason 0x6), at step 300");
    assertThat(new StaleAccess(0x18, 2, 0x1000, Access.WRITE, 9, null, null, 4))
        .hasToString(
            "write at 0x1000 by device 0x18, PASID 0x2: went through to frame 0x9 by a remembered"
                + " translation, and now the tables lead to another frame, at step 4");
  }

  @Test
  void a_walk_says_how_it_ended() {
    assertThat(
            new TableWalkReport(
                TableWalkReport.Ending.LEAF, 2, 0x200, 512, Permissions.READ, List.of()))
        .hasToString("a leaf at level 2, entries read: 0, frame 0x200, pages: 512, r--");
    assertThat(new TableWalkReport(TableWalkReport.Ending.ABSENT, 3, -1, 0, 0, List.of()))
        .hasToString("nothing is mapped: no entry at level 3, entries read: 0");
    assertThat(new AttachmentReport(AttachmentReport.Ending.PASS_THROUGH, 0, 4, null, null, -1))
        .hasToString("domain 4, addresses are let through");
  }
}
