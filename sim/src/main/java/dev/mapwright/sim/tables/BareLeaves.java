package dev.mapwright.sim.tables;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.BareEntries;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.memory.ThreadGuard;
import java.lang.invoke.VarHandle;

/**
 * Bare leaves: what is done to them, wherever their entries are found.
 *
 * <p>The hardware marks a leaf that is present, at any moment. So one that stays present is changed
 * by compare-and-swap; one that is not, or is not to be any more, is simply written: a mark that
 * comes too late finds another entry than it expects. Whoever calls sees to it that two threads do
 * not change the same leaf (clearing the marks of stores, which the translation does under its own
 * lock, is done by compare-and-swap, and gets along with this).
 */
abstract class BareLeaves implements BareEntries {
  private final PageTables tables;
  private final TableShape shape;
  private final TableFormat format;
  private final ThreadGuard guard;

  BareLeaves(PageTables tables) {
    this.tables = tables;
    shape = tables.shape;
    format = shape.format;
    guard = tables.guard;
  }

  /** Where the entry of a page is: its physical address. Those of one table are adjacent. */
  abstract long at(long key);

  /** An entry; what the hardware has marked meanwhile may be missing. */
  abstract long get(long at);

  /** Writes an entry, whatever the hardware makes of it meanwhile. */
  abstract void set(long at, long bits);

  /** Writes an entry if it is as expected. */
  abstract boolean replace(long at, long expected, long next);

  /** Writes an entry and returns what the hardware had made of the one before. */
  abstract long exchange(long at, long bits);

  /** The key behind the last one up to an end whose entry is in the same table as a key's. */
  private long tableEnd(long key, long end) {
    return Math.min(shape.tableEnd(key, 1), end) + 1;
  }

  /** The key of a page. */
  final long key(long page) {
    return shape.key(page);
  }

  /** A leaf that is present and says everything that it shows, also when it is to allow nothing. */
  private long leaf(long pfn, int permissions, CachePolicy cache) {
    int allowed = permissions == Permissions.NONE ? Permissions.ALL : permissions;
    return format.bare(format.leaf(1, pfn, format.effective(allowed), cache), permissions);
  }

  /** A leaf that is not present yet. */
  final long staged(long pfn, int permissions, CachePolicy cache) {
    return format.withdrawn(leaf(pfn, permissions, cache));
  }

  @Override
  public void show(long page, long pfn, int permissions, CachePolicy cache) {
    guard.check();
    long leaf = leaf(pfn, permissions, cache);
    VarHandle.releaseFence(); // who finds the entry finds what was in the frame before
    set(at(key(page)), permissions == Permissions.NONE ? format.withdrawn(leaf) : leaf);
  }

  @Override
  public long take(long page) {
    guard.check();
    long bits = exchange(at(key(page)), 0);
    if (wasUsed(bits)) {
      tables.invalidate(page, page);
    }
    return TranslationEntry.bare(
        format.pfn(1, bits),
        false,
        Permissions.NONE,
        format.asked(bits),
        format.cache(1, bits),
        false,
        false);
  }

  @Override
  public void stage(long page, long pfn, int permissions, CachePolicy cache) {
    set(at(key(page)), staged(pfn, permissions, cache));
  }

  @Override
  public void publish(long first, long last) {
    guard.check();
    VarHandle.releaseFence();
    long end = key(last);
    for (long key = key(first), next; key <= end; key = next) {
      next = tableEnd(key, end);
      long stop = at(key) + (next - key << 3);
      for (long at = at(key); at < stop; at += 8) {
        long bits = get(at);
        if (format.asked(bits) != Permissions.NONE) {
          set(at, format.reinstated(bits));
        }
      }
    }
  }

  @Override
  public void protect(long first, long last, int permissions) {
    guard.check();
    boolean stale = false;
    long end = key(last);
    for (long key = key(first); key <= end; key++) {
      long at = at(key);
      long bits;
      long next;
      do {
        bits = get(at);
        long asked = format.bare(bits, permissions);
        next = permissions == Permissions.NONE ? format.withdrawn(asked) : format.reinstated(asked);
      } while (!replace(at, bits, next));
      stale |= wasUsed(bits) && reduces(bits, next);
    }
    if (stale) {
      tables.invalidate(first, last);
    }
  }

  private boolean reduces(long bits, long next) {
    int after = format.present(1, next) ? format.permissions(1, next) : Permissions.NONE;
    return (format.permissions(1, bits) & ~after) != 0;
  }

  /** Whether a leaf may be in somebody's TLB. */
  private boolean wasUsed(long bits) {
    return format.present(1, bits) && format.maybeAccessed(1, bits);
  }

  /**
   * What the hardware marks meanwhile is overwritten and lost, and nobody wants to know it. So it
   * is not known either who has used one of the entries: all users are told, once for the range,
   * which is cheaper than an atomic operation a page.
   */
  @Override
  public void withdraw(long first, long last) {
    if (makeAbsent(first, last)) {
      tables.invalidate(first, last);
    }
  }

  @Override
  public void withdrawQuietly(long first, long last) {
    makeAbsent(first, last);
  }

  /** Makes entries not present; whether any was. */
  private boolean makeAbsent(long first, long last) {
    guard.check();
    boolean any = false;
    long end = key(last);
    for (long key = key(first), next; key <= end; key = next) {
      next = tableEnd(key, end);
      long stop = at(key) + (next - key << 3);
      for (long at = at(key); at < stop; at += 8) {
        long bits = get(at);
        if (format.present(1, bits)) {
          set(at, format.withdrawn(bits));
          any = true;
        }
      }
    }
    return any;
  }

  @Override
  public boolean widen(long firstPage, int level) {
    return false;
  }

  @Override
  public void narrow(long page) {
    // there are no large leaves over these entries
  }

  @Override
  public long pfn(long page) {
    return format.pfn(1, get(at(key(page))));
  }

  @Override
  public long entry(long page) {
    long bits = get(at(key(page)));
    return bits == 0 || !format.isBare(bits) ? TranslationEntry.ABSENT : tables.walker().bare(bits);
  }

  @Override
  public void clear(long first, long last) {
    long end = key(last);
    for (long key = key(first), next; key <= end; key = next) {
      next = tableEnd(key, end);
      long stop = at(key) + (next - key << 3);
      for (long at = at(key); at < stop; at += 8) {
        set(at, 0);
      }
    }
  }

  @Override
  public void hold(long first, long last, Frames frames) {
    long end = key(last);
    for (long key = key(first), next; key <= end; key = next) {
      next = tableEnd(key, end);
      long stop = at(key) + (next - key << 3);
      for (long at = at(key); at < stop; at += 8) {
        frames.hold(format.pfn(1, get(at)));
      }
    }
  }

  @Override
  public void letGo(long first, long last, Frames frames) {
    long end = key(last);
    for (long key = key(first), next; key <= end; key = next) {
      next = tableEnd(key, end);
      long stop = at(key) + (next - key << 3);
      for (long at = at(key); at < stop; at += 8) {
        frames.unhold(format.pfn(1, get(at)));
        set(at, 0);
      }
    }
  }
}
