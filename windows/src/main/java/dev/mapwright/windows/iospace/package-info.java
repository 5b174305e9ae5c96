/**
 * I/O space: mapping device memory, accessing registers, and what a driver is told of its device.
 */
@NullMarked
package dev.mapwright.windows.iospace;

import org.jspecify.annotations.NullMarked;
