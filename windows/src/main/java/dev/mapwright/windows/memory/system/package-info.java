/**
 * System space: where it lies, and the engine's space behind it. It decides nothing about calls.
 */
@NullMarked
package dev.mapwright.windows.memory.system;

import org.jspecify.annotations.NullMarked;
