package dev.mapwright.sim.memory;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The RAM of the first machine of this process that had a busy CPU, as a constant.
 *
 * <p>An access to a memory segment reads the segment's base, size, owner and state each time, which
 * costs more than the access itself. When the segment is a constant, the compiler knows all of them
 * but the state. Most processes have one machine, or one that matters; CPUs compare their RAM with
 * this constant and take the short way when they are the same. Nothing else depends on it.
 */
public final class FirstRam {
  /** Some machine's RAM. */
  public static final MemorySegment SEGMENT = Offers.first();

  private FirstRam() {}

  @SuppressWarnings({"MemorySegmentReferenceEquality", "ReferenceEquality"})
  private static boolean is(MemorySegment segment) {
    return segment == SEGMENT;
  }

  /** A class of its own, so that an offer can come before the constant is made. */
  public static final class Offers {
    private static final AtomicReference<@Nullable MemorySegment> FIRST = new AtomicReference<>();

    private Offers() {}

    /** Asked by each CPU that turns out to be busy, with its RAM: whether that is the one. */
    public static boolean claim(MemorySegment segment) {
      FIRST.compareAndSet(null, segment);
      return is(segment);
    }

    private static MemorySegment first() {
      MemorySegment first = FIRST.get();
      return first == null ? MemorySegment.NULL : first;
    }
  }
}
