/** Tests of the personality of Windows. */
@NullMarked
package dev.mapwright.windows;

import org.jspecify.annotations.NullMarked;
