/** The campaign of the personality of Windows. */
@NullMarked
package dev.mapwright.proof.windows;

import org.jspecify.annotations.NullMarked;
