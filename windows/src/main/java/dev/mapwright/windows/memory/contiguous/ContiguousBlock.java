package dev.mapwright.windows.memory.contiguous;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.windows.memory.pte.Makers;

/**
 * Memory that was allocated by the routines for contiguous and for non-cached memory. Immutable.
 *
 * @param firstPage its first page
 * @param pages how many pages it has
 * @param bytes how many bytes were asked for
 * @param contiguous whether its frames are adjacent; false for non-cached memory
 * @param policy how it is accessed
 * @param maker who allocated it, as a number of {@link Makers}
 */
public record ContiguousBlock(
    long firstPage, long pages, long bytes, boolean contiguous, CachePolicy policy, int maker) {}
