/** System PTEs: what each is used for, reservations among them, and who has made what. */
@NullMarked
package dev.mapwright.windows.memory.pte;

import org.jspecify.annotations.NullMarked;
