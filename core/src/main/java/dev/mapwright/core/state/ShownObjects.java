package dev.mapwright.core.state;

import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.index.NodePool;
import dev.mapwright.core.index.PageTrie;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.object.Showing;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a table's mappings show, by small numbers: 24 bits in a record where a reference
 * would be 4 bytes in an array of its own, one more line for the caches and one more thing to mark
 * for the collector.
 *
 * <p><b>What is stored where.</b> Each object that is shown has one number, which is found by the
 * object's own number in a trie, so no choice of objects makes the search long. How many records
 * show it is counted here, and when none is left the number is free again. The number used last is
 * remembered and kept while idle, until another object is mapped: who maps and unmaps one object in
 * turn neither searches nor enters it each time.
 *
 * <p><b>References.</b> The records of an object have one reference to it together: its {@link
 * Showing}, which the first of them gives to the object and the last one takes back. All others
 * only count here.
 *
 * <p><b>Acquiring.</b> {@link #ensure} sees to it that so many further objects can be given
 * numbers; what it acquired stays acquired until it is needed. Counting up and down takes nothing.
 *
 * <p><b>Who guards what.</b> The lock of the part guards everything here. An object that is asked
 * for its mappings reads {@link #records} without it, by the number of a showing that it has.
 *
 * <p><b>Overflow.</b> {@value #MOST} objects; more are refused as records that can't be had.
 */
final class ShownObjects {
  static final int NUMBER_BITS = 24;
  private static final int MOST = (1 << NUMBER_BITS) - 1;

  /** A reference, a count, and a showing with the reference to it. */
  private static final long BYTES_EACH = 4 + 4 + 4 + 32;

  /** Ints behind those that are used, so that no other part's thread uses the same line. */
  private static final int UNUSED = 12;

  private final NodePool pool;

  /** From an object's own number to the number here. */
  private final PageTrie numbers;

  /** By number; 0 is no object. */
  private @Nullable EngineObject[] objects = new EngineObject[4];

  /**
   * How many records show each, and one more for number 0, which is never given up; where no object
   * is, the next number that is free.
   */
  private int[] records = new int[4 + UNUSED];

  /** By number; those that have records are in their objects' lists. */
  private Showing[] showings = showings(new Showing[4]);

  private int fresh = 1;
  private int freeHead;
  private int freeCount;

  /** For how many further objects the trie has acquired what it needs. */
  private int spare;

  /** The number used last; the only one that may have an object and no record. */
  private int last;

  ShownObjects(FailurePoints failures) {
    pool = new NodePool(failures);
    records[0] = 1;
    numbers = new PageTrie(pool);
  }

  /** Makes sure that so many further objects can be given numbers; false for no memory. */
  boolean ensure(int count) {
    return spare >= count && freeCount + (objects.length - fresh) >= count || acquire(count);
  }

  private boolean acquire(int count) {
    long wanted = (long) fresh + count - freeCount;
    if (wanted > MOST) {
      return false;
    }
    if (wanted > objects.length) {
      int length = (int) Math.min(MOST + 1L, Math.max(2L * objects.length, wanted));
      try {
        @Nullable EngineObject[] more = Arrays.copyOf(objects, length);
        int[] moreRecords = Arrays.copyOf(records, length + UNUSED);
        showings = showings(Arrays.copyOf(showings, length));
        // Who counts an object's mappings reads this without the lock, and never sees it empty.
        VarHandle.releaseFence();
        records = moreRecords;
        objects = more;
      } catch (OutOfMemoryError e) {
        return false;
      }
    }
    // What a put may take depends on how many entries there are then, so it is promised anew.
    numbers.settle();
    spare = numbers.ensure(count) ? count : 0;
    return spare >= count;
  }

  /** What says how many records a number has. */
  private final class OfNumber extends Showing {
    private final int number;

    OfNumber(int number) {
      this.number = number;
    }

    @Override
    protected int mappings() {
      return records[number];
    }
  }

  /** Fills up an array of them. */
  private Showing[] showings(Showing[] array) {
    for (int number = array.length - 1; number >= 0 && array[number] == null; number--) {
      array[number] = new OfNumber(number);
    }
    return array;
  }

  /**
   * The number of an object that one more record shows; 0 when the object has ended, and none does.
   * There is room for it.
   */
  int show(EngineObject object) {
    if (objects[last] != object) {
      find(object);
    }
    int number = last;
    if (records[number] == 0 && !object.begin(showings[number])) {
      return 0;
    }
    records[number]++;
    return number;
  }

  /** Makes an object the one used last. */
  private void find(EngineObject object) {
    int before = last;
    int found = numbers.get(object.number());
    last = found != 0 ? found : enter(object);
    if (records[before] == 0) {
      forget(before);
    }
  }

  private int enter(EngineObject object) {
    assert spare > 0 : "an object is entered for which nothing was acquired";
    spare--;
    int number;
    if (freeHead != 0) {
      number = freeHead;
      freeHead = records[number];
      freeCount--;
    } else {
      number = fresh++;
    }
    objects[number] = object;
    records[number] = 0;
    numbers.put(object.number(), number);
    return number;
  }

  /** One more record shows what has a number, or no object, which is number 0. */
  void showAgain(int number) {
    records[number]++;
  }

  /** One record less shows it; with the last of all references to an object it ends. */
  void hide(int number) {
    if (records[number] > 1) {
      records[number]--;
    } else {
      letGo(number);
    }
  }

  private void letGo(int number) {
    EngineObject object = known(number);
    // First: where the stack overflows in there the count stays what the object thinks.
    boolean ends = object.cease(showings[number]);
    records[number] = 0;
    if (number != last) {
      forget(number);
    }
    if (ends) {
      object.endAfterMappings();
    }
  }

  private EngineObject known(int number) {
    EngineObject object = objects[number];
    if (object == null) {
      throw new AssertionError("number " + number + " is given up and nobody has it");
    }
    return object;
  }

  private void forget(int number) {
    numbers.remove(known(number).number());
    objects[number] = null;
    records[number] = freeHead;
    freeHead = number;
    freeCount++;
  }

  @Nullable EngineObject get(int number) {
    return objects[number];
  }

  /** How many numbers are taken. */
  int count() {
    return fresh - 1 - freeCount;
  }

  /** How many records show an object. */
  int recordsOf(EngineObject object) {
    int number = numbers.get(object.number());
    return number == 0 ? 0 : records[number];
  }

  /** Checks that objects and numbers lead to each other. */
  void check(Consumer<String> complain) {
    numbers.check(complain);
    int taken = 0;
    for (int number = 1; number < fresh; number++) {
      EngineObject object = objects[number];
      if (object == null) {
        continue;
      }
      taken++;
      if (numbers.get(object.number()) != number) {
        complain.accept(object + " is not found by its number");
      }
      if (records[number] <= 0 && number != last) {
        complain.accept(object + " is shown by " + records[number] + " records, and remembered");
      }
      if (object.lists(showings[number]) != records[number] > 0) {
        complain.accept(object + " is shown by " + records[number] + " records, and thinks not");
      }
    }
    if (taken != count() || taken != numbers.size()) {
      complain.accept(taken + " objects have numbers, " + count() + " numbers are taken");
    }
  }

  /** The memory that this takes, in bytes. */
  long bytes() {
    return pool.bytes() + BYTES_EACH * objects.length;
  }
}
