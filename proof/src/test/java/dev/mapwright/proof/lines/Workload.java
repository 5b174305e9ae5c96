package dev.mapwright.proof.lines;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Two threads at work in two parts of a space, in turn. Each has a region, a CPU and a reservation;
 * an object of its own or half of one. A page of the object stays mapped in each region, and so do
 * its tables, but where an operation is about the first mapping or the last.
 *
 * <p>It is loaded by {@link WritesLoader}, with the engine that it drives. Everything was done some
 * rounds before the first write is noted, so tables and arrays are as large as they will be.
 */
public final class Workload implements Function<Pair, List<SharedLines.Line>> {
  private static final int WINDOW = 64;
  private static final int ROUNDS = 2 * WINDOW;
  private static final long DISTANCE_PAGES = 1L << 23;
  private static final int REGION_PAGES = 1 << 12;

  /** Makes one for {@link WritesLoader}. */
  public Workload() {}

  @Override
  public List<SharedLines.Line> apply(Pair pair) {
    try (SimulatedMachine machine = SimulatedMachine.create(64L << 20);
        AddressSpace space = AddressSpace.create(machine, "divided", 0x1000, 1L << 30).get()) {
      MemoryObject first = MemoryObject.paged(machine, 4 * WINDOW).get();
      MemoryObject second =
          pair.oneObject() ? first : MemoryObject.paged(machine, 4 * WINDOW).get();
      try (Worker one = new Worker(space, first, 0, pair.one());
          Worker other = new Worker(space, second, 1, pair.other())) {
        divide(space, one, other);
        rounds(one, other, null, null);
        WriteLog ofOne = new WriteLog();
        WriteLog ofOther = new WriteLog();
        rounds(one, other, ofOne, ofOther);
        Invariants.verify(machine);
        return SharedLines.of(ofOne, ofOther, machine, space, first, second, one, other);
      } finally {
        first.release();
        if (!pair.oneObject()) {
          second.release();
        }
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void divide(AddressSpace space, Worker one, Worker other) {
    long elsewhere = space.lastPage();
    boolean divided =
        SpaceParts.divide(space, one.firstPage, one.lastPage, other.firstPage, other.lastPage)
            && SpaceParts.divide(space, other.firstPage, other.lastPage, elsewhere, elsewhere);
    if (!divided) {
      throw new IllegalStateException("the space is not divided");
    }
    // What the machine divides where threads have met there often.
    call(space.translation(), "divide", 64);
    call(space.machine().frames(), "useMagazines");
  }

  private static void call(Object object, String method, Integer... arguments) {
    Class<?>[] types = new Class<?>[arguments.length];
    Arrays.fill(types, int.class);
    try {
      Method found = declared(object.getClass(), method, types);
      found.setAccessible(true);
      found.invoke(object, (Object[]) arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A method of a class or of what it extends. */
  private static Method declared(Class<?> type, String method, Class<?>... types)
      throws NoSuchMethodException {
    try {
      return type.getDeclaredMethod(method, types);
    } catch (NoSuchMethodException notHere) {
      Class<?> above = type.getSuperclass();
      if (above == null) {
        throw notHere;
      }
      return declared(above, method, types);
    }
  }

  private static void rounds(
      Worker one, Worker other, @Nullable WriteLog ofOne, @Nullable WriteLog ofOther)
      throws ExecutionException, InterruptedException {
    for (int round = 0; round < ROUNDS; round++) {
      one.round(round, ofOne);
      other.round(round, ofOther);
    }
  }

  /** One of the two threads with what is its own. */
  private static final class Worker implements AutoCloseable {
    final long firstPage;
    final long lastPage;
    private final Operation operation;
    private final MemoryObject object;
    private final Region region;
    private final Reservation reservation;
    private final MapRequest request = new MapRequest();
    private final Cpu cpu;
    private final MemoryObject frames;
    private final long frame;
    private final long firstObjectPage;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    Worker(AddressSpace space, MemoryObject object, int number, Operation operation) {
      this.operation = operation;
      this.object = object;
      firstPage = 0x10_0000 + number * DISTANCE_PAGES;
      lastPage = firstPage + REGION_PAGES - 1;
      firstObjectPage = 2L * number * WINDOW;
      SimulatedMachine machine = (SimulatedMachine) space.machine();
      RegionRequest wanted = new RegionRequest().pages(REGION_PAGES / 2);
      wanted.capability(Permissions.ALL).where().at(firstPage);
      space.root().allocate(wanted).orThrow();
      region = wanted.region();
      RegionRequest aside = new RegionRequest().pages(WINDOW);
      aside.capability(Permissions.ALL).where().at(firstPage + REGION_PAGES / 2);
      reservation = space.root().reserve(aside, WINDOW).get();
      // From the middle of many: counts of neighbouring frames lie side by side.
      frames = MemoryObject.paged(machine, WINDOW).get();
      frames.commit(0, WINDOW).orThrow();
      frame = frames.frameOf(WINDOW / 2);
      cpu = machine.newCpu();
      cpu.attach(space, null);
    }

    /** Before anything else, on the worker's own thread: what stays mapped, with its tables. */
    private void begin() {
      map(firstPage + WINDOW, WINDOW);
      cpu.store(Pages.address(firstPage + WINDOW), 8, 1);
    }

    /** Prepares a round, then carries it out and notes what it writes. */
    void round(int round, @Nullable WriteLog log) throws ExecutionException, InterruptedException {
      int place = round % WINDOW;
      thread
          .submit(() -> {
            if (log == null && round == 0) {
              begin();
            }
            prepare(place);
            Writes.noteIn(log);
            try {
              play(place, round);
            } finally {
              Writes.noteIn(null);
            }
          })
          .get();
    }

    private void map(long page, int shown) {
      request.clear().where().overwrite(page);
      mapPlaced(shown);
    }

    /** Maps a page of the object, where the request has been told to. */
    private void mapPlaced(int shown) {
      request.object(object, firstObjectPage + shown).pages(1);
      request.permissions(Permissions.READ_WRITE);
      region.map(request).orThrow();
    }

    private void unmap(long page) {
      region.unmap(page, 1).orThrow();
    }

    private void prepare(int place) {
      long page = firstPage + place;
      long shown = firstObjectPage + place;
      switch (operation) {
        case MAP -> unmap(page);
        case MAP_ANYWHERE, MAP_LOWEST -> region.unmap(firstPage, WINDOW).orThrow();
        case MAP_FIRST -> region.unmap(firstPage, REGION_PAGES / 2).orThrow();
        case UNMAP_LAST -> {
          region.unmap(firstPage, REGION_PAGES / 2).orThrow();
          map(page, place);
        }
        case REPLACE, UNMAP, PROTECT -> map(page, place);
        case FAULT_PRESENT -> {
          map(page, place);
          object.commit(shown, 1).orThrow();
        }
        case FAULT_ZEROS, FAULT_STORE -> {
          map(page, place);
          object.decommit(shown, 1).orThrow();
        }
        case UNMAP_TOUCHED -> {
          map(page, place);
          cpu.store(Pages.address(page), 8, place);
        }
        case COMMIT -> object.decommit(shown, 1).orThrow();
        case DECOMMIT -> object.commit(shown, 1).orThrow();
        case RESERVED_MAP -> unmapReserved(place);
        case RESERVED_UNMAP -> mapReserved(place);
      }
    }

    private void play(int place, int round) {
      long page = firstPage + place;
      long shown = firstObjectPage + place;
      switch (operation) {
        case MAP, MAP_FIRST, REPLACE -> map(page, place);
        case MAP_ANYWHERE -> {
          request.clear().where().anywhere().within(firstPage, firstPage + WINDOW - 1);
          mapPlaced(place);
        }
        case MAP_LOWEST -> {
          request.clear().where().firstFit().within(firstPage, firstPage + WINDOW - 1);
          mapPlaced(place);
        }
        case UNMAP, UNMAP_LAST, UNMAP_TOUCHED -> unmap(page);
        case PROTECT ->
            region.protect(page, 1, round % 2 == 0 ? Permissions.READ : Permissions.NONE).orThrow();
        case FAULT_PRESENT, FAULT_ZEROS -> cpu.load(Pages.address(page), 8);
        case FAULT_STORE -> cpu.store(Pages.address(page), 8, round);
        case COMMIT -> object.commit(shown, 1).orThrow();
        case DECOMMIT -> object.decommit(shown, 1).orThrow();
        case RESERVED_MAP -> mapReserved(place);
        case RESERVED_UNMAP -> unmapReserved(place);
      }
    }

    private void mapReserved(int place) {
      Outcome mapped =
          reservation.map(
              firstPage + REGION_PAGES / 2 + place,
              1,
              page -> frame,
              Permissions.READ_WRITE,
              CachePolicy.CACHED);
      if (mapped != Outcome.OCCUPIED) {
        mapped.orThrow();
      }
    }

    private void unmapReserved(int place) {
      Outcome unmapped = reservation.unmap(firstPage + REGION_PAGES / 2 + place);
      if (unmapped != Outcome.NOT_MAPPED) {
        unmapped.orThrow();
      }
    }

    @Override
    public void close() {
      thread.shutdown();
      cpu.attach(null, null);
      reservation.release().orThrow();
      frames.release();
    }
  }
}
