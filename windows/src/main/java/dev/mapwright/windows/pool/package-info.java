/** Pool: blocks of system memory with tags. */
@NullMarked
package dev.mapwright.windows.pool;

import org.jspecify.annotations.NullMarked;
