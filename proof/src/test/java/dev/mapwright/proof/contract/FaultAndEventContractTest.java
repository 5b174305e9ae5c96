package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventLevel;
import dev.mapwright.core.event.JfrEvents;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wrong access is data; everything that happens is an event; what is left is a leak. */
@OnEverySubstrate
class FaultAndEventContractTest extends Contract {
  private final MemoryObject object = object(4);
  private final List<Event> heard = new ArrayList<>();

  FaultAndEventContractTest(Substrate substrate) {
    super(substrate);
  }

  private List<EventKind> kinds() {
    return heard.stream().map(Event::kind).toList();
  }

  @Test
  void a_fault_says_what_was_tried_where_it_failed_and_what_is_there() {
    long a = map(object, 2, 0x2000);
    root().protect(0x2001, 1, Permissions.NONE).orThrow();
    Fault fault = faultOf(() -> cpu.store(a + BYTES - 3, 8, 0));
    assertThat(fault.address()).isEqualTo(a + BYTES - 3);
    assertThat(fault.bytes()).isEqualTo(8);
    assertThat(fault.access()).isEqualTo(Access.WRITE);
    assertThat(fault.faultAddress()).isEqualTo(a + BYTES);
    assertThat(fault.reason()).isEqualTo(FaultReason.DENIED);
    assertThat(fault.mapping())
        .isEqualTo(new Fault.Trace(0x2001, 0x2001, Permissions.NONE, true, 0, null));
    assertThat(load(a + BYTES - 8)).as("nothing is written").isZero();
    assertThat(fault.toString())
        .isEqualTo(
            "write of 8 bytes at 0x2000ffd: the mapping's permissions do not allow it (first at"
                + " 0x2001000); the mapping there is 0x2001000-0x2001fff ---");
  }

  @Test
  void a_fault_remembers_who_removed_the_mapping() {
    Region region = region(8, 0x2000);
    of(object, 4).permissions(Permissions.READ).where().at(0x2002);
    region.map(request).orThrow();
    region.unmap(0x2003, 1).orThrow();
    Fault unmapped = faultOf(() -> cpu.load(Pages.address(0x2003), 1));
    Fault.Trace trace = Objects.requireNonNull(unmapped.mapping());
    assertThat(trace.live()).isFalse();
    assertThat(trace.firstPage()).isEqualTo(0x2003);
    assertThat(trace.permissions()).isEqualTo(Permissions.READ);
    assertThat(trace.removedHow()).isEqualTo("unmap");
    assertThat(space.events())
        .filteredOn(event -> event.sequence() == trace.removedBy())
        .singleElement()
        .satisfies(event -> assertThat(event.kind()).isEqualTo(EventKind.UNMAPPED));
    region.destroy().orThrow();
    assertThat(faultOf(() -> cpu.load(Pages.address(0x2002), 1)).toString())
        .contains("removed by the destruction of its region");
    map(object, 1, 0x2002);
    request.clear().object(object, 0).pages(1).permissions(0).where().overwrite(0x2002);
    root().map(request).orThrow();
    root().unmap(0x2002, 1).orThrow();
    assertThat(faultOf(() -> cpu.load(Pages.address(0x2002), 1)).toString())
        .contains("---, removed by unmap");
    assertThat(faultOf(() -> cpu.load(Pages.address(0x4000), 1)).mapping()).isNull();
  }

  @Test
  void with_recording_off_a_fault_does_not_know_the_past() {
    machine.events().setLevel(EventLevel.OFF);
    map(object, 4, 0x2000);
    int events = space.events().size();
    root().unmap(0x2000, 4).orThrow();
    assertThat(faultOf(() -> cpu.load(Pages.address(0x2000), 1)).mapping()).isNull();
    assertThat(space.events()).hasSize(events);
  }

