/**
 * Recorded system calls: a streaming reader of what {@code strace} prints, and the calls as data.
 */
@NullMarked
package dev.mapwright.linux.strace;

import org.jspecify.annotations.NullMarked;
