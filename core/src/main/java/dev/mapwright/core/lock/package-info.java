/** The engine's locks: their order, who checks it, and the note of what a lock guards. */
@NullMarked
package dev.mapwright.core.lock;

import org.jspecify.annotations.NullMarked;
