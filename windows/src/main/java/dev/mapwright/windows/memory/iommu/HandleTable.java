package dev.mapwright.windows.memory.iommu;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Things by their addresses. A driver's address is an allegation: whatever number it passes, it
 * gets what lives there under this number, or nothing. Finding allocates nothing.
 *
 * <p>Open addressing over two arrays of one length, a power of two, that are at most half full.
 * Thread-safe: whoever changes it has its monitor, under which nothing else is called. Whoever
 * finds something takes no lock: what he has read counts if nothing was changed meanwhile ({@link
 * #changes}); otherwise he looks again under the monitor.
 *
 * @param <T> what the things are
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // under the monitor
final class HandleTable<T> {
  private static final int LEAST = 16;

  /** Addresses; 0 for a free place. */
  private long[] addresses = new long[LEAST];

  /** The things, in the same places. */
  private @Nullable Object[] things = new @Nullable Object[LEAST];

  private int count;

  /** How often something began or ended to be changed; odd while it is. */
  private volatile int changes;

  /** The thing with an address; null for none. */
  @Nullable T find(long address) {
    int before = changes;
    if (address != 0 && (before & 1) == 0) {
      long[] in = addresses;
      @Nullable Object[] of = things;
      if (in.length == of.length) {
        @Nullable T found = thing(of, place(in, address));
        VarHandle.acquireFence();
        if (changes == before) {
          return found;
        }
      }
    }
    return findLocked(address);
  }

  private synchronized @Nullable T findLocked(long address) {
    return address == 0 ? null : thing(things, place(addresses, address));
  }

  private synchronized void beginChange() {
    changes++;
    VarHandle.fullFence(); // nobody who sees what follows believes that nothing was changed
  }

  private synchronized void endChange() {
    changes++;
  }

  @SuppressWarnings("unchecked") // nothing else is put into it
  private @Nullable T thing(@Nullable Object[] of, int place) {
    return (@Nullable T) of[place];
  }

  /** Makes room for one more; throws OutOfMemoryError when there is none, and changes nothing. */
  synchronized void makeRoom() {
    if (2 * (count + 1) > addresses.length) {
      long[] moreAddresses = new long[2 * addresses.length];
      @Nullable Object[] moreThings = new @Nullable Object[moreAddresses.length];
      for (int i = 0; i < addresses.length; i++) {
        if (addresses[i] != 0) {
          int place = place(moreAddresses, addresses[i]);
          moreAddresses[place] = addresses[i];
          moreThings[place] = things[i];
        }
      }
      beginChange();
      addresses = moreAddresses;
      things = moreThings;
      endChange();
    }
  }

  /** Enters a thing under an address that has none. */
  synchronized void add(long address, T thing) {
    makeRoom();
    int place = place(addresses, address);
    beginChange();
    addresses[place] = address;
    things[place] = thing;
    count++;
    endChange();
  }

  /** Takes a thing out; those behind it move up, so that they are found. */
  synchronized void remove(long address) {
    int hole = place(addresses, address);
    if (addresses[hole] != address) {
      return;
    }
    beginChange();
    count--;
    int mask = addresses.length - 1;
    for (int next = hole + 1 & mask; addresses[next] != 0; next = next + 1 & mask) {
      int home = hash(addresses[next]) & mask;
      if ((next - home & mask) >= (next - hole & mask)) {
        addresses[hole] = addresses[next];
        things[hole] = things[next];
        hole = next;
      }
    }
    addresses[hole] = 0;
    things[hole] = null;
    endChange();
  }

  /** How many there are. */
  synchronized int count() {
    return count;
  }

  /** All of them, by ascending address. */
  synchronized List<T> all() {
    long[] sorted = addresses.clone();
    Arrays.sort(sorted);
    List<T> all = new ArrayList<>();
    for (long address : sorted) {
      T thing = find(address);
      if (thing != null) {
        all.add(thing);
      }
    }
    return all;
  }

  /** Where an address is, or would be. */
  private static int place(long[] in, long address) {
    int mask = in.length - 1;
    int place = hash(address) & mask;
    while (in[place] != 0 && in[place] != address) {
      place = place + 1 & mask;
    }
    return place;
  }

  private static int hash(long address) {
    long mixed = address * 0x9E37_79B9_7F4A_7C15L;
    return (int) (mixed >>> 33);
  }
}
