/** IRPs, as far as MDLs hang on them. */
@NullMarked
package dev.mapwright.windows.irp;

import org.jspecify.annotations.NullMarked;
