/** How pages are accessed: the one rule of cache attributes, and pages that have none. */
@NullMarked
package dev.mapwright.windows.memory.cache;

import org.jspecify.annotations.NullMarked;
