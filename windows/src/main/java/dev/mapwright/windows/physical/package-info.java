/** From virtual addresses to physical memory, and copies from either that can't go wrong. */
@NullMarked
package dev.mapwright.windows.physical;

import org.jspecify.annotations.NullMarked;
