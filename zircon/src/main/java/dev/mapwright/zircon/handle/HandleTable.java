package dev.mapwright.zircon.handle;

import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.RandomStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The handles of one process.
 *
 * <p>A value names a slot and the generation that the slot had; the {@link HandleCipher} makes it
 * unguessable. A slot whose handle is gone gets the next generation and waits at the end of a queue
 * of at least {@value #QUARANTINE} free slots, so a stale value keeps naming nothing for {@value
 * #QUARANTINE} times 4096 closes or more.
 *
 * <p><b>Threads.</b> {@link #find} takes no lock: it reads one slot and compares. Everything that
 * changes the table holds its monitor, which guards all fields but the contents of {@code slots};
 * those are written under it and read without. A handle comes in two steps, so that a call can
 * acquire it before it changes anything and show it when nothing can fail any more: {@link
 * #reserve} and {@link #publish}, or {@link #cancel}.
 */
public final class HandleTable {
  /** The most handles that a process can have. */
  public static final int MOST_HANDLES = 1 << 18;

  private static final int SLOT_MASK = MOST_HANDLES - 1;
  private static final int GENERATION_MASK = (1 << (HandleCipher.BITS - 18)) - 1;
  private static final int QUARANTINE = 64;
  private static final int FIRST_SLOTS = 16;

  private final FailurePoints failures;
  private final HandleCipher cipher;

  /** The published handles; replaced by a longer one when it is full. Null where there is none. */
  private volatile AtomicReferenceArray<@Nullable Handle> slots =
      new AtomicReferenceArray<>(FIRST_SLOTS);

  /** For each slot its generation, and the next one in the queue of free slots. */
  private short[] generations = new short[FIRST_SLOTS];

  private int[] next = new int[FIRST_SLOTS];

  /** Slots from here on were never used. */
  private int fresh;

  private int firstFree;
  private int lastFree;
  private int freeSlots;
  private int published;
  private boolean closed;

  /**
   * Makes an empty table.
   *
   * @param failures asked before a handle is reserved
   * @param random where the key of the values is drawn from
   */
  public HandleTable(FailurePoints failures, RandomStream random) {
    this.failures = failures;
    this.cipher = new HandleCipher(random);
  }

  /**
   * Looks a handle up.
   *
   * @param value any number
   * @return the handle, or null when the number names none
   */
  public @Nullable Handle find(int value) {
    if ((value & 1) == 0 || value < 0) {
      return null;
    }
    int slot = cipher.plain(value) & SLOT_MASK;
    AtomicReferenceArray<@Nullable Handle> now = slots;
    if (slot >= now.length()) {
      return null;
    }
    Handle handle = now.getAcquire(slot);
    return handle != null && handle.value() == value ? handle : null;
  }

  /**
   * Acquires a handle that {@link #find} does not see yet.
   *
   * @param object what it will name
   * @param rights what it will allow
   * @return the handle, or null when no slot is left, memory is out or the object has ended
   */
  public @Nullable Handle reserve(KernelObject object, int rights) {
    if (failures.refuses(AllocationPoint.HANDLE)) {
      return null;
    }
    if (!object.addHandle()) {
      return null;
    }
    int slot;
    int generation;
    synchronized (this) {
      slot = takeSlot();
      generation = slot < 0 ? 0 : generations[slot] & GENERATION_MASK;
    }
    if (slot < 0) {
      object.dropHandle();
      return null;
    }
    return new Handle(object, rights, cipher.value(generation << 18 | slot), slot);
  }

  /**
   * Shows a reserved handle.
   *
   * @param handle from {@link #reserve}
   * @return false when the process has ended meanwhile; the caller then has to {@link #cancel}
   */
  public synchronized boolean publish(Handle handle) {
    if (closed) {
      return false;
    }
    slots.setRelease(handle.slot, handle);
    published++;
    return true;
  }

  /**
   * Gives a reserved handle up.
   *
   * @param handle from {@link #reserve}, not published
   */
  public void cancel(Handle handle) {
    synchronized (this) {
      giveSlot(handle.slot);
    }
    Ending.dropped(handle);
  }

  /**
   * Closes a handle.
   *
   * @param value any number
   * @return false when it names no handle
   */
  public boolean close(int value) {
    Handle handle = remove(value);
    if (handle == null) {
      return false;
    }
    Ending.dropped(handle);
    return true;
  }

  private synchronized @Nullable Handle remove(int value) {
    Handle handle = find(value);
    if (handle != null) {
      slots.setRelease(handle.slot, null);
      giveSlot(handle.slot);
      published--;
    }
    return handle;
  }

  /** Closes everything and lets nothing in any more: the process has ended. */
  void closeAll(KernelObject.Fallen fallen) {
    AtomicReferenceArray<@Nullable Handle> last;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      last = slots;
      slots = new AtomicReferenceArray<>(0);
      published = 0;
    }
    for (int slot = 0; slot < last.length(); slot++) {
      Handle handle = last.getPlain(slot);
      if (handle != null && handle.object().dropHandle()) {
        fallen.add(handle.object());
      }
    }
  }

  /** {@return how many handles are published} */
  public synchronized int size() {
    return published;
  }

  /** A slot nobody uses, or -1. */
  private int takeSlot() {
    if (closed) {
      return -1;
    }
    boolean noneFresh = fresh == MOST_HANDLES;
    if (freeSlots > QUARANTINE || (noneFresh && freeSlots > 0)) {
      int slot = firstFree;
      firstFree = next[slot];
      freeSlots--;
      return slot;
    }
    if (noneFresh || (fresh == generations.length && !grow())) {
      return -1;
    }
    return fresh++;
  }

  private void giveSlot(int slot) {
    if (closed) {
      return;
    }
    generations[slot]++;
    if (freeSlots == 0) {
      firstFree = slot;
    } else {
      next[lastFree] = slot;
    }
    lastFree = slot;
    freeSlots++;
  }

  private boolean grow() {
    int longer = generations.length * 2;
    try {
      AtomicReferenceArray<@Nullable Handle> moved = new AtomicReferenceArray<>(longer);
      short[] moreGenerations = Arrays.copyOf(generations, longer);
      int[] moreNext = Arrays.copyOf(next, longer);
      for (int slot = 0; slot < fresh; slot++) {
        moved.setPlain(slot, slots.getPlain(slot));
      }
      generations = moreGenerations;
      next = moreNext;
      slots = moved;
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }
}
