/**
 * What a machine can do, and nothing about how: frames and their contents, translations, CPUs,
 * devices. The simulated machine implements these interfaces, a machine of real memory can; the
 * rest of the engine knows no other.
 */
@NullMarked
package dev.mapwright.core.machine;

import org.jspecify.annotations.NullMarked;
