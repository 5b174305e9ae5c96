/** The types, constants and layouts of the interface, under their documented names. */
@NullMarked
package dev.mapwright.windows.abi;

import org.jspecify.annotations.NullMarked;
