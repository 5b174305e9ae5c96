package dev.mapwright.windows.memory.contiguous;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.windows.memory.pte.Makers;

/**
 * What a contiguous block is to be like.
 *
 * @param bytes how many bytes are asked for, at least 1, unsigned
 * @param minPfn the lowest PFN allowed
 * @param maxPfn the highest PFN allowed, inclusive
 * @param boundaryPages a multiple of this many pages must not lie inside of it; 0 for none, else a
 *     power of two
 * @param node the node to take from; -1 for any
 * @param permissions what the mapping allows
 * @param policy how it is accessed
 * @param driverObject whose it is: the address of the driver's DRIVER_OBJECT
 * @param maker who asks, as a number of {@link Makers}
 * @param pattern whether it is filled with a pattern, so that nobody takes its contents for zeros
 */
public record ContiguousRequest(
    long bytes,
    long minPfn,
    long maxPfn,
    long boundaryPages,
    int node,
    int permissions,
    CachePolicy policy,
    long driverObject,
    int maker,
    boolean pattern) {}
