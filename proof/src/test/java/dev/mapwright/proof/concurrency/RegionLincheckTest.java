package dev.mapwright.proof.concurrency;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.sim.SimulatedMachine;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Changes to one address space are linearizable: a space of six pages, with a region in the middle.
 * Lincheck's model checker does not see accesses to memory segments, which page tables are; so
 * threads really run.
 */
@Param(name = "page", gen = IntGen.class, conf = "0:5")
@Param(name = "pages", gen = IntGen.class, conf = "1:3")
public class RegionLincheckTest {
  private static final long FIRST = 0x1000;

  /** Never closed: thousands of spaces are made on it, each of a table or two. */
  private static final Machine MACHINE = SimulatedMachine.create(4L << 30);

  private static final MemoryObject OBJECT = MemoryObject.paged(MACHINE, 8).get();

  private final AddressSpace space = AddressSpace.create(MACHINE, "tiny", FIRST, FIRST + 5).get();
  private final Region child;

  /** The space that every execution begins with. */
  public RegionLincheckTest() {
    RegionRequest request = new RegionRequest().pages(2);
    request.where().at(FIRST + 2);
    space.root().allocate(request).orThrow();
    child = request.region();
  }

  private static Outcome map(Region region, long page, long pages, boolean overwrite) {
    MapRequest request = new MapRequest().object(OBJECT, page).pages(pages);
    if (overwrite) {
      request.where().overwrite(FIRST + page);
    } else {
      request.where().at(FIRST + page);
    }
    return region.map(request);
  }

  /** Maps at a place that has to be free. */
  @Operation
  public Outcome map(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    return map(space.root(), page, pages, false);
  }

  /** Maps over what is there. */
  @Operation
  public Outcome overwrite(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    return map(space.root(), page, pages, true);
  }

  /** Maps in the region. */
  @Operation
  public Outcome mapInside(@Param(name = "page") int page) {
    return map(child, page, 1, false);
  }

  /** Maps where there is room first. */
  @Operation
  public long mapFirstFit(@Param(name = "pages") int pages) {
    MapRequest request = new MapRequest().object(OBJECT, 0).pages(pages);
    request.where().firstFit();
    return space.root().map(request) == Outcome.OK ? request.firstPage() : -1;
  }

  /** Unmaps, the region too if it lies in the range. */
  @Operation
  public Outcome unmap(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    return space.root().unmap(FIRST + page, pages);
  }

  /** Protects. */
  @Operation
  public Outcome protect(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    return space.root().protect(FIRST + page, pages, 1);
  }

  /** Allocates another region. */
  @Operation
  public Outcome allocate(@Param(name = "page") int page) {
    RegionRequest request = new RegionRequest().pages(2);
    request.where().at(FIRST + page);
    return space.root().allocate(request);
  }

  /** Destroys the region. */
  @Operation
  public Outcome destroy() {
    return child.destroy();
  }

  /** Divides the space between two pages, which nobody is to notice. */
  @Operation
  public void divide(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    long other = FIRST + (page + pages) % 6;
    SpaceParts.divide(space, FIRST + page, FIRST + page, other, other);
  }

  /** Counts mappings. */
  @Operation
  public int mappings() {
    return space.mappings();
  }

  /** What a page shows. */
  @Operation
  public String shows(@Param(name = "page") int page) {
    var mapping = space.mappingOf(FIRST + page);
    return mapping == null
        ? "nothing"
        : mapping.objectPage() + (FIRST + page - mapping.firstPage()) + " " + mapping.permissions();
  }

  /** The test itself: real threads, all their answers compared with some order of the calls. */
  @Test
  void changes_to_a_space_are_linearizable() {
    new StressOptions()
        .iterations(5)
        .invocationsPerIteration(100)
        .threads(2)
        .actorsPerThread(4)
        .actorsBefore(2)
        .actorsAfter(2)
        .check(RegionLincheckTest.class);
  }
}
