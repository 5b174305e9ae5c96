package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.proof.contract.Substrate.Hardware;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/**
 * A part of the contract: a machine with one address space and a CPU attached to it. After each
 * test everything that was made is given back, and nothing may be left: no leak in the census, no
 * frame.
 */
abstract class Contract {
  static final long RAM_PAGES = 1 << 14;
  static final long FIRST_PAGE = 0x1000;
  static final long LAST_PAGE = 0x7_FFFF_FFFEL;
  static final long BYTES = Pages.BYTES;

  final Substrate substrate;
  final Machine machine;
  final AddressSpace space;
  final Cpu cpu;
  final MapRequest request = new MapRequest();
  private final List<MemoryObject> objects = new ArrayList<>();

  Contract(Substrate substrate) {
    this(substrate, Hardware.of(RAM_PAGES));
  }

  Contract(Substrate substrate, Hardware hardware) {
    this.substrate = substrate;
    machine = substrate.machine(hardware);
    space = AddressSpace.create(machine, "space", FIRST_PAGE, LAST_PAGE).get();
    cpu = machine.newCpu();
    cpu.attach(space);
  }

  @AfterEach
  void nothing_is_left_over() {
    machine.failures().off();
    assertThat(Invariants.violations(machine)).isEmpty();
    for (MemoryObject object : objects) {
      object.release();
    }
    space.close();
    assertThat(machine.census().leaks()).isEmpty();
    List<String> frames = new ArrayList<>();
    machine
        .frames()
        .forEachAllocated((pfn, owner, tag) -> {
          if (owner != FrameOwner.ZERO) {
            frames.add(pfn + " " + owner + " " + tag);
          }
        });
    assertThat(frames).as("frames that nobody gave back").isEmpty();
    machine.close();
  }

  Region root() {
    return space.root();
  }

  /** Sees to it that an object's maker lets it go at the end. */
  MemoryObject keep(MemoryObject object) {
    objects.add(object);
    return object;
  }

  /** Lets an object go now. */
  void drop(MemoryObject object) {
    assertThat(objects.remove(object)).isTrue();
    object.release();
  }

  MemoryObject object(long pages) {
    return keep(MemoryObject.paged(machine, pages).get());
  }

  MemoryObject contiguous(long pages, int alignmentLog2Pages) {
    return keep(MemoryObject.contiguous(machine, RunRequest.of(pages, alignmentLog2Pages)).get());
  }

  /** A request to map an object from its first page on, at random. */
  MapRequest of(MemoryObject object, long pages) {
    return request.clear().object(object, 0).pages(pages);
  }

  /** Maps at an explicit page of the root; the address. */
  long map(MemoryObject object, long objectPage, long pages, long at) {
    request.clear().object(object, objectPage).pages(pages).where().at(at);
    root().map(request).orThrow();
    assertThat(request.firstPage()).isEqualTo(at);
    return Pages.address(at);
  }

  long map(MemoryObject object, long pages, long at) {
    return map(object, 0, pages, at);
  }

  Region region(Region parent, long pages, long at) {
    RegionRequest wanted = new RegionRequest().pages(pages);
    wanted.where().at(at);
    parent.allocate(wanted).orThrow();
    return wanted.region();
  }

  Region region(long pages, long at) {
    return region(root(), pages, at);
  }

  /** Writes a number at the beginning of an object's page, not through a mapping. */
  void put(MemoryObject object, long page, long value) {
    MemorySegment eight = MemorySegment.ofArray(new long[] {value});
    assertThat(object.write(Pages.address(page), eight, 0, 8)).isEqualTo(Outcome.OK);
  }

  /** Reads the number at the beginning of an object's page, not through a mapping. */
  long get(MemoryObject object, long page) {
    long[] value = new long[1];
    assertThat(object.read(Pages.address(page), MemorySegment.ofArray(value), 0, 8))
        .isEqualTo(Outcome.OK);
    return value[0];
  }

  long load(long address) {
    return cpu.load(address, 8);
  }

  void store(long address, long value) {
    cpu.store(address, 8, value);
  }

  /** The fault of an access that has to fault. */
  static Fault faultOf(Runnable access) {
    MemoryFault raised = catchThrowableOfType(MemoryFault.class, access::run);
    assertThat(raised).as("a fault").isNotNull();
    return raised.fault();
  }

  void assertLoadFaults(long address, FaultReason reason) {
    assertThat(faultOf(() -> cpu.load(address, 1)).reason()).isEqualTo(reason);
  }

  void assertStoreFaults(long address, FaultReason reason) {
    assertThat(faultOf(() -> cpu.store(address, 1, 1)).reason()).isEqualTo(reason);
  }

  /** The mappings as (first page, pages, object page, permissions). */
  List<List<Long>> mappings() {
    List<List<Long>> all = new ArrayList<>();
    space.forEachMapping(mapping ->
        all.add(
            List.of(
                mapping.firstPage(),
                mapping.pages(),
                mapping.objectPage(),
                (long) mapping.permissions())));
    return all;
  }

  static List<Long> mapping(long firstPage, long pages, long objectPage, int permissions) {
    return List.of(firstPage, pages, objectPage, (long) permissions);
  }

  /** Asserts that a call is refused and that nothing is different afterwards. */
  void assertRefused(Outcome outcome, java.util.function.Supplier<Outcome> call) {
    StateImage before = StateImage.of(machine);
    assertThat(call.get()).isEqualTo(outcome);
    assertThat(before.differences(StateImage.of(machine))).isEmpty();
  }

  static <T> List<T> listOf(T[] items) {
    return Arrays.asList(items);
  }
}