  @Test
  void bulk_accesses_end_at_the_fault_and_say_so() {
    long a = map(object, 4, 0x2000);
    root().unmap(0x2002, 1).orThrow();
    MemorySegment bytes = MemorySegment.ofArray(new byte[3 * 4096]);
    bytes.fill((byte) 7);
    Fault fault = Objects.requireNonNull(cpu.write(a + 100, bytes, 0, 3 * 4096));
    assertThat(fault.faultAddress()).isEqualTo(a + 2 * BYTES);
    assertThat(fault.bytes()).isEqualTo(3 * 4096);
    assertThat(cpu.load(a + 2 * BYTES - 1, 1)).isEqualTo(7);
    assertThat(cpu.load(a + 3 * BYTES, 1)).isZero();
    assertThat(cpu.read(a, bytes, 0, 2 * 4096)).isNull();
    assertThat(cpu.read(a, bytes, 0, 0)).isNull();
    assertThat(cpu.probe(a, 2 * BYTES, Access.READ)).isNull();
    Fault probed = Objects.requireNonNull(cpu.probe(a, 4 * BYTES, Access.READ));
    assertThat(probed.faultAddress()).isEqualTo(a + 2 * BYTES);
    Fault atOnce = Objects.requireNonNull(cpu.read(a + 2 * BYTES + 5, bytes, 0, 1));
    assertThat(atOnce.faultAddress()).isEqualTo(a + 2 * BYTES + 5);
  }

  @Test
  void a_cpu_without_a_space_or_with_a_closed_one_faults() {
    var lonely = machine.newCpu();
    assertThat(faultOf(() -> lonely.load(0, 8)).reason()).isEqualTo(FaultReason.NOT_ATTACHED);
    AddressSpace gone = AddressSpace.create(machine, "gone", 0, 100).get();
    request.clear().object(object, 0).pages(1).where().at(5);
    gone.root().map(request).orThrow();
    lonely.attach(gone);
    lonely.store(Pages.address(5), 8, 1);
    gone.close();
    assertThat(faultOf(() -> lonely.load(Pages.address(5), 8)).reason())
        .isIn(FaultReason.NOT_ATTACHED, FaultReason.UNMAPPED);
    lonely.attach(null);
    assertThat(lonely.attached()).isNull();
    assertThat(faultOf(() -> lonely.load(Pages.address(5), 8)).reason())
        .isEqualTo(FaultReason.NOT_ATTACHED);
    long a = map(object, 1, 0x2000);
    lonely.attach(space);
    assertThat(lonely.load(a, 8)).isEqualTo(1);
    lonely.attach(null);
  }

  @Test
  void misaligned_atomic_accesses_fault() {
    long a = map(object, 2, 0x2000);
    assertThat(faultOf(() -> cpu.compareAndSwap(a + 1, 2, 0, 1)).reason())
        .isEqualTo(FaultReason.NOT_ATOMIC);
    assertThat(faultOf(() -> cpu.compareAndSwap(a + BYTES - 4, 8, 0, 1)).reason())
        .isEqualTo(FaultReason.NOT_ATOMIC);
    assertThat(cpu.compareAndSwap(a + BYTES - 2, 2, 0, 0xABCD)).isZero();
    assertThat(cpu.compareAndSwap(a + BYTES - 2, 2, 0, 1)).isEqualTo(0xABCD);
    assertThat(cpu.load(a + BYTES - 2, 2)).isEqualTo(0xABCD);
  }

  @Test
  void every_change_is_heard_once_with_its_range_and_its_call_site() {
    machine.events().listen(heard::add);
    assertThat(machine.events().level()).isEqualTo(EventLevel.FULL);
    map(object, 1, 2, 0x2000);
    store(Pages.address(0x2000), 1);
    root().protect(0x2000, 1, Permissions.READ).orThrow();
    request.clear().object(object, 0).pages(1).where().overwrite(0x2001);
    root().map(request).orThrow();
    root().unmap(0x2000, 2).orThrow();
    assertLoadFaults(Pages.address(0x2000), FaultReason.UNMAPPED);
    assertThat(kinds())
        .containsExactly(
            EventKind.MAPPED,
            EventKind.COMMITTED,
            EventKind.PROTECTED,
            EventKind.REPLACED,
            EventKind.MAPPED,
            EventKind.UNMAPPED,
            EventKind.UNMAPPED,
            EventKind.FAULT);
    Event first = heard.getFirst();
    assertThat(first.source()).isEqualTo("space");
    assertThat(first.firstPage()).isEqualTo(0x2000);
    assertThat(first.pages()).isEqualTo(2);
    assertThat(first.detail1()).isEqualTo(Permissions.READ_WRITE);
    assertThat(first.detail2()).isEqualTo(1);
    assertThat(first.address()).isEqualTo(Pages.address(0x2000));
    assertThat(heard).allSatisfy(event -> assertThat(event.callSite()).isNotEmpty());
    Event committed = heard.remove(1);
    assertThat(committed.source()).startsWith("object ");
    assertThat(committed.pages()).isEqualTo(1);
    for (int i = 1; i < heard.size(); i++) { // what is left has one source
      assertThat(heard.get(i).sequence()).isEqualTo(heard.get(i - 1).sequence() + 1);
    }
    machine.events().ignore(heard::add);
  }

