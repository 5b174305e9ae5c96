/** Which pages are locked, what finds and locks them, and pages that belong to MDLs. */
@NullMarked
package dev.mapwright.windows.memory.lock;

import org.jspecify.annotations.NullMarked;
