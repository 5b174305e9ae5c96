/**
 * What stands behind {@link dev.mapwright.core.memory.MemoryObject}: page lists, who shows whose
 * pages, who shows a page to whom, and what gives pages frames and takes them away.
 */
@NullMarked
package dev.mapwright.core.object;

import org.jspecify.annotations.NullMarked;
