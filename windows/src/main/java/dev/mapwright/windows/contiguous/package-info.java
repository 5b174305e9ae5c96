/** Contiguous and non-cached memory. */
@NullMarked
package dev.mapwright.windows.contiguous;

import org.jspecify.annotations.NullMarked;