  @Test
  void objects_regions_leases_and_reservations_are_heard_too() {
    machine.events().listen(heard::add);
    MemoryObject other = MemoryObject.paged(machine, 4).get();
    other.commit(0, 2).orThrow();
    other.pin(0, 1).orThrow();
    other.unpin(0, 1);
    other.decommit(0, 2).orThrow();
    other.resize(8).orThrow();
    MemoryObject child = other.child(ChildKind.SNAPSHOT, 0, 8).get();
    child.release();
    map(other, 1, 0x2000);
    space.lease(0x2000, 1, true).get().close();
    root().reserve(new RegionRequest().pages(3), 2).get().release().orThrow();
    root().unmap(0x2000, 1).orThrow();
    other.release();
    AddressSpace.create(machine, "another", 0, 1).get().close();
    Set<EventKind> expected =
        EnumSet.of(
            EventKind.OBJECT_CREATED,
            EventKind.COMMITTED,
            EventKind.PINNED,
            EventKind.UNPINNED,
            EventKind.DECOMMITTED,
            EventKind.RESIZED,
            EventKind.CLONED,
            EventKind.OBJECT_DESTROYED,
            EventKind.LEASE_OPENED,
            EventKind.LEASE_CLOSED,
            EventKind.RESERVED,
            EventKind.RESERVATION_RELEASED,
            EventKind.REGION_CREATED,
            EventKind.REGION_DESTROYED,
            EventKind.SPACE_CREATED,
            EventKind.SPACE_CLOSED);
    assertThat(kinds()).containsAll(expected);
  }

  @Test
  void a_refused_call_is_no_change_in_the_journal() {
    map(object, 2, 0x2000);
    machine.events().listen(heard::add);
    of(object, 1).where().at(0x2000);
    assertThat(root().map(request)).isEqualTo(Outcome.OCCUPIED);
    assertThat(root().unmap(0, 1)).isEqualTo(Outcome.OUTSIDE);
    assertThat(root().protect(0x2000, 3, Permissions.READ)).isEqualTo(Outcome.NOT_MAPPED);
    assertThat(object.commit(0, 5)).isEqualTo(Outcome.OUTSIDE);
    assertThat(heard).isEmpty();
  }

  @Test
  void the_ring_keeps_the_last_events_of_its_source() {
    for (int i = 0; i < 300; i++) {
      map(object, 1, 0x2000 + i);
    }
    List<Event> events = space.events();
    assertThat(events).hasSizeGreaterThan(100);
    assertThat(events.getLast().sequence()).isEqualTo(301);
    assertThat(events.getLast().firstPage()).isEqualTo(0x2000 + 299);
    assertThat(events).allSatisfy(event -> assertThat(event.callSite()).isNull());
  }

  @Test
  void flight_recordings_hold_the_events(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("events.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("dev.mapwright.Event");
      recording.start();
      machine.events().listen(new JfrEvents());
      map(object, 2, 0x2000);
      root().unmap(0x2001, 1).orThrow();
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> recorded =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals("dev.mapwright.Event"))
            .toList();
    assertThat(recorded)
        .extracting(event -> event.getString("kind") + " " + event.getLong("firstPage"))
        .containsExactly("MAPPED 8192", "UNMAPPED 8193");
    assertThat(recorded.getFirst().getString("source")).isEqualTo("space");
    assertThat(recorded.getFirst().getLong("pages")).isEqualTo(2);
  }

  @Test
  void what_still_lives_is_named_as_a_leak() {
    MemoryObject forgotten = MemoryObject.paged(machine, 16).get();
    AddressSpace open = AddressSpace.create(machine, "open", 0, 10).get();
    request.clear().object(forgotten, 0).pages(1).where().at(1);
    open.root().map(request).orThrow();
    assertThat(machine.census().leaks())
        .contains("open with 1 mappings", forgotten.describe())
        .anyMatch(line -> line.contains("of 16 pages, 2 references"));
    assertThat(machine.census().living(AddressSpace.class)).contains(open, space);
    open.close();
    forgotten.release();
    assertThat(machine.census().living(AddressSpace.class)).containsExactly(space);
  }
}
