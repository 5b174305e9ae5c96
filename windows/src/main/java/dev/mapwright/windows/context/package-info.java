/** Who calls: the system, a processor with its process and IRQL, the driver. */
@NullMarked
package dev.mapwright.windows.context;

import org.jspecify.annotations.NullMarked;
