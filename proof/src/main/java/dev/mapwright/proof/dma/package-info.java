/**
 * A brute-force model of what is promised of allocators of logical addresses, and the random
 * operations that are run on it and on the allocator. The model shares nothing with the allocator
 * but the number of blocks that are cached.
 */
@NullMarked
package dev.mapwright.proof.dma;

import org.jspecify.annotations.NullMarked;
