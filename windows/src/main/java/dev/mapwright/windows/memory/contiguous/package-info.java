/**
 * Contiguous and non-cached memory, and RAM that is shown by its physical address. It decides
 * nothing about calls.
 */
@NullMarked
package dev.mapwright.windows.memory.contiguous;

import org.jspecify.annotations.NullMarked;
