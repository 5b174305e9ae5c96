package dev.mapwright.windows.memory;

import dev.mapwright.core.CachePolicy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
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
    final int[] references = new int[CHUNK];
    final int[] mappings = new int[CHUNK];
    final byte[] policies = new byte[CHUNK];

    /** How many pages of the chunk are remembered. */
    int remembered;

    Chunk() {
      Arrays.fill(policies, NONE);
    }
  }

  private final Map<Long, Chunk> chunks = new HashMap<>();

  /** The chunk that was found last. */
  private @Nullable Chunk last;

  private long lastKey = -1;

  /** The chunk that had its last page taken last; it may have pages again. -1 for none. */
  private long emptyKey = -1;

  private @Nullable Chunk chunk(long pfn) {
    long key = pfn >>> LOG2;
    if (key != lastKey) {
      last = chunks.get(key);
      lastKey = key;
    }
    return last;
  }

  private static int at(long pfn) {
    return (int) pfn & CHUNK - 1;
  }

  /** Adds a reference; false when there is no memory, or no number of references more. */
  boolean refer(long pfn) {
    Chunk chunk = chunk(pfn);
    if (chunk == null) {
      try {
        chunk = new Chunk();
        chunks.put(pfn >>> LOG2, chunk);
      } catch (OutOfMemoryError full) {
        return false;
      }
      lastKey = -1;
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

  /**
   * Forgets a page that nobody needs any more. The last chunk without pages is kept, so that
   * mapping and unmapping a page again and again takes nothing from the heap.
   */
  private void settle(Chunk chunk, long pfn) {
    int at = at(pfn);
    if (chunk.references[at] == 0 && chunk.mappings[at] == 0 && --chunk.remembered == 0) {
      long key = pfn >>> LOG2;
      if (emptyKey >= 0 && emptyKey != key) {
        Chunk empty = chunks.get(emptyKey);
        if (empty != null && empty.remembered == 0) {
          chunks.remove(emptyKey);
          lastKey = -1;
        }
      }
      emptyKey = key;
    }
  }

  /** Told of the pages that are remembered. */
  interface Visitor {
    void page(long pfn, int references, int mappings, @Nullable CachePolicy policy);
  }

  /** Visits the pages that are remembered, in ascending order. */
  void forEach(Visitor visitor) {
    chunks.keySet().stream()
        .sorted()
        .forEach(key -> {
          for (long pfn = key << LOG2; pfn < (key + 1) << LOG2; pfn++) {
            if (references(pfn) != 0 || mappings(pfn) != 0) {
              visitor.page(pfn, references(pfn), mappings(pfn), policy(pfn));
            }
          }
        });
  }
}
