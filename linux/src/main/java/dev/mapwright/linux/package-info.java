/**
 * The Linux personality: mmap and its family over the engine, with the answers of the kernel.
 *
 * <p>Every call checks its arguments in the kernel's order, names the kernel's error, and then lets
 * the engine do the work. What the kernel is free to choose (a place, where the heap begins) is
 * asked of {@link dev.mapwright.linux.Choices}.
 */
@NullMarked
package dev.mapwright.linux;

import org.jspecify.annotations.NullMarked;
