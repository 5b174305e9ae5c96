/**
 * What drivers find and do not make: interrupts that reach them, the end of a driver and what it
 * left behind, surprise removal. Programs that test drivers use it; drivers do not.
 */
@NullMarked
package dev.mapwright.windows.harness;

import org.jspecify.annotations.NullMarked;
