/**
 * The Java face of the routines: objects instead of addresses, exceptions instead of NULL and
 * statuses. It is thin; whatever a routine does not have here is called by its call face with the
 * same {@link dev.mapwright.windows.context.NtContext}.
 */
@NullMarked
package dev.mapwright.windows;

import org.jspecify.annotations.NullMarked;
