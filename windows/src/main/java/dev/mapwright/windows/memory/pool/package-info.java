/** Nonpaged and paged pool, and MDLs that lie in it. */
@NullMarked
package dev.mapwright.windows.memory.pool;

import org.jspecify.annotations.NullMarked;
