/** Drivers that call any routine with any arguments. */
@NullMarked
package dev.mapwright.proof.windows.hostile;

import org.jspecify.annotations.NullMarked;
