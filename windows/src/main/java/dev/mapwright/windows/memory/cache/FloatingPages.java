package dev.mapwright.windows.memory.cache;

import dev.mapwright.core.CachePolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Physical pages without a cache attribute of their own: those outside RAM, and RAM that was
 * allocated without one. Of each it is known how often it is locked or otherwise referred to, how
 * often it is mapped, and the attribute that its first mapping has given it.
 *
 * <p>A page is remembered from its first reference on, where memory may be refused, so that mapping
 * it acquires nothing. Chunks of 512 pages; guarded by the lock of {@link CacheBook}.
 */
final class FloatingPages {
  private static final int LOG2 = 9;
  private static final int CHUNK = 1 << LOG2;
  private static final byte NONE = -1;

  private static final class Chunk {
    final long key;

    /** The next chunk in the same bucket; null for none. */
    @Nullable Chunk next;

    final int[] references = new int[CHUNK];
    final int[] mappings = new int[CHUNK];
    final byte[] policies = new byte[CHUNK];

    /** How many pages of the chunk are remembered. */
    int remembered;

    Chunk(long key) {
      this.key = key;
      Arrays.fill(policies, NONE);
    }
  }

  /**
   * The chunks by key, a list a bucket, as many buckets as there were chunks at most. No map of
   * Java's, which would make an object of each key that is looked up.
   */
  private @Nullable Chunk[] buckets = new Chunk[16];

  private int chunks;

  /** The chunk that was found last. */
  private @Nullable Chunk last;

  private long lastKey = -1;

  private @Nullable Chunk chunk(long pfn) {
    long key = pfn >>> LOG2;
    if (key != lastKey) {
      Chunk found = buckets[bucket(key)];
      while (found != null && found.key != key) {
        found = found.next;
      }
      last = found;
      lastKey = key;
    }
    return last;
  }

  private int bucket(long key) {
    return (int) (key * 0x9E37_79B9_7F4A_7C15L >>> 32) & buckets.length - 1;
  }

  private void add(Chunk chunk) {
    int bucket = bucket(chunk.key);
    chunk.next = buckets[bucket];
    buckets[bucket] = chunk;
  }

  /** Makes a chunk; null when there is no memory. */
  private @Nullable Chunk newChunk(long key) {
    try {
      Chunk made = new Chunk(key);
      if (chunks == buckets.length) {
        List<Chunk> all = all();
        buckets = new Chunk[2 * buckets.length];
        all.forEach(this::add);
      }
      add(made);
      chunks++;
      lastKey = -1;
      return made;
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  private void remove(Chunk chunk) {
    int bucket = bucket(chunk.key);
    Chunk before = buckets[bucket];
    if (before == chunk) {
      buckets[bucket] = chunk.next;
    } else {
      while (before != null && before.next != chunk) {
        before = before.next;
      }
      if (before != null) {
        before.next = chunk.next;
      }
    }
    chunks--;
    lastKey = -1;
  }

  private List<Chunk> all() {
    List<Chunk> all = new ArrayList<>(chunks);
    for (Chunk chunk : buckets) {
      for (Chunk each = chunk; each != null; each = each.next) {
        all.add(each);
      }
    }
    return all;
  }

  private static int at(long pfn) {
    return (int) pfn & CHUNK - 1;
  }

  /** Adds a reference; false when there is no memory, or no number of references more. */
  boolean refer(long pfn) {
    Chunk chunk = chunk(pfn);
    if (chunk == null) {
      chunk = newChunk(pfn >>> LOG2);
      if (chunk == null) {
        return false;
      }
    }
    int at = at(pfn);
    if (chunk.references[at] == Integer.MAX_VALUE) {
      return false;
    }
    if (chunk.references[at]++ == 0 && chunk.mappings[at] == 0) {
      chunk.remembered++;
    }
    return true;
  }

  /** Takes a reference back; false when there is none. */
  boolean letGo(long pfn) {
    Chunk chunk = chunk(pfn);
    int at = at(pfn);
    if (chunk == null || chunk.references[at] == 0) {
      return false;
    }
    chunk.references[at]--;
    settle(chunk, pfn);
    return true;
  }

  /** How often a page is referred to. */
  int references(long pfn) {
    Chunk chunk = chunk(pfn);
    return chunk == null ? 0 : chunk.references[at(pfn)];
  }

  /** How often a page is mapped. */
  int mappings(long pfn) {
    Chunk chunk = chunk(pfn);
    return chunk == null ? 0 : chunk.mappings[at(pfn)];
  }

  /** The attribute of a page that is mapped; null for one that is not. */
  @Nullable CachePolicy policy(long pfn) {
    Chunk chunk = chunk(pfn);
    byte policy = chunk == null ? NONE : chunk.policies[at(pfn)];
    return policy == NONE ? null : CachePolicy.of(policy);
  }

  /** One mapping more of a page that is remembered; the first one decides the attribute. */
  void mapped(long pfn, CachePolicy policy) {
    Chunk chunk = chunk(pfn);
    if (chunk == null) {
      throw new IllegalStateException("a page is mapped that is not remembered");
    }
    int at = at(pfn);
    if (chunk.mappings[at]++ == 0) {
      chunk.policies[at] = (byte) policy.ordinal();
    }
  }

  /** One mapping less; with the last one the attribute goes. */
  void unmapped(long pfn) {
    Chunk chunk = chunk(pfn);
    if (chunk == null) {
      throw new IllegalStateException("a page is unmapped that is not remembered");
    }
    int at = at(pfn);
    if (--chunk.mappings[at] == 0) {
      chunk.policies[at] = NONE;
    }
    settle(chunk, pfn);
  }

  private void settle(Chunk chunk, long pfn) {
    int at = at(pfn);
    if (chunk.references[at] == 0 && chunk.mappings[at] == 0 && --chunk.remembered == 0) {
      remove(chunk);
    }
  }

  /** Told of the pages that are remembered. */
  interface Visitor {
    void page(long pfn, int references, int mappings, @Nullable CachePolicy policy);
  }

  /** Visits the pages that are remembered, in ascending order. */
  void forEach(Visitor visitor) {
    List<Chunk> ascending = all();
    ascending.sort(Comparator.comparingLong(chunk -> chunk.key));
    for (Chunk chunk : ascending) {
      for (long pfn = chunk.key << LOG2; pfn < (chunk.key + 1) << LOG2; pfn++) {
        if (references(pfn) != 0 || mappings(pfn) != 0) {
          visitor.page(pfn, references(pfn), mappings(pfn), policy(pfn));
        }
      }
    }
  }
}
