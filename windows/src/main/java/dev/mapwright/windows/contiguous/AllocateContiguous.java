package dev.mapwright.windows.contiguous;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.NodeRequirement;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.contiguous.ContiguousRequest;

/** The questions that the routines for contiguous memory have in common. */
final class AllocateContiguous {
  /** Above APC_LEVEL only pool is searched, of which a single page can be relied upon. */
  private static final long MOST_PAGES_AT_DISPATCH_LEVEL = 1;

  private AllocateContiguous() {}

  /** Does the highest address lie below the lowest one? */
  static boolean badLimits(long lowest, long highest) {
    return Long.compareUnsigned(lowest, highest) > 0;
  }

  /** Is the boundary no power of two of at least a page, or does the block not fit into it? */
  static boolean badBoundary(long boundary, long bytes) {
    return boundary != 0
        && (Long.bitCount(boundary) != 1
            || !Pages.aligned(boundary)
            || Pages.countFor(bytes) > Pages.of(boundary));
  }

  /** Is there no node with this number, an unsigned one? */
  static boolean badNode(NtContext c, int node) {
    int nodes = c.kernel().machine().frames().nodes();
    return node != NodeRequirement.MM_ANY_NODE_OK && Integer.compareUnsigned(node, nodes) >= 0;
  }

  /**
   * Allocates a block, the arguments being sound.
   *
   * @return its address; 0 when that was refused
   */
  static long run(
      NtContext c,
      long bytes,
      long lowest,
      long highest,
      long boundary,
      int node,
      int permissions,
      CachePolicy policy,
      Condition notAtThisIrql,
      Condition noMemory) {
    // Is it little enough for this IRQL?
    long pages = Pages.countFor(bytes);
    if (c.irql() > Irql.APC_LEVEL && pages > MOST_PAGES_AT_DISPATCH_LEVEL) {
      c.refuse(notAtThisIrql, pages, c.irql());
      return 0;
    }
    // Are there frames in a row, addresses, and records? Each byte of the block is in the limits.
    boolean wholeLastPage = Pages.offset(highest) == Pages.BYTES - 1;
    ContiguousRequest wanted =
        new ContiguousRequest(
            bytes,
            Pages.countFor(lowest),
            Pages.of(highest) - (wholeLastPage ? 0 : 1),
            Pages.of(boundary),
            node == NodeRequirement.MM_ANY_NODE_OK ? Frames.ANY_NODE : node,
            permissions,
            policy,
            c.driver().driverObject(),
            c.maker(),
            c.kernel().verifier().on());
    long address = wanted.maxPfn() < 0 ? 0 : c.kernel().contiguousMemory().allocate(wanted);
    if (address == 0) {
      c.refuse(noMemory, pages, 0);
    }
    return address;
  }
}
