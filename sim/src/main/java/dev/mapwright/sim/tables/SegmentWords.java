package dev.mapwright.sim.tables;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Words of a segment, little-endian. It is faster than the buffers of {@link TableWords}, where
 * each access with acquire or release asks the buffer anew whether its memory is alive; but making
 * the first such handle costs a process several milliseconds, which one without reservations and
 * devices behind an IOMMU need not spend.
 */
final class SegmentWords {
  static final VarHandle WORD =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

  private SegmentWords() {}
}
