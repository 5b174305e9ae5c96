/**
 * Handles: how a process names kernel objects. A handle is an object, the rights to it and a number
 * that can not be guessed; the table finds it by the number.
 */
@NullMarked
package dev.mapwright.zircon.handle;

import org.jspecify.annotations.NullMarked;
