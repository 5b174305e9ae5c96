/** What an MDL says, and the list of pages that a call is about. */
@NullMarked
package dev.mapwright.windows.memory.mdl;

import org.jspecify.annotations.NullMarked;
