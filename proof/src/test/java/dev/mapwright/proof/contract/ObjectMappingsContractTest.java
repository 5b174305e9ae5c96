package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * How many mappings an object has, and how long it lives, when several spaces map several objects,
 * cut their mappings, join them, divide and end: compared with a count of what the spaces show.
 */
@OnFewSubstrates
class ObjectMappingsContractTest extends Contract {
  private static final int SPACES = 3;
  private static final int OBJECTS = 5;
  private static final int PAGES = 60;
  private static final int OBJECT_PAGES = 16;
  private static final long FIRST = 0x4000;
  private static final int ROUNDS = 20_000;

  private final Random random = new Random(29);
  private final List<AddressSpace> spaces = new ArrayList<>();
  private final List<MemoryObject> objects = new ArrayList<>();
  private final boolean[] released = new boolean[OBJECTS];
  private int ended;
  private int refused;

  ObjectMappingsContractTest(Substrate substrate) {
    super(substrate);
  }

  private AddressSpace newSpace() {
    return AddressSpace.create(machine, "one of several", FIRST, FIRST + PAGES - 1).get();
  }

  private MemoryObject newObject() {
    return MemoryObject.paged(machine, OBJECT_PAGES).get();
  }

  private void map(AddressSpace into, int object) {
    int pages = 1 + random.nextInt(random.nextBoolean() ? 1 : 8);
    request
        .clear()
        .object(objects.get(object), random.nextInt(OBJECT_PAGES - pages + 1))
        .pages(pages)
        .where()
        .overwrite(page(pages));
    boolean alive = !released[object] || shownBy(object) > 0;
    assertThat(into.root().map(request)).isEqualTo(alive ? Outcome.OK : Outcome.DEAD);
    refused += alive ? 0 : 1;
  }

  private long page(int pages) {
    return FIRST + random.nextInt(PAGES - pages + 1);
  }

  /** How many mappings show an object, asked of the spaces. */
  private int shownBy(int object) {
    int[] count = new int[1];
    for (AddressSpace each : spaces) {
      each.forEachMapping(mapping -> {
        count[0] += mapping.object() == objects.get(object) ? 1 : 0;
      });
    }
    return count[0];
  }

  private void step() {
    int which = random.nextInt(SPACES);
    AddressSpace each = spaces.get(which);
    int pages = 1 + random.nextInt(10);
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3, 4 -> map(each, random.nextInt(OBJECTS));
      case 5, 6, 7 -> each.root().unmap(page(pages), pages).orThrow();
      case 8, 9 -> {
        int permissions = random.nextBoolean() ? Permissions.READ : Permissions.READ_WRITE;
        each.root().protect(page(pages), pages, permissions);
      }
      case 10 -> {
        long one = page(1);
        long other = page(1);
        if (one != other) {
          SpaceParts.divide(each, one, one, other, other);
        }
      }
      default -> {
        if (random.nextInt(8) == 0) {
          each.close();
          spaces.set(which, newSpace());
        } else {
          release(random.nextInt(OBJECTS));
        }
      }
    }
  }

  /** Releases an object, or makes a new one in place of one that has ended. */
  private void release(int object) {
    if (!released[object]) {
      objects.get(object).release();
      released[object] = true;
    } else if (shownBy(object) == 0) {
      assertThat(objects.get(object).tryRetain()).isFalse();
      assertThat(objects.get(object).mappings()).isZero();
      objects.set(object, newObject());
      released[object] = false;
      ended++;
    }
  }

  @Test
  void an_object_counts_what_all_spaces_show_of_it_and_lives_as_long() {
    for (int i = 0; i < SPACES; i++) {
      spaces.add(newSpace());
    }
    for (int i = 0; i < OBJECTS; i++) {
      objects.add(newObject());
    }
    for (int step = 0; step < 10_000; step++) {
      step();
      for (int object = 0; object < OBJECTS; object++) {
        int shown = shownBy(object);
        MemoryObject each = objects.get(object);
        assertThat(each.mappings()).isEqualTo(shown);
        assertThat(each.references()).isEqualTo(shown + (released[object] ? 0 : 1));
      }
      if (step % 500 == 0) {
        Invariants.verify(machine);
      }
    }
    assertThat(ended).as("objects that ended").isGreaterThan(20);
    assertThat(refused).as("mappings of what had ended").isGreaterThan(20);
    spaces.forEach(AddressSpace::close);
    for (int object = 0; object < OBJECTS; object++) {
      assertThat(objects.get(object).mappings()).isZero();
      assertThat(objects.get(object).references()).isEqualTo(released[object] ? 0 : 1);
      if (!released[object]) {
        objects.get(object).release();
      }
    }
  }

  /** What one of two threads does in a space of its own; the object has at least its reference. */
  private void mapAndUnmap(AddressSpace own, MemoryObject object, List<MemoryObject> others) {
    MapRequest mine = new MapRequest();
    for (int round = 0; round < ROUNDS; round++) {
      if (round % 100 == 0 && round / 100 < others.size()) {
        // Its part gets room for more objects.
        mine.clear().object(others.get(round / 100), 0).pages(1);
        mine.where().at(FIRST + 10 + round / 100);
        own.root().map(mine).orThrow();
      }
      int mappings = 1 + round % 3;
      for (int i = 0; i < mappings; i++) {
        mine.clear().object(object, i).pages(1).where().at(FIRST + 2L * i);
        own.root().map(mine).orThrow();
      }
      own.root().unmap(FIRST, 5).orThrow();
    }
  }

  @Test
  void spaces_that_begin_and_cease_to_map_an_object_at_once_lose_none() throws Exception {
    if (!machine.concurrent()) {
      return;
    }
    MemoryObject object = newObject();
    List<MemoryObject> others = new ArrayList<>();
    for (int i = 0; i < PAGES - 10; i++) {
      others.add(newObject());
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      List<Future<?>> threads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        AddressSpace own = newSpace();
        spaces.add(own);
        threads.add(pool.submit(() -> mapAndUnmap(own, object, others)));
      }
      while (!threads.stream().allMatch(Future::isDone)) {
        assertThat(object.mappings()).isBetween(0L, 6L);
        assertThat(object.references()).isBetween(1L, 7L);
      }
      for (Future<?> thread : threads) {
        thread.get();
      }
    }
    assertThat(object.mappings()).isZero();
    Invariants.verify(machine);
    object.release();
    assertThat(object.tryRetain()).isFalse();
    others.forEach(each -> assertThat(each.mappings()).isEqualTo(2));
    spaces.forEach(AddressSpace::close);
    others.forEach(MemoryObject::release);
  }

  @Test
  void who_has_the_monitor_of_an_object_keeps_nobody_from_mapping_it() throws Exception {
    if (!machine.concurrent()) {
      return;
    }
    MemoryObject object = newObject();
    AddressSpace own = newSpace();
    try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
      synchronized (object) {
        Future<?> other =
            pool.submit(() -> {
              MapRequest mine = new MapRequest().object(object, 0).pages(1);
              mine.where().at(FIRST);
              own.root().map(mine).orThrow();
              assertThat(object.mappings()).isEqualTo(1);
              own.root().unmap(FIRST, 1).orThrow();
            });
        other.get(20, TimeUnit.SECONDS);
      }
    }
    own.close();
    object.release();
  }
}
