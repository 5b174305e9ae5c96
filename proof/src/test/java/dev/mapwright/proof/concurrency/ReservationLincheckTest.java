package dev.mapwright.proof.concurrency;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.sim.SimulatedMachine;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * What is done in one reservation is linearizable, also with its end and with frames that are
 * mapped in the same table beside it: six pages, in which three mappings may be.
 */
@Param(name = "page", gen = IntGen.class, conf = "0:5")
@Param(name = "pages", gen = IntGen.class, conf = "1:3")
@Param(name = "permissions", gen = IntGen.class, conf = "0:3")
public class ReservationLincheckTest {
  private static final long FIRST = 0x1000;

  /** Never closed: thousands of spaces are made on it, each of a few tables. */
  private static final Machine MACHINE = SimulatedMachine.create(4L << 30);

  private static final MemoryObject FRAMES = committed();

  private final AddressSpace space = AddressSpace.create(MACHINE, "tiny", FIRST, FIRST + 9).get();
  private final Reservation reservation;

  /** The reservation that every execution begins with. */
  public ReservationLincheckTest() {
    RegionRequest request = new RegionRequest().pages(6);
    request.where().at(FIRST);
    reservation = space.root().reserve(request, 3).get();
  }

  private static MemoryObject committed() {
    MemoryObject object = MemoryObject.paged(MACHINE, 8).get();
    object.commit(0, 8).orThrow();
    return object;
  }

  /** Maps frames. */
  @Operation
  public Outcome map(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    return reservation.map(
        FIRST + page,
        pages,
        index -> FRAMES.frameOf(pages + index),
        Permissions.READ,
        CachePolicy.CACHED);
  }

  /** Unmaps. */
  @Operation
  public Outcome unmap(@Param(name = "page") int page) {
    return reservation.unmap(FIRST + page);
  }

  /** Protects. */
  @Operation
  public Outcome protect(
      @Param(name = "page") int page, @Param(name = "permissions") int permissions) {
    return reservation.protect(FIRST + page, permissions);
  }

  /** Maps frames beside it, in the same table. */
  @Operation
  public Outcome mapBeside(@Param(name = "pages") int pages) {
    MapRequest request = new MapRequest().pages(pages);
    request.where().overwrite(FIRST + 6);
    return space.root().mapFrames(request, index -> FRAMES.frameOf(index));
  }

  /** Unmaps what is beside it. */
  @Operation
  public Outcome unmapBeside(@Param(name = "pages") int pages) {
    return space.root().unmap(FIRST + 6, pages);
  }

  /** Ends it. */
  @Operation
  public Outcome release() {
    return reservation.release();
  }

  /** Counts its mappings. */
  @Operation
  public int mappings() {
    return reservation.mappings();
  }

  /** What a page shows, by what the space knows. */
  @Operation
  public String shows(@Param(name = "page") int page) {
    var mapping = space.mappingOf(FIRST + page);
    return mapping == null
        ? "nothing"
        : (FIRST + page - mapping.firstPage())
            + " of "
            + mapping.pages()
            + ", "
            + mapping.permissions();
  }

  /** What a load would meet. */
  @Operation
  public String loads(@Param(name = "page") int page) {
    var translated = space.translate(Pages.address(FIRST + page), Access.READ);
    return translated.reason() + " " + translated.pfn();
  }

  /** The test itself: real threads, all their answers compared with some order of the calls. */
  @Test
  void what_is_done_in_a_reservation_is_linearizable() {
    new StressOptions()
        .iterations(8)
        .invocationsPerIteration(150)
        .threads(2)
        .actorsPerThread(4)
        .actorsBefore(2)
        .actorsAfter(2)
        .check(ReservationLincheckTest.class);
  }
}
