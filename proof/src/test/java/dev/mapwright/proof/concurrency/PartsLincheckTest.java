package dev.mapwright.proof.concurrency;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;
import java.util.Arrays;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Changes to a space that is divided in the middle, and the accesses of two CPUs that fault on both
 * sides, are linearizable: they answer like six entries of an array, in some order.
 */
@Param(name = "page", gen = IntGen.class, conf = "1:3")
@Param(name = "pages", gen = IntGen.class, conf = "1:3")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
public class PartsLincheckTest {
  private static final long FIRST = 0x1000;
  private static final int PAGES = 6;
  private static final long FAULT = -1;

  /** Never closed: thousands of spaces are made on it, each of a few tables and pages. */
  private static final Machine MACHINE = SimulatedMachine.create(4L << 30);

  private static final Cpu ONE = warm();
  private static final Cpu OTHER = warm();

  private final AddressSpace space =
      AddressSpace.create(MACHINE, "divided", FIRST, FIRST + PAGES - 1).get();

  /** The first half is mapped at places that have to be free, the second half over others. */
  private final MemoryObject object = MemoryObject.paged(MACHINE, 2 * PAGES).get();

  /** The space that every execution begins with. */
  public PartsLincheckTest() {
    divide(2, 1);
    ONE.attach(space);
    OTHER.attach(space);
  }

  /** A CPU whose TLB has its arrays already. */
  private static Cpu warm() {
    Cpu cpu = MACHINE.newCpu();
    try (AddressSpace space = AddressSpace.create(MACHINE, "warm", FIRST, FIRST).get()) {
      MapRequest request =
          new MapRequest().object(MemoryObject.paged(MACHINE, 1).get(), 0).pages(1);
      request.where().at(FIRST);
      space.root().map(request).orThrow();
      cpu.attach(space);
      cpu.enter();
      for (int i = 0; i < 40; i++) {
        cpu.flush();
        store(cpu, 0, (int) load(cpu, 0));
      }
      cpu.exit();
      cpu.attach(null);
    }
    return cpu;
  }

  private static long load(Cpu cpu, int page) {
    try {
      return cpu.load(Pages.address(FIRST + page), Long.BYTES);
    } catch (MemoryFault fault) {
      return FAULT;
    }
  }

  private static boolean store(Cpu cpu, int page, int value) {
    try {
      cpu.store(Pages.address(FIRST + page), Long.BYTES, value);
      return true;
    } catch (MemoryFault fault) {
      return false;
    }
  }

  /** Maps at a place that has to be free. */
  @Operation
  public Outcome map(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    MapRequest request = new MapRequest().object(object, page).pages(pages);
    request.where().at(FIRST + page);
    return space.root().map(request);
  }

  /** Maps over what is there. */
  @Operation
  public Outcome overwrite(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    MapRequest request =
        new MapRequest().object(object, PAGES + page % (PAGES - pages + 1)).pages(pages);
    request.where().overwrite(FIRST + page);
    return space.root().map(request);
  }

  /** Unmaps. */
  @Operation
  public Outcome unmap(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    return space.root().unmap(FIRST + page, pages);
  }

  /** Takes writing away. */
  @Operation
  public Outcome protect(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    return space.root().protect(FIRST + page, pages, Permissions.READ);
  }

  /** Divides the space between two pages, which nobody is to notice. */
  @Operation
  public final void divide(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    long other = FIRST + (page + pages) % PAGES;
    SpaceParts.divide(space, FIRST + page, FIRST + page, other, other);
  }

  /** One CPU loads. */
  @Operation(nonParallelGroup = "one")
  public long load(@Param(name = "page") int page) {
    ONE.enter();
    long value = load(ONE, page);
    ONE.exit();
    return value;
  }

  /** It stores. */
  @Operation(nonParallelGroup = "one")
  public boolean store(@Param(name = "page") int page, @Param(name = "value") int value) {
    ONE.enter();
    boolean stored = store(ONE, page, value);
    ONE.exit();
    return stored;
  }

