/** The IRQL of the processor. */
@NullMarked
package dev.mapwright.windows.irql;

import org.jspecify.annotations.NullMarked;