  /** The other CPU loads. */
  @Operation(nonParallelGroup = "other")
  public long loadOther(@Param(name = "page") int page) {
    OTHER.enter();
    long value = load(OTHER, page);
    OTHER.exit();
    return value;
  }

  /** It stores. */
  @Operation(nonParallelGroup = "other")
  public boolean storeOther(@Param(name = "page") int page, @Param(name = "value") int value) {
    OTHER.enter();
    boolean stored = store(OTHER, page, value);
    OTHER.exit();
    return stored;
  }

  /**
   * What a space is to whoever knows nothing of parts: which page of the object each page shows.
   */
  public static final class Model {
    private static final int NOTHING = -1;

    private final long[] contents = new long[2 * PAGES];
    private final int[] shown = new int[PAGES];
    private final boolean[] writable = new boolean[PAGES];

    /** An empty one. */
    public Model() {
      Arrays.fill(shown, NOTHING);
    }

    private boolean any(int page, int pages, boolean mapped) {
      for (int at = page; at < page + pages; at++) {
        if (shown[at] != NOTHING == mapped) {
          return true;
        }
      }
      return false;
    }

    private Outcome show(int page, int pages, int first) {
      for (int i = 0; i < pages; i++) {
        shown[page + i] = first + i;
        writable[page + i] = true;
      }
      return Outcome.OK;
    }

    /** As {@link PartsLincheckTest#map}. */
    public Outcome map(int page, int pages) {
      if (page + pages > PAGES) {
        return Outcome.OUTSIDE;
      }
      return any(page, pages, true) ? Outcome.OCCUPIED : show(page, pages, page);
    }

    /** As {@link PartsLincheckTest#overwrite}. */
    public Outcome overwrite(int page, int pages) {
      return page + pages > PAGES
          ? Outcome.OUTSIDE
          : show(page, pages, PAGES + page % (PAGES - pages + 1));
    }

    /** As {@link PartsLincheckTest#unmap}. */
    public Outcome unmap(int page, int pages) {
      if (page + pages > PAGES) {
        return Outcome.OUTSIDE;
      }
      Arrays.fill(shown, page, page + pages, NOTHING);
      return Outcome.OK;
    }

    /** As {@link PartsLincheckTest#protect}. */
    public Outcome protect(int page, int pages) {
      if (page + pages > PAGES) {
        return Outcome.OUTSIDE;
      }
      if (any(page, pages, false)) {
        return Outcome.NOT_MAPPED;
      }
      Arrays.fill(writable, page, page + pages, false);
      return Outcome.OK;
    }

    /** As {@link PartsLincheckTest#divide}. */
    public void divide(int page, int pages) {}

    /** As {@link PartsLincheckTest#load}. */
    public long load(int page) {
      return shown[page] == NOTHING ? FAULT : contents[shown[page]];
    }

    /** As {@link PartsLincheckTest#store}. */
    public boolean store(int page, int value) {
      if (shown[page] == NOTHING || !writable[page]) {
        return false;
      }
      contents[shown[page]] = value;
      return true;
    }

    /** As {@link PartsLincheckTest#loadOther}. */
    public long loadOther(int page) {
      return load(page);
    }

    /** As {@link PartsLincheckTest#storeOther}. */
    public boolean storeOther(int page, int value) {
      return store(page, value);
    }
  }

  /** The test itself: real threads, all their answers compared with some order of the calls. */
  @Test
  void changes_and_accesses_in_a_divided_space_are_linearizable() {
    new StressOptions()
        .sequentialSpecification(Model.class)
        .iterations(4)
        .invocationsPerIteration(120)
        .threads(2)
        .actorsPerThread(5)
        .actorsBefore(3)
        .actorsAfter(2)
        .check(PartsLincheckTest.class);
  }
}
